#include "script/python_definitions.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <unordered_map>
#include <utility>

namespace alembic_native {
namespace {

using Kind = Token::Kind;

// A keyword whose line goes on behind a colon, in the same scope.
bool opens_compound_statement(const Token& token) {
  if (token.kind != Kind::name) return false;
  for (const std::string_view keyword :
       {"if", "elif", "else", "try", "except", "finally", "for", "while", "with"}) {
    if (token.text == keyword) return true;
  }
  return false;
}

// Tokens [begin, end) of the source.
struct TokenRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// All bindings of one name in one scope.
struct Bindings {
  Definition last;
  TokenFingerprint fingerprint;
};

// The names asked for, as a tree: the children of a class are what is asked of it.
struct NameNode {
  std::unordered_map<std::string_view, std::unique_ptr<NameNode>> children;
  std::optional<Bindings> bound;      // by a module or class body
  std::optional<Bindings> attribute;  // by methods

  NameNode* child(std::string_view name) const {
    const auto found = children.find(name);
    return found == children.end() ? nullptr : found->second.get();
  }
};

NameNode& node_of(NameNode& root, std::string_view dotted) {
  NameNode* node = &root;
  for (;;) {
    const std::size_t dot = dotted.find('.');
    std::unique_ptr<NameNode>& child = node->children[dotted.substr(0, dot)];
    if (!child) child = std::make_unique<NameNode>();
    node = child.get();
    if (dot == std::string_view::npos) return *node;
    dotted.remove_prefix(dot + 1);
  }
}

// What statements bind into.
struct Scope {
  NameNode* node = nullptr;  // null: nobody asks for what is bound here
  bool is_function = false;  // only attributes of `self` are bound, in `node`
  std::string_view self;
};

class DefinitionReader {
 public:
  DefinitionReader(const SignificantTokens& tokens, NameNode& root) : tokens_(tokens) {
    Block module;
    module.scope.node = &root;
    blocks_.push_back(std::move(module));
  }

  void read() {
    while (current().kind != Kind::end) read_statement();
  }

 private:
  // A block of statements; where `defines` is set, the body of that def or class.
  struct Block {
    Scope scope;
    NameNode* defines = nullptr;
    Definition definition = {};
    std::size_t begin = 0;  // first token of the definition
    bool on_header_line = false;
  };

  const Token& current() const { return tokens_[at_]; }
  const Token& following(std::size_t offset = 1) const {
    return tokens_[std::min(at_ + offset, tokens_.size() - 1)];
  }
  const Scope& scope() const { return blocks_.back().scope; }

  void read_statement() {
    switch (current().kind) {
      case Kind::newline:
        ++at_;
        while (blocks_.back().on_header_line) close_block();
        return;
      case Kind::indent:
        open_nested_block();
        ++at_;
        return;
      case Kind::dedent:
        ++at_;
        if (blocks_.size() > 1) close_block();
        return;
      default:
        break;
    }
    const bool holds_nothing = scope().node == nullptr || current().is_op(";") ||
                               (current().is_name("async") && !following().is_name("def"));
    if (holds_nothing) {
      ++at_;
    } else if (current().is_op("@")) {
      if (!decorators_begin_) decorators_begin_ = at_;
      at_ = end_of_line(at_) + 1;
    } else if (current().is_name("async")) {
      read_definition(at_ + 1);
    } else if (current().is_name("def") || current().is_name("class")) {
      read_definition(at_);
    } else if (opens_compound_statement(current())) {
      at_ = behind_header(at_);
    } else {
      read_simple_statement();
    }
  }

  // `at`: of a token within a logical line. Returns the index of its newline.
  std::size_t end_of_line(std::size_t at) const {
    while (tokens_[at].kind != Kind::newline && tokens_[at].kind != Kind::end) ++at;
    return at;
  }

  // Returns the index behind the colon that ends the header of a compound statement, or that of
  // the line's end where there is none.
  std::size_t behind_header(std::size_t at) const {
    std::size_t depth = 0;
    std::size_t lambdas = 0;
    for (; tokens_[at].kind != Kind::newline && tokens_[at].kind != Kind::end; ++at) {
      if (tokens_[at].is_opening_bracket()) ++depth;
      if (tokens_[at].is_closing_bracket()) --depth;
      if (depth > 0) continue;
      if (tokens_[at].is_name("lambda")) ++lambdas;
      if (!tokens_[at].is_op(":")) continue;
      if (lambdas == 0) return at + 1;
      --lambdas;
    }
    return at;
  }

  // `keyword`: the index of def or class.
  void read_definition(std::size_t keyword) {
    const std::size_t begin = decorators_begin_.value_or(at_);
    decorators_begin_.reset();
    const bool is_class = tokens_[keyword].text == "class";
    const std::string_view name = tokens_[keyword + 1].text;
    const std::size_t body = behind_header(keyword);
    const TokenRange parameters = parameters_of(keyword + 2, body);

    Block block;
    block.begin = begin;
    block.defines = scope().is_function ? nullptr : scope().node->child(name);
    block.scope = is_class ? class_scope(block.defines) : function_scope(begin, parameters);
    if (block.defines != nullptr) {
      block.definition.kind = is_class ? Definition::Kind::class_ : Definition::Kind::function;
      block.definition.line = tokens_[at_].line;
      block.definition.parameters =
          is_class ? joined_text(parameters) : parameter_names(parameters);
    }

    at_ = body;
    const bool has_block = current().kind == Kind::newline && following().kind == Kind::indent;
    block.on_header_line = !has_block;
    if (has_block) at_ += 2;
    blocks_.push_back(std::move(block));
  }

  static Scope class_scope(NameNode* node) {
    Scope scope;
    if (node != nullptr && !node->children.empty()) scope.node = node;
    return scope;
  }

  // Of a def that stands in the current scope.
  Scope function_scope(std::size_t begin, TokenRange parameters) const {
    if (scope().is_function) {  // a closure may use its method's `self`
      for (std::size_t at = parameters.begin; at < parameters.end; ++at) {
        if (tokens_[at].is_name(scope().self)) return {};
      }
      return scope();
    }
    const bool is_method = scope().node != blocks_.front().scope.node;
    if (!is_method || parameters.begin == parameters.end) return {};
    for (std::size_t at = begin; at < at_; ++at) {
      if (tokens_[at].is_name("staticmethod")) return {};
    }
    return {scope().node, true, tokens_[parameters.begin].text};
  }

  // A block of the current scope: that of an `if`, for example.
  void open_nested_block() {
    Block block;
    block.scope = scope();
    blocks_.push_back(std::move(block));
  }

  // Ends where the current token begins.
  void close_block() {
    Block block = std::move(blocks_.back());
    blocks_.pop_back();
    if (block.defines != nullptr) {
      bind(block.defines->bound, std::move(block.definition), {block.begin, at_});
    }
  }

  void bind(std::optional<Bindings>& bindings, Definition definition, TokenRange range) {
    definition.count = bindings ? bindings->last.count + 1 : 1;
    if (!bindings) bindings.emplace();
    bindings->last = std::move(definition);
    for (std::size_t at = range.begin; at < range.end; ++at) bindings->fingerprint.add(tokens_[at]);
  }

  void bind_name(std::string_view name, Definition::Kind kind, TokenRange statement) {
    NameNode* const node = scope().node->child(name);
    if (node == nullptr) return;
    auto& bindings = scope().is_function ? node->attribute : node->bound;
    bind(bindings, {kind, tokens_[statement.begin].line, 1, {}, {}}, statement);
  }

  // A statement that holds no other one: up to its newline or semicolon.
  void read_simple_statement() {
    TokenRange statement{at_, at_};
    std::vector<TokenRange> targets;
    std::size_t target_begin = at_;
    std::size_t depth = 0;
    bool targets_end = false;  // what follows is an annotation or a lambda
    for (; current().kind != Kind::newline && current().kind != Kind::end; ++at_) {
      if (current().is_opening_bracket()) ++depth;
      if (current().is_closing_bracket()) --depth;
      if (depth > 0) continue;
      if (current().is_op(";")) break;
      const bool annotation = current().is_op(":");
      const bool assigns = current().is_op("=") || current().is_augmented_assignment();
      if (!targets_end && (assigns || (annotation && is_annotated_target(target_begin)))) {
        targets.push_back({target_begin, at_});
        target_begin = at_ + 1;
      }
      targets_end = targets_end || annotation || current().is_name("lambda");
    }
    statement.end = at_;
    const Token& first = tokens_[statement.begin];
    if (first.is_name("import") || first.is_name("from")) {
      if (!scope().is_function) bind_imports(statement);
      return;
    }
    for (const TokenRange target : targets) bind_target(target, statement);
  }

  // Whether a name, or an attribute of a name, stands between `begin` and the current token.
  bool is_annotated_target(std::size_t begin) const {
    return at_ == begin + 1 || (at_ == begin + 3 && tokens_[begin + 1].is_op("."));
  }

  void bind_imports(TokenRange statement) {
    bool expected = tokens_[statement.begin].is_name("import");  // a name that is bound
    for (std::size_t at = statement.begin + 1; at < statement.end; ++at) {
      const Token& token = tokens_[at];
      if (token.is_name("import") || token.is_op(",") || token.is_op("(")) {
        expected = true;
      } else if (token.kind == Kind::name && expected) {
        // `a.b as c` binds c, `a.b` binds a.
        const std::string_view name = token.text;
        while (tokens_[at + 1].is_op(".") && at + 2 < statement.end) at += 2;
        const bool renamed = tokens_[at + 1].is_name("as") && at + 2 < statement.end;
        if (renamed) at += 2;
        bind_name(renamed ? tokens_[at].text : name, Definition::Kind::import, statement);
        expected = false;
      }
    }
  }

  // Names, or attributes of `self`, in what stands in front of a "=".
  void bind_target(TokenRange target, TokenRange statement) {
    for (std::size_t at = target.begin; at < target.end; ++at) {
      const bool begins = at == target.begin || tokens_[at - 1].is_op(",") ||
                          tokens_[at - 1].is_op("(") || tokens_[at - 1].is_op("[") ||
                          tokens_[at - 1].is_op("*");
      if (!begins || tokens_[at].kind != Kind::name) {
        // A subscript or call behind a name holds no target.
        const bool follows_operand =
            at > target.begin && !begins && tokens_[at].is_opening_bracket();
        if (follows_operand) at = closing_bracket(tokens_, at);
        continue;
      }
      const std::size_t name = scope().is_function ? at + 2 : at;
      if (scope().is_function) {
        if (tokens_[at].text != scope().self || name >= target.end) continue;
        if (!tokens_[at + 1].is_op(".") || tokens_[name].kind != Kind::name) continue;
      }
      const bool ends = name + 1 == target.end || tokens_[name + 1].is_op(",") ||
                        tokens_[name + 1].is_closing_bracket();
      if (!ends) continue;
      bind_name(tokens_[name].text,
                scope().is_function ? Definition::Kind::attribute : Definition::Kind::assignment,
                statement);
      at = name;
    }
  }

  // What stands in the first round brackets outside others, in [begin, end).
  TokenRange parameters_of(std::size_t begin, std::size_t end) const {
    for (std::size_t at = begin; at < end; ++at) {
      if (tokens_[at].is_op("(")) return {at + 1, closing_bracket(tokens_, at)};
      if (tokens_[at].is_opening_bracket()) at = closing_bracket(tokens_, at);  // type parameters
    }
    return {end, end};
  }

  std::string parameter_names(TokenRange range) const {
    std::string text;
    bool in_head = true;  // in front of the annotation and the default value
    for (std::size_t at = range.begin; at < range.end; ++at) {
      const Token& token = tokens_[at];
      if (token.is_opening_bracket()) {
        at = closing_bracket(tokens_, at);
      } else if (token.is_op(",")) {
        in_head = true;
      } else if (token.is_op("=")) {
        text += '=';
        at = end_of_default(at, range.end) - 1;
        in_head = false;
      } else if (token.is_op(":")) {
        in_head = false;
      } else if (in_head) {
        const bool continues = at > range.begin && !tokens_[at - 1].is_op(",");
        if (!text.empty() && !continues) text += ", ";
        text += token.text;
      }
    }
    return text;
  }

  // Returns the index of the comma behind a default value, or `end`. The parameters of a lambda
  // are no parameters of ours.
  std::size_t end_of_default(std::size_t at, std::size_t end) const {
    std::size_t lambdas = 0;
    for (; at < end; ++at) {
      if (tokens_[at].is_opening_bracket()) at = closing_bracket(tokens_, at);
      if (tokens_[at].is_name("lambda")) ++lambdas;
      if (tokens_[at].is_op(":") && lambdas > 0) --lambdas;
      if (tokens_[at].is_op(",") && lambdas == 0) return at;
    }
    return end;
  }

  std::string joined_text(TokenRange range) const {
    if (range.begin < range.end && tokens_[range.end - 1].is_op(",")) --range.end;
    std::string text;
    for (std::size_t at = range.begin; at < range.end; ++at) {
      const bool after_word = at > range.begin && tokens_[at - 1].kind != Kind::op;
      const bool after_comma = at > range.begin && tokens_[at - 1].is_op(",");
      if (after_comma || (after_word && tokens_[at].kind != Kind::op)) text += ' ';
      text += tokens_[at].text;
    }
    return text;
  }

  const SignificantTokens& tokens_;
  std::size_t at_ = 0;
  std::vector<Block> blocks_;
  std::optional<std::size_t> decorators_begin_;
};

Definition module_definition(const SignificantTokens& tokens) {
  TokenFingerprint fingerprint;
  for (std::size_t at = 0; at + 1 < tokens.size(); ++at) fingerprint.add(tokens[at]);
  return {Definition::Kind::module, 1, 1, {}, fingerprint.hex()};
}

}  // namespace

std::string_view definition_kind_name(Definition::Kind kind) {
  switch (kind) {
    case Definition::Kind::function:
      return "function";
    case Definition::Kind::class_:
      return "class";
    case Definition::Kind::assignment:
      return "assignment";
    case Definition::Kind::import:
      return "import";
    case Definition::Kind::attribute:
      return "attribute";
    case Definition::Kind::module:
      break;
  }
  return "module";
}

DefinitionsResult read_definitions(std::string_view source, const std::vector<std::string>& names) {
  const auto result = read_significant_tokens(source);
  if (const auto* unreadable = std::get_if<UnreadableSource>(&result)) return *unreadable;
  const auto& tokens = std::get<SignificantTokens>(result);

  NameNode root;
  std::vector<const NameNode*> nodes;
  nodes.reserve(names.size());
  for (const std::string& name : names) nodes.push_back(&node_of(root, name));
  DefinitionReader(tokens, root).read();

  std::vector<std::optional<Definition>> definitions(names.size());
  for (std::size_t index = 0; index < names.size(); ++index) {
    const NameNode& node = *nodes[index];
    const auto& bindings = node.bound ? node.bound : node.attribute;
    if (names[index].empty()) {
      definitions[index] = module_definition(tokens);
    } else if (bindings) {
      definitions[index] = bindings->last;
      definitions[index]->fingerprint = bindings->fingerprint.hex();
    }
  }
  return definitions;
}

}  // namespace alembic_native
