#include "script/script_header.h"

#include <utility>

#include "script/header_literal.h"
#include "script/header_names.h"
#include "script/import_time_calls.h"
#include "script/python_lexer.h"
#include "script/python_source.h"
#include "script/python_string.h"

namespace alembic_native {
namespace {

using Kind = Token::Kind;
using Shape = HeaderValue::Shape;

constexpr std::string_view bound_indirectly =
    "a name is used by which header names could be bound indirectly";

bool is_bytes_literal(const Token& token, int minor_version) {
  const std::string_view prefix = token.text.substr(0, token.text.find_first_of("'\""));
  return read_string_prefix(prefix, minor_version).bytes;
}

// Operators and brackets that an expression, and so a statement, may begin with, and the decorator.
bool may_begin_statement(std::string_view op) {
  return op == "(" || op == "[" || op == "{" || op == "-" || op == "+" || op == "~" || op == "*" ||
         op == "@" || op == "...";
}

bool may_end_line(std::string_view op) {
  return op == ")" || op == "]" || op == "}" || op == ":" || op == "," || op == ";" || op == "...";
}

bool is_string(const Token& token) {
  return token.kind == Kind::string || token.kind == Kind::fstring_start ||
         token.kind == Kind::fstring_end;
}

bool is_operand_name(const Token& token) {
  return token.kind == Kind::name && !is_keyword(token.text);
}

bool ends_operand(const Token& token) {
  return is_string(token) || token.kind == Kind::number || is_operand_name(token) ||
         token.is_op(")") || token.is_op("]") || token.is_op("}");
}

// `before` and `token` follow one another, and no operator stands between two operands.
bool lacks_operator(const Token& before, const Token& token) {
  if (token.kind == Kind::string || token.kind == Kind::fstring_start) {
    return !is_string(before) && ends_operand(before);
  }
  return (token.kind == Kind::number || token.kind == Kind::name) && ends_operand(before) &&
         (token.kind == Kind::number || is_operand_name(token));
}

class HeaderReader {
 public:
  // `calls`, where given, takes all names of the script and where they stand.
  HeaderReader(std::string_view text, const InterpreterRules& rules, ImportTimeCalls* calls)
      : lexer_(text, rules.minor_version), rules_(rules), calls_(calls) {}

  HeaderResult read() {
    advance();
    if (!read_docstring()) return failure_;
    while (token_.kind != Kind::end) {
      if (!read_token()) return failure_;
    }
    return finish();
  }

  // After read(): the line where the body of a function first uses a name by which header names
  // could be bound indirectly; 0 for none.
  int line_of_suspect() const { return line_of_suspect_; }

 private:
  void advance() {
    previous_ = token_;
    token_ = lexer_.next();
  }

  // Always false, so that a step can be given up by `return decline(...)`.
  bool decline(std::string_view reason, int line) {
    failure_ = {reason, line};
    return false;
  }

  bool at_statement_end() const {
    return token_.kind == Kind::newline || token_.kind == Kind::end || token_.is_op(";");
  }
  bool in_local_scope() const { return !blocks_.empty() && blocks_.back().local; }
  // In the body of a function that runs only if something calls it by its name.
  bool in_deferred_body() const {
    return (!blocks_.empty() && blocks_.back().deferred) || (line_is_deferred_ && line_has_colon_);
  }
  // A small statement here runs once, unconditionally.
  bool at_top_level() const { return blocks_.empty() && !line_has_colon_; }

  // A string as the first statement of the file.
  bool read_docstring() {
    if (token_.is_op("(")) return decline("the first statement begins with a bracket", token_.line);
    if (token_.kind != Kind::string || is_bytes_literal(token_, rules_.minor_version)) return true;
    const int line = token_.line;
    std::string text;
    for (; token_.kind == Kind::string; advance()) {
      if (!append_string_literal(token_.text, DubiousEscapes::accept, text)) {
        return decline("the docstring holds an escape that only Python resolves", token_.line);
      }
    }
    if (!at_statement_end()) {
      return decline("the first statement begins with a string, but is not only that", line);
    }
    statement_start_ = false;
    if (rules_.strips_docstrings) return true;
    doc_ = rules_.minor_version >= 13 ? strip_docstring_indentation(text) : std::move(text);
    return true;
  }

  // What Python refuses, as far as two neighbouring tokens show it.
  bool check_syntax() {
    const bool indented = token_.kind == Kind::indent;
    if (indented != std::exchange(indent_expected_, false) && token_.kind != Kind::error) {
      return decline(indented ? "a block has no header" : "a block is missing", token_.line);
    }
    if (statement_start_) {
      const bool wrong = token_.kind == Kind::op && !may_begin_statement(token_.text);
      return !wrong || decline("no statement begins like this", token_.line);
    }
    const bool after_soft_keyword = std::exchange(after_soft_keyword_, false);
    if (!after_soft_keyword && lacks_operator(previous_, token_)) {
      return decline("an operator is missing", token_.line);
    }
    return true;
  }

  bool read_token() {
    if (!check_syntax()) return false;
    switch (token_.kind) {
      case Kind::error:
        return decline(token_.text, token_.line);
      case Kind::name:
        return read_name();
      case Kind::op:
        return read_operator();
      case Kind::newline:
        if (previous_.kind == Kind::op && !may_end_line(previous_.text)) {
          return decline("an operand is missing", previous_.line);
        }
        end_line();
        break;
      case Kind::indent:
        open_block();
        break;
      case Kind::dedent:
        if (!blocks_.empty()) blocks_.pop_back();
        break;
      default:
        statement_start_ = false;
        break;
    }
    advance();
    return true;
  }

  void open_block() {
    const bool deferred = !blocks_.empty() && blocks_.back().deferred;
    blocks_.push_back(
        {in_local_scope() || last_line_opens_scope_, deferred || last_line_is_deferred_});
  }

  void end_line() {
    indent_expected_ = previous_.is_op(":");
    last_line_opens_scope_ = std::exchange(line_opens_scope_, false);
    last_line_is_deferred_ = std::exchange(line_is_deferred_, false);
    if (!std::exchange(line_is_decorator_, false)) decorated_ = false;
    import_part_ = ImportPart::none;
    line_has_colon_ = false;
    in_global_statement_ = false;
    statement_start_ = true;
  }

  bool read_operator() {
    const bool statement_start = std::exchange(statement_start_, false);
    if (statement_start && token_.text == "@") line_is_decorator_ = decorated_ = true;
    if (lexer_.bracket_depth() == 0) {
      if (token_.text == ":") line_has_colon_ = true;
      if (token_.text == ";") {
        statement_start_ = true;
        in_global_statement_ = false;
        import_part_ = ImportPart::none;
      }
    }
    const bool after_import = previous_.kind == Kind::name && previous_.text == "import";
    if (after_import && token_.text == "*") {
      return decline("a star import could bind a header name", token_.line);
    }
    advance();
    return true;
  }

  bool read_name() {
    const NameRole role = role_of(token_.text);
    if (calls_ != nullptr) note_name();
    if (is_header_name(role)) return read_header_name(role);
    switch (role) {
      case NameRole::import:
        if (statement_start_ || import_part_ != ImportPart::none) {
          import_part_ = statement_start_ ? ImportPart::modules : ImportPart::names;
        }
        break;
      case NameRole::indirect:
        if (import_part_ == ImportPart::none) return read_indirect_name();
        break;
      case NameRole::source_encoding:
        return decline("_alembic_source_encoding changes how the docstring is read", token_.line);
      case NameRole::raise:
        if (statement_start_ && blocks_.empty()) {
          return decline("the script raises an exception when it is imported", token_.line);
        }
        break;
      case NameRole::def:
        line_opens_scope_ = true;
        line_is_deferred_ = !in_local_scope() && !decorated_;
        break;
      case NameRole::class_:
        line_opens_scope_ = true;
        break;
      case NameRole::global:
        in_global_statement_ = true;
        break;
      case NameRole::soft_keyword:
        after_soft_keyword_ = statement_start_;
        break;
      default:
        break;
    }
    if (import_part_ != ImportPart::none) return read_name_in_import(role);
    statement_start_ = false;
    advance();
    return true;
  }

  void note_name() {
    const bool names_function =
        previous_.kind == Kind::name && previous_.text == "def" && line_is_deferred_;
    if (names_function && !line_has_colon_) {
      deferred_function_ = token_.text;
    } else {
      calls_->add_use(in_deferred_body() ? deferred_function_ : std::string_view(), token_.text);
    }
  }

  bool read_indirect_name() {
    statement_start_ = false;
    if (!take_indirect(token_.line)) return false;
    advance();
    return true;
  }

  // Code on `line` could bind header names indirectly. In a deferred body it may never run.
  bool take_indirect(int line) {
    if (!in_deferred_body()) return decline(bound_indirectly, line);
    if (line_of_suspect_ == 0) line_of_suspect_ = line;
    if (calls_ != nullptr) calls_->add_suspect(deferred_function_);
    return true;
  }

  // A name in an import reaches nothing; what uses it later is judged there. A module that runs
  // text and a name that gets another one cannot be judged later.
  bool read_name_in_import(NameRole role) {
    const Token name = token_;
    const bool names_module =
        import_part_ == ImportPart::modules && !previous_.is_op(".") && runs_text(name.text);
    statement_start_ = false;
    advance();
    const bool renamed = import_part_ == ImportPart::names && role == NameRole::indirect &&
                         token_.kind == Kind::name && token_.text == "as";
    return !(names_module || renamed) || take_indirect(name.line);
  }

  bool read_header_name(NameRole role) {
    const Token name = token_;
    const Token before = previous_;
    const bool statement_start = std::exchange(statement_start_, false);
    if (in_global_statement_) return decline("a global statement names a header name", name.line);
    advance();
    if (token_.is_op(":=")) return decline("a header name is bound by :=", name.line);
    if (before.is_op(".")) return true;  // an attribute of something else
    if (in_local_scope()) return true;

    if (statement_start && at_top_level()) {
      if (token_.is_op("=")) return read_assignment(role, name.line);
      if (token_.is_op(":")) return read_annotated(role, name.line);
    }
    // `name=` as an argument, or as a parameter of a def
    const bool argument = token_.is_op("=") && lexer_.innermost_bracket() == '(' &&
                          (before.is_op("(") || before.is_op(","));
    if (argument) return true;
    return decline("a header name is used other than in a plain assignment at top level",
                   name.line);
  }

  // Stands on the colon of `name: annotation` or `name: annotation = value`.
  bool read_annotated(NameRole role, int line) {
    advance();
    while (!at_statement_end()) {
      if (token_.is_op("=") && lexer_.bracket_depth() == 0) return read_assignment(role, line);
      if (!read_token()) return false;
    }
    line_has_colon_ = false;
    return true;  // without a value it binds nothing
  }

  // Stands on the "=" of an assignment; ends on what ends the statement.
  bool read_assignment(NameRole role, int line) {
    HeaderLiteral literal;
    for (;;) {
      advance();
      if (token_.kind == Kind::error) return decline(token_.text, token_.line);
      switch (literal.take(token_)) {
        case HeaderLiteral::Step::more:
          break;
        case HeaderLiteral::Step::not_literal:
          return decline("a header name is bound to something other than a literal", line);
        case HeaderLiteral::Step::unreadable_string:
          return decline("a header value holds an escape that only Python resolves", token_.line);
        case HeaderLiteral::Step::complete: {
          HeaderValue value = literal.value();
          value.line = line;
          return bind(role, std::move(value));
        }
      }
    }
  }

  bool bind(NameRole role, HeaderValue value) {
    switch (role) {
      case NameRole::revision:
        header_.revision = std::move(value);
        break;
      case NameRole::down_revision:
        header_.down_revision = std::move(value);
        break;
      case NameRole::branch_labels:
        header_.branch_labels = std::move(value);
        break;
      case NameRole::depends_on:
        header_.depends_on = std::move(value);
        break;
      default:
        if (value.shape == Shape::sequence) return decline("__doc__ is no text", value.line);
        doc_.reset();
        if (value.shape == Shape::text) doc_ = std::move(value.items[0]);
        break;
    }
    return true;
  }

  HeaderResult finish() {
    if (indent_expected_) return ImportNeeded{"a block is missing", token_.line};
    const HeaderValue& revision = header_.revision;
    if (revision.shape == Shape::absent) return ImportNeeded{"revision is not bound", 0};
    if (revision.shape != Shape::text) return ImportNeeded{"revision is no text", revision.line};
    if (header_.down_revision.shape == Shape::absent) {
      return ImportNeeded{"down_revision is not bound", 0};
    }
    header_.doc = std::move(doc_);
    return std::move(header_);
  }

  struct Block {
    bool local = false;     // inside a def or class: its names are not the module's
    bool deferred = false;  // inside a function that nothing has called so far
  };
  enum class ImportPart { none, modules, names };  // `from modules import names`

  PythonLexer lexer_;
  InterpreterRules rules_;
  Token previous_;
  Token token_;
  std::vector<Block> blocks_;
  bool statement_start_ = true;
  bool line_has_colon_ = false;         // outside brackets: what follows may belong to an `if`
  bool line_opens_scope_ = false;       // it begins with def or class
  bool last_line_opens_scope_ = false;  // the same of the line in front of a block
  bool line_is_deferred_ = false;       // it begins with the def of a function without decorators
  bool last_line_is_deferred_ = false;
  bool line_is_decorator_ = false;
  bool decorated_ = false;  // what the next line defines
  bool indent_expected_ = false;
  bool after_soft_keyword_ = false;
  bool in_global_statement_ = false;
  ImportPart import_part_ = ImportPart::none;
  int line_of_suspect_ = 0;
  std::string_view deferred_function_;  // the innermost, as far as `calls_` is given
  ImportTimeCalls* calls_;
  ScriptHeader header_;
  std::optional<std::string> doc_;
  ImportNeeded failure_;
};

}  // namespace

HeaderResult read_script_header(std::string_view source, const InterpreterRules& rules) {
  const PythonSource python = check_python_source(source);
  if (!python.problem.empty()) return ImportNeeded{python.problem, python.line};
  HeaderReader reader(python.text, rules, nullptr);
  HeaderResult result = reader.read();
  if (reader.line_of_suspect() == 0 || std::holds_alternative<ImportNeeded>(result)) return result;

  // Few scripts have such a function: only they are read once more, for what calls it.
  ImportTimeCalls calls;
  HeaderReader(python.text, rules, &calls).read();
  if (calls.reach_suspect()) return ImportNeeded{bound_indirectly, reader.line_of_suspect()};
  return result;
}

}  // namespace alembic_native
