#include "lint/operations.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "lint/bound_names.h"
#include "lint/expression_reader.h"
#include "lint/source_position.h"
#include "text/affixes.h"

namespace alembic_native::lint {
namespace {

using Kind = Token::Kind;

constexpr std::string_view operations_module = "alembic.op.";
// Each is judged beside all that other functions make: with a bound, that is linear.
constexpr std::size_t most_functions_of_databases = 128;
constexpr std::string_view batch_method = "alembic.op.batch_alter_table";

// The body of one function.
class BodyReader {
 public:
  BodyReader(const SignificantTokens& tokens, const BoundNames& module_names, std::size_t begin,
             std::size_t end, bool decorated)
      : tokens_(tokens),
        module_names_(module_names),
        names_(BoundNames::of_function(tokens, begin, end)),
        end_(end),
        expressions_(
            tokens, [this](std::string_view name) { return resolve(name); },
            [this](const SeenCall& call) { see(call); }) {
    blocks_.push_back({0, {false, decorated}});
  }

  // `begin`: of the suite.
  std::vector<Operation> read(std::size_t begin) {
    std::size_t at = begin;
    bool starts_statement = true;
    while (at < end_) {
      const Token& token = tokens_[at];
      if (token.kind == Kind::newline || token.kind == Kind::indent || token.kind == Kind::dedent ||
          token.is_op(";")) {
        end_line(token);
        starts_statement = true;
        ++at;
      } else if (starts_statement && token.is_name("async")) {
        ++at;
      } else if (starts_statement && token.is_name("with")) {
        starts_statement = read_with(++at);
      } else if (starts_statement && (token.is_name("import") || token.is_name("from"))) {
        while (at < end_ && tokens_[at].kind != Kind::newline && !tokens_[at].is_op(";")) ++at;
      } else {
        starts_statement = false;
        expressions_.pass(at);
      }
    }
    std::sort(calls_.begin(), calls_.end(), [](const Operation& left, const Operation& right) {
      return std::less<const char*>()(left.begin, right.begin);
    });
    return std::move(calls_);
  }

 private:
  struct Context {
    bool autocommit = false;
    bool unknown = false;
  };
  struct Block {
    std::size_t depth = 0;  // of indentation within it
    Context context;
  };

  ResolvedName resolve(std::string_view name) const {
    const auto batch = batches_.find(name);
    if (batch != batches_.end()) return {std::string(batch_method) + "()", batch->second};
    const Binding* binding = find(name);
    if (binding == nullptr || binding->kind == Binding::Kind::other ||
        binding->kind == Binding::Kind::with) {
      return {"?", nullptr};
    }
    if (binding->kind == Binding::Kind::import) return {binding->path, nullptr};
    const std::size_t dot = binding->path.find('.');
    const Binding* root = find(std::string_view(binding->path).substr(0, dot));
    if (root == nullptr || root->kind != Binding::Kind::import) return {"?", nullptr};
    std::string path = root->path + binding->path.substr(dot);
    return {starts_with(path, operations_module) ? std::move(path) : "?", nullptr};
  }

  const Binding* find(std::string_view name) const {
    const Binding* const binding = names_.find(name);
    return binding != nullptr ? binding : module_names_.find(name);
  }

  void see(const SeenCall& seen) {
    const std::string& name = seen.call->name;
    Operation operation;
    operation.is_operation = seen.batch != nullptr || starts_with(name, operations_module);
    if (!operation.is_operation && seen.nested) return;
    const std::size_t known = seen.batch               ? batch_method.size() + 3
                              : operation.is_operation ? operations_module.size()
                                                       : 0;
    operation.name = name.substr(std::min(name.size(), known));
    operation.call = seen.call;
    operation.batch = seen.batch;
    const Context context = blocks_.back().context;
    operation.autocommit = context.autocommit;
    operation.in_unknown_context = context.unknown;
    operation.begin = tokens_[seen.token].text.data();
    operation.line = tokens_[seen.token].line;
    calls_.push_back(std::move(operation));
  }

  void end_line(const Token& token) {
    if (token.kind == Kind::indent) ++indentation_;
    if (token.kind == Kind::dedent) {
      if (indentation_ > 0) --indentation_;
      while (blocks_.size() > 1 && blocks_.back().depth > indentation_) blocks_.pop_back();
    }
    if (token.kind == Kind::newline && one_line_block_) {
      blocks_.pop_back();
      one_line_block_ = false;
    }
  }

  // `at` stands behind `with`, and is moved to where the block begins. Returns whether a statement
  // begins there.
  bool read_with(std::size_t& at) {
    // An item is evaluated in the contexts of those in front of it.
    blocks_.push_back({indentation_, blocks_.back().context});
    const bool bracketed =
        tokens_[at].is_op("(") && tokens_[closing_bracket(tokens_, at) + 1].is_op(":");
    if (bracketed) ++at;
    while (at < end_ && tokens_[at].kind != Kind::newline && !tokens_[at].is_op(":") &&
           !tokens_[at].is_closing_bracket()) {
      const std::size_t begin = at;
      const Value item = expressions_.read(at);
      enter(item, blocks_.back().context);
      if (tokens_[at].is_name("as")) {
        ++at;
        bind_target(item, at);
        expressions_.read(at);
      }
      if (tokens_[at].is_op(",") || at == begin) ++at;
    }
    if (bracketed && tokens_[at].is_closing_bracket()) ++at;
    if (!tokens_[at].is_op(":")) {
      blocks_.pop_back();
      return false;
    }
    ++at;
    one_line_block_ = tokens_[at].kind != Kind::newline;
    if (!one_line_block_) ++blocks_.back().depth;
    return true;
  }

  static void enter(const Value& item, Context& context) {
    const std::string_view name =
        item.is(Value::Kind::call) ? std::string_view(item.call->name) : std::string_view();
    if (ends_with(name, ".autocommit_block")) {
      context.autocommit = true;
    } else if (name != batch_method) {
      context.unknown = true;
    }
  }

  // The target of `as`.
  void bind_target(const Value& item, std::size_t at) {
    if (tokens_[at].kind != Kind::name) return;
    const std::string_view name = tokens_[at].text;
    const Binding* const binding = names_.find(name);
    const bool only_so = binding != nullptr && binding->kind == Binding::Kind::with;
    const bool is_batch = item.is(Value::Kind::call) && item.call->name == batch_method;
    if (only_so && is_batch) {
      batches_[name] = item.call;
    } else {
      batches_.erase(name);
    }
  }

  const SignificantTokens& tokens_;
  const BoundNames& module_names_;
  BoundNames names_;
  std::size_t end_;
  ExpressionReader expressions_;
  std::unordered_map<std::string_view, std::shared_ptr<const Call>> batches_;
  std::vector<Block> blocks_;
  std::size_t indentation_ = 0;
  bool one_line_block_ = false;
  std::vector<Operation> calls_;
};

// Whether a suite is made of `pass`, `...`, `return` and `return None` alone.
bool does_nothing(const SignificantTokens& tokens, std::size_t begin, std::size_t end) {
  bool after_return = false;
  for (std::size_t at = begin; at < end; ++at) {
    const Token& token = tokens[at];
    if (token.kind == Kind::newline || token.kind == Kind::indent || token.kind == Kind::dedent ||
        token.is_op(";") || token.is_op("...") || token.is_name("pass")) {
      continue;
    }
    const bool nothing = token.is_name("return") || (after_return && token.is_name("None"));
    if (!nothing) return false;
    after_return = token.is_name("return");
  }
  return true;
}

class FunctionReader {
 public:
  FunctionReader(std::string_view source, const SignificantTokens& tokens)
      : tokens_(tokens), module_names_(BoundNames::of_module(tokens)), columns_(source) {}

  ScriptFunctions read() {
    std::size_t statement = 0;
    std::size_t first_decorator = 0;
    bool decorated = false;
    while (tokens_[statement].kind != Kind::end) {
      const Token& token = tokens_[statement];
      if (token.is_op("@")) {
        if (!decorated) first_decorator = statement;
        decorated = true;
        statement = next_line(statement);
      } else if (token.is_name("def")) {
        statement = read_function(decorated ? first_decorator : statement, statement);
        decorated = false;
      } else {
        decorated = false;
        statement = next_line(statement);
      }
    }
    place_functions_of_databases();
    finish(result_.upgrade, upgrade_fingerprint_);
    finish(result_.downgrade, downgrade_fingerprint_);
    return std::move(result_);
  }

 private:
  struct FunctionOfDatabase {
    bool is_upgrade = false;
    std::size_t begin = 0;  // with its decorators
    std::size_t end = 0;
    ScriptFunction function;
  };

  // Past the block that belongs to the line, too.
  std::size_t next_line(std::size_t at) const {
    while (tokens_[at].kind != Kind::newline && tokens_[at].kind != Kind::end) ++at;
    if (tokens_[at].kind == Kind::newline && tokens_[at + 1].kind == Kind::indent) {
      return end_of_suite(tokens_, at);
    }
    return tokens_[at].kind == Kind::end ? at : at + 1;
  }

  std::size_t read_function(std::size_t begin, std::size_t def) {
    const std::size_t colon = colon_of_statement(tokens_, def);
    if (!tokens_[colon].is_op(":")) return next_line(colon);
    const std::size_t end = end_of_suite(tokens_, colon + 1);
    const std::string_view name = tokens_[def + 1].text;
    const bool is_upgrade = name == "upgrade";
    const bool upgrades_database = starts_with(name, "upgrade_");
    const bool is_of_database = upgrades_database || starts_with(name, "downgrade_");
    BodyReader body(tokens_, module_names_, def, end, begin != def);
    std::vector<Operation> calls = body.read(colon + 1);
    if (!is_upgrade && name != "downgrade" && !is_of_database) {
      std::move(calls.begin(), calls.end(), std::back_inserter(result_.elsewhere));
      return end;
    }
    ScriptFunction function;
    function.line = tokens_[def].line;
    function.column = columns_.column_of(tokens_[def].text);
    function.is_empty = does_nothing(tokens_, colon + 1, end);
    for (Operation& call : calls) call.column = columns_.column_of({call.begin, 1});
    function.calls = std::move(calls);
    if (is_of_database) {
      functions_of_databases_.push_back({upgrades_database, begin, end, std::move(function)});
    } else {
      add_to_fingerprint(is_upgrade, begin, end);
      (is_upgrade ? upgrades_databases_ : downgrades_databases_) = calls_by_name(colon, end);
      (is_upgrade ? result_.upgrade : result_.downgrade) = std::move(function);
    }
    return end;
  }

  void add_to_fingerprint(bool is_upgrade, std::size_t begin, std::size_t end) {
    TokenFingerprint& fingerprint = is_upgrade ? upgrade_fingerprint_ : downgrade_fingerprint_;
    for (std::size_t at = begin; at < end; ++at) fingerprint.add(tokens_[at]);
  }

  // globals()["upgrade_%s" % name](), or eval("upgrade_%s" % name)() as old templates have it.
  bool calls_by_name(std::size_t begin, std::size_t end) const {
    for (std::size_t at = begin; at < end; ++at) {
      if (tokens_[at].is_name("globals") || tokens_[at].is_name("eval")) return true;
    }
    return false;
  }

  // Whether they are those of databases is known when upgrade() and downgrade() are.
  void place_functions_of_databases() {
    const bool too_many = functions_of_databases_.size() > most_functions_of_databases;
    for (auto& [is_upgrade, begin, end, function] : functions_of_databases_) {
      if (!too_many && (is_upgrade ? upgrades_databases_ : downgrades_databases_)) {
        add_to_fingerprint(is_upgrade, begin, end);
        (is_upgrade ? result_.upgrades_of_databases : result_.downgrades_of_databases)
            .push_back(std::move(function));
      } else {
        std::move(function.calls.begin(), function.calls.end(),
                  std::back_inserter(result_.elsewhere));
      }
    }
  }

  static void finish(std::optional<ScriptFunction>& function, const TokenFingerprint& fingerprint) {
    if (function) function->fingerprint = fingerprint.hex();
  }

  const SignificantTokens& tokens_;
  BoundNames module_names_;
  ColumnFinder columns_;
  TokenFingerprint upgrade_fingerprint_;
  TokenFingerprint downgrade_fingerprint_;
  bool upgrades_databases_ = false;
  bool downgrades_databases_ = false;
  std::vector<FunctionOfDatabase> functions_of_databases_;  // to go by their names
  ScriptFunctions result_;
};

}  // namespace

ScriptFunctions read_functions(std::string_view source, const SignificantTokens& tokens) {
  return FunctionReader(source, tokens).read();
}

}  // namespace alembic_native::lint
