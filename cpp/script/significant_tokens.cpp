#include "script/significant_tokens.h"

#include <algorithm>

#include "script/python_source.h"

namespace alembic_native {
namespace {

using Kind = Token::Kind;

// The newest Python whose literals the lexer knows. What an older one reads differently is no
// Python there.
constexpr int newest_minor_version = 14;

// Python itself would need gigabytes for as many.
constexpr std::size_t most_tokens = 2'000'000;

// Where a docstring may stand, while the tokens of a module go by.
class DocstringPosition {
 public:
  // `depth`: of the brackets open behind the token.
  void pass(const Token& token, std::size_t depth) {
    switch (token.kind) {
      case Kind::newline:
        line_start_ = true;
        header_ = false;
        in_body_of_one_line_ = false;
        return;
      case Kind::indent:
      case Kind::dedent:
        return;
      case Kind::name:
        if (line_start_ && token.text == "async") return;
        if (line_start_) header_ = token.text == "def" || token.text == "class";
        expected_ = false;
        break;
      default:
        expected_ = header_ && depth == 0 && token.is_op(":");
        if (expected_) {
          header_ = false;
          in_body_of_one_line_ = true;
        }
        break;
    }
    line_start_ = false;
  }

  bool expected() const { return expected_; }
  // The body stands on the line of its def or class.
  bool in_body_of_one_line() const { return in_body_of_one_line_; }

 private:
  bool expected_ = true;
  bool line_start_ = true;
  bool header_ = false;  // of a def or class
  bool in_body_of_one_line_ = false;
};

class SignificantTokenReader {
 public:
  SignificantTokenReader(std::string_view text, std::vector<Comment>* comments)
      : lexer_(text, newest_minor_version, comments) {
    constexpr std::size_t usual_bytes_per_token = 6;
    tokens_.reserve(std::min(text.size() / usual_bytes_per_token, most_tokens));
  }

  std::variant<SignificantTokens, UnreadableSource> read() {
    Token token = next();
    while (token.kind != Kind::error) {
      if (token.kind == Kind::string && position_.expected()) {
        token = read_first_string(token);
        continue;
      }
      position_.pass(token, lexer_.bracket_depth());
      tokens_.push_back(token);
      if (token.kind == Kind::end) return std::move(tokens_);
      if (tokens_.size() > most_tokens) {
        return UnreadableSource{"the file has more than two million tokens", token.line};
      }
      token = next();
    }
    return UnreadableSource{token.text, token.line};
  }

 private:
  // The next token; a formatted literal counts as one.
  Token next() {
    Token token = lexer_.next();
    if (token.kind != Kind::fstring_start) return token;
    std::size_t depth = 1;
    while (depth > 0) {
      const Token part = lexer_.next();
      if (part.kind == Kind::error) return part;
      if (part.kind == Kind::fstring_start) ++depth;
      if (part.kind == Kind::fstring_end && --depth == 0) {
        const char* const begin = token.text.data();
        const char* const end = part.text.data() + part.text.size();
        token.text = std::string_view(begin, static_cast<std::size_t>(end - begin));
      }
    }
    token.kind = Kind::string;
    return token;
  }

  // Takes the strings in a docstring's position, drops them when they are a statement, and returns
  // the token behind.
  Token read_first_string(Token token) {
    const std::size_t begin = tokens_.size();
    for (; token.kind == Kind::string; token = next()) tokens_.push_back(token);
    const bool is_statement =
        token.kind == Kind::newline || token.kind == Kind::end || token.is_op(";");
    if (!is_statement) {
      position_.pass(tokens_.back(), lexer_.bracket_depth());
      return token;
    }
    tokens_.resize(begin);
    const bool ends_body = token.kind == Kind::newline && position_.in_body_of_one_line();
    const Token terminator = token;
    position_.pass({Kind::string, {}, terminator.line}, 0);
    if (ends_body || token.kind == Kind::end) return token;
    position_.pass(terminator, 0);
    return next();
  }

  PythonLexer lexer_;
  DocstringPosition position_;
  SignificantTokens tokens_;
};

std::string_view fingerprint_text(const Token& token) {
  switch (token.kind) {
    case Kind::newline:
      return "\n";
    case Kind::indent:
      return "\x0e";
    case Kind::dedent:
      return "\x0f";
    default:
      return token.text;
  }
}

}  // namespace

std::variant<SignificantTokens, UnreadableSource> read_significant_tokens(
    std::string_view source, std::vector<Comment>* comments) {
  const PythonSource python = check_python_source(source);
  if (!python.problem.empty()) return UnreadableSource{python.problem, python.line};
  return SignificantTokenReader(python.text, comments).read();
}

std::size_t closing_bracket(const SignificantTokens& tokens, std::size_t at) {
  std::size_t depth = 0;
  for (; at + 1 < tokens.size(); ++at) {
    if (tokens[at].is_opening_bracket()) ++depth;
    if (tokens[at].is_closing_bracket() && --depth == 0) break;
  }
  return at;
}

void TokenFingerprint::add(const Token& token) {
  const std::string_view text = fingerprint_text(token);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\r') {
      hash_.add(text[at]);
    } else if (at + 1 == text.size() || text[at + 1] != '\n') {
      hash_.add('\n');
    }
  }
  hash_.add('\0');
}

}  // namespace alembic_native
