// The tokens of a Python source that count for what it does, and a fingerprint of them.
#ifndef ALEMBIC_NATIVE_SCRIPT_SIGNIFICANT_TOKENS_H
#define ALEMBIC_NATIVE_SCRIPT_SIGNIFICANT_TOKENS_H

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "script/python_lexer.h"
#include "text/fnv1a.h"

namespace alembic_native {

// Why a source cannot be split into tokens.
struct UnreadableSource {
  std::string_view reason;  // static text: "a string is not closed"
  int line = 0;             // from 1; 0 when it concerns the whole file
};

using SignificantTokens = std::vector<Token>;

// The tokens of a module without its docstrings (a string alone as the first statement of the
// module, a class or a function), and with each formatted literal as one token of kind `string`.
// Ends with one token of kind `end`. `source`: the bytes of the file as they are on disk; must
// outlive the tokens. The answer is the same whatever Python runs. Linear. `comments`: takes those
// of the source, in their order; where it is unreadable those in front of the place. A source of
// more than two million tokens is unreadable.
std::variant<SignificantTokens, UnreadableSource> read_significant_tokens(
    std::string_view source, std::vector<Comment>* comments = nullptr);

// The index of the bracket that closes the one at `at`. The lexer has seen that there is one.
std::size_t closing_bracket(const SignificantTokens& tokens, std::size_t at);

// A hash of tokens in order, independent of platform: FNV-1a, 64 bits, over the text of each token,
// followed by a zero byte. The text of a newline is "\n", of an indent "\x0e", of a dedent "\x0f".
// Line ends within a string literal count as "\n".
class TokenFingerprint {
 public:
  void add(const Token& token);
  std::string hex() const { return hash_.hex(); }  // 16 digits

 private:
  Fnv1a hash_;
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_SCRIPT_SIGNIFICANT_TOKENS_H
