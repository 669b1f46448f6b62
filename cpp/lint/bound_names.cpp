#include "lint/bound_names.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "script/header_names.h"

namespace alembic_native::lint {
namespace {

using Kind = Token::Kind;

bool is_identifier(const Token& token) {
  return token.kind == Kind::name && !is_keyword(token.text);
}

// The words that begin a statement with a colon; `match` and `case` only may.
bool begins_compound_statement(std::string_view word) {
  constexpr std::array<std::string_view, 14> words = {"async", "case",   "class",   "def", "elif",
                                                      "else",  "except", "finally", "for", "if",
                                                      "match", "try",    "while",   "with"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

class BindingReader {
 public:
  BindingReader(const SignificantTokens& tokens, BoundNames& names, bool skip_bodies)
      : tokens_(tokens), names_(names), skip_bodies_(skip_bodies) {}

  void read(std::size_t begin, std::size_t end) {
    begin_statement(begin);
    std::size_t at = begin;
    while (at < end) at = take(at);
  }

 private:
  const Token& token(std::size_t at) const { return tokens_[std::min(at, tokens_.size() - 1)]; }

  void bind_other(std::string_view name) { names_.bind(name, Binding::Kind::other); }

  // Binds the names in a range, but for attributes and for objects whose parts are meant.
  void bind_targets(std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < end; ++at) {
      if (!is_identifier(token(at)) || token(at - 1).is_op(".")) continue;
      const Token& behind = token(at + 1);
      if (behind.is_op(".") || behind.is_op("[") || behind.is_op("(")) continue;
      bind_other(token(at).text);
    }
  }

  void begin_statement(std::size_t at) {
    statement_ = at;
    target_ = at;
    target_end_.reset();
    depth_ = 0;
    lambdas_.clear();
    in_targets_ = false;
  }

  // Returns the index of the next token to be looked at.
  std::size_t take(std::size_t at) {
    const Token& current = tokens_[at];
    if (current.kind == Kind::name) return take_name(at);
    if (current.kind == Kind::newline || current.kind == Kind::indent ||
        current.kind == Kind::dedent) {
      begin_statement(at + 1);
    } else if (current.is_opening_bracket()) {
      ++depth_;
    } else if (current.is_closing_bracket()) {
      if (depth_ > 0) --depth_;
    } else if (current.is_op(":") && in_lambda_parameters()) {
      lambdas_.pop_back();
    } else if (current.is_op(":=")) {
      if (at > 0) bind_other(token(at - 1).text);
    } else if (depth_ == 0) {
      take_operator(at);
    }
    return at + 1;
  }

  void take_operator(std::size_t at) {
    const Token& current = tokens_[at];
    if (current.is_op(";")) {
      begin_statement(at + 1);
    } else if (current.is_op(":")) {
      const Token& first = token(statement_);
      if (first.kind == Kind::name && begins_compound_statement(first.text)) {
        begin_statement(at + 1);
      } else if (!target_end_) {
        target_end_ = at;  // an annotation follows
      }
    } else if (current.is_op("=")) {
      take_assignment(at);
    } else if (current.is_augmented_assignment()) {
      bind_targets(target_, at);
      target_ = at + 1;
    }
  }

  void take_assignment(std::size_t at) {
    const std::size_t end = target_end_.value_or(at);
    const bool single = target_ == statement_ && end == target_ + 1;
    if (single && is_identifier(token(target_)) && is_method_without_arguments(at + 1)) {
      std::string path(token(at + 1).text);
      path += "." + std::string(token(at + 3).text) + "()";
      names_.bind(token(target_).text, Binding::Kind::connection, path);
    } else {
      bind_targets(target_, end);
    }
    target_ = at + 1;
    target_end_.reset();
  }

  // NAME.NAME() up to the end of the statement.
  bool is_method_without_arguments(std::size_t at) const {
    const bool called = is_identifier(token(at)) && token(at + 1).is_op(".") &&
                        is_identifier(token(at + 2)) && token(at + 3).is_op("(") &&
                        token(at + 4).is_op(")");
    return called && (token(at + 5).kind == Kind::newline || token(at + 5).is_op(";"));
  }

  std::size_t take_name(std::size_t at) {
    const std::string_view word = tokens_[at].text;
    if (at > 0 && tokens_[at - 1].is_op(".")) return at + 1;
    const bool first =
        at == statement_ || (at == statement_ + 1 && token(statement_).is_name("async"));
    if (first && (word == "import" || word == "from")) return take_import(at);
    if (first && (word == "def" || word == "class")) return take_definition(at);
    if (first && (word == "del" || word == "global" || word == "nonlocal" || word == "case")) {
      bind_until_end_of_line(at + 1);
    } else if (word == "for") {
      in_targets_ = true;
    } else if (word == "in") {
      in_targets_ = false;
    } else if (word == "lambda") {
      lambdas_.push_back(depth_);
    } else if (word == "as") {
      take_as(at);
    } else if (in_targets_) {
      bind_targets(at, at + 1);
    } else if (in_lambda_parameters() && is_identifier(tokens_[at]) && is_parameter(at)) {
      bind_other(word);
    }
    return at + 1;
  }

  bool ends_line(std::size_t at) const {
    return token(at).kind == Kind::newline || token(at).kind == Kind::end || token(at).is_op(";");
  }

  void bind_until_end_of_line(std::size_t at) {
    const std::size_t begin = at;
    while (!ends_line(at) && !token(at).is_op(":") && !token(at).is_op("=")) ++at;
    bind_targets(begin, at);
  }

  void take_as(std::size_t at) {
    const std::size_t first = token(statement_).is_name("async") ? statement_ + 1 : statement_;
    if (token(at + 1).is_opening_bracket()) {
      in_targets_ = true;
    } else if (is_identifier(token(at + 1)) && !token(at + 2).is_op(".") &&
               !token(at + 2).is_op("[")) {
      names_.bind(token(at + 1).text,
                  token(first).is_name("with") ? Binding::Kind::with : Binding::Kind::other);
    }
  }

  void bind_parameters(std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < end; ++at) {
      if (token(at).is_opening_bracket()) {
        at = closing_bracket(tokens_, at);
        continue;
      }
      if (is_identifier(token(at)) && (at == begin || is_parameter(at))) {
        bind_other(token(at).text);
      }
    }
  }

  bool in_lambda_parameters() const { return !lambdas_.empty() && lambdas_.back() == depth_; }

  // A name that begins a parameter, or may begin one of a lambda.
  bool is_parameter(std::size_t at) const {
    const Token& before = token(at - 1);
    return before.is_op(",") || before.is_op("*") || before.is_op("**") || before.is_name("lambda");
  }

  std::size_t take_definition(std::size_t at) {
    if (token(at + 1).kind == Kind::name) bind_other(token(at + 1).text);
    const std::size_t colon = colon_of_statement(tokens_, at);
    if (skip_bodies_) {
      const std::size_t end = token(colon).is_op(":") ? end_of_suite(tokens_, colon + 1) : colon;
      begin_statement(end);
      return std::max(end, at + 1);
    }
    if (token(at).is_name("def")) {
      for (std::size_t open = at; open < colon; ++open) {
        if (!token(open).is_op("(")) continue;
        bind_parameters(open + 1, closing_bracket(tokens_, open));
        break;
      }
    }
    return at + 1;
  }

  // A dotted name with leading dots at `at`, which is moved behind it.
  std::string dotted_name(std::size_t& at) const {
    std::string name;
    for (; token(at).is_op(".") || token(at).is_op("...") || is_identifier(token(at)); ++at) {
      const bool follows_name = at > 0 && is_identifier(token(at - 1)) && is_identifier(token(at));
      if (follows_name && !name.empty()) break;
      name += token(at).text;
    }
    return name;
  }

  std::size_t take_import(std::size_t at) {
    return token(at).text == "import" ? take_plain_import(at + 1) : take_from_import(at + 1);
  }

  std::size_t take_plain_import(std::size_t at) {
    while (!ends_line(at)) {
      const std::size_t begin = at;
      const std::string path = dotted_name(at);
      if (token(at).is_name("as")) {
        names_.bind(token(at + 1).text, Binding::Kind::import, path);
        at += 2;
      } else if (is_identifier(token(begin))) {
        names_.bind(token(begin).text, Binding::Kind::import, std::string(token(begin).text));
      }
      if (!token(at).is_op(",")) break;
      ++at;
    }
    return std::max(at, statement_ + 1);
  }

  std::size_t take_from_import(std::size_t at) {
    const std::string module = dotted_name(at);
    if (!token(at).is_name("import")) return at;
    ++at;
    if (token(at).is_op("(")) ++at;
    while (is_identifier(token(at))) {
      const std::string_view imported = token(at).text;
      ++at;
      std::string_view name = imported;
      if (token(at).is_name("as")) {
        name = token(at + 1).text;
        at += 2;
      }
      names_.bind(name, Binding::Kind::import, module + "." + std::string(imported));
      if (token(at).is_op(",")) ++at;
    }
    return at;
  }

  const SignificantTokens& tokens_;
  BoundNames& names_;
  bool skip_bodies_;
  std::size_t statement_ = 0;  // its first token
  std::size_t target_ = 0;     // behind the last `=` of the statement
  std::optional<std::size_t> target_end_;
  std::size_t depth_ = 0;             // of brackets
  std::vector<std::size_t> lambdas_;  // whose parameters go by, with the brackets around them
  bool in_targets_ = false;           // of a `for`, or of an `as` with several
};

}  // namespace

BoundNames BoundNames::of_function(const SignificantTokens& tokens, std::size_t begin,
                                   std::size_t end) {
  BoundNames names;
  BindingReader(tokens, names, false).read(begin, end);
  return names;
}

BoundNames BoundNames::of_module(const SignificantTokens& tokens) {
  BoundNames names;
  BindingReader(tokens, names, true).read(0, tokens.size() - 1);
  return names;
}

void BoundNames::bind(std::string_view name, Binding::Kind kind, const std::string& path) {
  const auto [found, is_new] = bindings_.try_emplace(name, Binding{kind, path});
  if (!is_new && (found->second.kind != kind || found->second.path != path)) {
    found->second = {Binding::Kind::other, {}};
  }
}

std::size_t end_of_suite(const SignificantTokens& tokens, std::size_t at) {
  std::size_t depth = 0;
  for (; at + 1 < tokens.size(); ++at) {
    if (tokens[at].kind == Kind::indent) ++depth;
    if (tokens[at].kind == Kind::dedent && --depth == 0) return at + 1;
    const bool block_follows = tokens[at + 1].kind == Kind::indent;
    if (tokens[at].kind == Kind::newline && depth == 0 && !block_follows) return at + 1;
  }
  return at;
}

std::size_t colon_of_statement(const SignificantTokens& tokens, std::size_t at) {
  std::size_t lambdas = 0;
  for (; at + 1 < tokens.size() && tokens[at].kind != Kind::newline; ++at) {
    if (tokens[at].is_opening_bracket()) {
      at = closing_bracket(tokens, at);
    } else if (tokens[at].is_name("lambda")) {
      ++lambdas;
    } else if (tokens[at].is_op(":") && lambdas-- == 0) {
      break;
    }
  }
  return at;
}

}  // namespace alembic_native::lint
