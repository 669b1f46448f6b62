#include "script/script_header.h"

#include <utility>

#include "script/header_literal.h"
#include "script/python_lexer.h"
#include "script/python_source.h"
#include "script/python_string.h"

namespace alembic_native {
namespace {

using Kind = Token::Kind;
using Shape = HeaderValue::Shape;

// What a name means to the reader, wherever it stands.
enum class NameRole {
  ordinary,
  revision,
  down_revision,
  branch_labels,
  depends_on,
  doc,
  source_encoding,  // makes upstream decode the docstring once more
  indirect,         // may bind or answer a name without writing it
  globals,          // likewise, but for a call of one of its items
  opens_scope,      // def, class
  global,
  raise,
};

constexpr std::string_view bound_indirectly =
    "a name is used by which header names could be bound indirectly";

bool is_header_name(NameRole role) { return role >= NameRole::revision && role <= NameRole::doc; }

NameRole role_of(std::string_view name) {
  switch (name.size()) {
    case 3:
      if (name == "def") return NameRole::opens_scope;
      break;
    case 4:
      if (name == "exec" || name == "eval" || name == "vars") return NameRole::indirect;
      break;
    case 5:
      if (name == "class") return NameRole::opens_scope;
      if (name == "raise") return NameRole::raise;
      break;
    case 6:
      if (name == "global") return NameRole::global;
      if (name == "locals") return NameRole::indirect;
      break;
    case 7:
      if (name == "__doc__") return NameRole::doc;
      if (name == "globals") return NameRole::globals;
      if (name == "setattr" || name == "getattr" || name == "delattr" || name == "modules") {
        return NameRole::indirect;
      }
      break;
    case 8:
      if (name == "revision") return NameRole::revision;
      if (name == "__dict__" || name == "f_locals") return NameRole::indirect;
      break;
    case 9:
      if (name == "f_globals" || name == "_getframe") return NameRole::indirect;
      break;
    case 10:
      if (name == "depends_on") return NameRole::depends_on;
      if (name == "attrgetter") return NameRole::indirect;
      break;
    case 11:
      if (name == "get_objects" || name == "__globals__" || name == "__getattr__" ||
          name == "__setattr__" || name == "__delattr__") {
        return NameRole::indirect;
      }
      break;
    case 12:
      if (name == "__builtins__" || name == "currentframe" || name == "getargvalues") {
        return NameRole::indirect;
      }
      break;
    case 13:
      if (name == "down_revision") return NameRole::down_revision;
      if (name == "branch_labels") return NameRole::branch_labels;
      if (name == "get_referents" || name == "get_referrers") return NameRole::indirect;
      break;
    case 24:
      if (name == "_alembic_source_encoding") return NameRole::source_encoding;
      break;
    default:
      break;
  }
  return NameRole::ordinary;
}

bool is_bytes_literal(const Token& token, int minor_version) {
  const std::string_view prefix = token.text.substr(0, token.text.find_first_of("'\""));
  return read_string_prefix(prefix, minor_version).bytes;
}

class HeaderReader {
 public:
  HeaderReader(std::string_view text, const InterpreterRules& rules)
      : lexer_(text, rules.minor_version), rules_(rules) {}

  HeaderResult read() {
    advance();
    if (!read_docstring()) return failure_;
    while (token_.kind != Kind::end) {
      if (!read_token()) return failure_;
    }
    return finish();
  }

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
    if (rules_.strips_docstrings) return true;
    doc_ = rules_.minor_version >= 13 ? strip_docstring_indentation(text) : std::move(text);
    return true;
  }

  bool read_token() {
    switch (token_.kind) {
      case Kind::error:
        return decline(token_.text, token_.line);
      case Kind::name:
        return read_name();
      case Kind::op:
        return read_operator();
      case Kind::newline:
        end_line();
        break;
      case Kind::indent:
        blocks_.push_back({in_local_scope() || last_line_opens_scope_});
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

  void end_line() {
    last_line_opens_scope_ = line_opens_scope_;
    line_opens_scope_ = false;
    line_has_colon_ = false;
    in_global_statement_ = false;
    statement_start_ = true;
  }

  bool read_operator() {
    statement_start_ = false;
    if (lexer_.bracket_depth() == 0) {
      if (token_.text == ":") line_has_colon_ = true;
      if (token_.text == ";") {
        statement_start_ = true;
        in_global_statement_ = false;
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
    if (is_header_name(role)) return read_header_name(role);
    switch (role) {
      case NameRole::indirect:
        return decline(bound_indirectly, token_.line);
      case NameRole::globals:
        return read_call_of_global();
      case NameRole::source_encoding:
        return decline("_alembic_source_encoding changes how the docstring is read", token_.line);
      case NameRole::raise:
        if (statement_start_ && blocks_.empty()) {
          return decline("the script raises an exception when it is imported", token_.line);
        }
        break;
      case NameRole::opens_scope:
        line_opens_scope_ = true;
        break;
      case NameRole::global:
        in_global_statement_ = true;
        break;
      default:
        break;
    }
    statement_start_ = false;
    advance();
    return true;
  }

  // `globals()[...](`, which reads an item and calls it: Alembic's template for several databases
  // dispatches in this way. Everything else that begins with `globals` could bind a header name.
  bool read_call_of_global() {
    const int line = token_.line;
    statement_start_ = false;
    for (const std::string_view expected : {"(", ")", "["}) {
      advance();
      if (in_global_item_ || !token_.is_op(expected)) return decline(bound_indirectly, line);
    }
    const std::size_t depth = lexer_.bracket_depth();
    in_global_item_ = true;
    advance();
    while (lexer_.bracket_depth() >= depth) {
      if (!read_token()) return false;
    }
    in_global_item_ = false;
    advance();
    return token_.is_op("(") || decline(bound_indirectly, line);
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
    bool local = false;  // inside a def or class: its names are not the module's
  };

  PythonLexer lexer_;
  InterpreterRules rules_;
  Token previous_;
  Token token_;
  std::vector<Block> blocks_;
  bool statement_start_ = true;
  bool line_has_colon_ = false;         // outside brackets: what follows may belong to an `if`
  bool line_opens_scope_ = false;       // it begins with def or class
  bool last_line_opens_scope_ = false;  // the same of the line in front of a block
  bool in_global_statement_ = false;
  bool in_global_item_ = false;  // in the brackets of `globals()[...]`
  ScriptHeader header_;
  std::optional<std::string> doc_;
  ImportNeeded failure_;
};

}  // namespace

HeaderResult read_script_header(std::string_view source, const InterpreterRules& rules) {
  const PythonSource python = check_python_source(source);
  if (!python.problem.empty()) return ImportNeeded{python.problem, python.line};
  return HeaderReader(python.text, rules).read();
}

}  // namespace alembic_native
