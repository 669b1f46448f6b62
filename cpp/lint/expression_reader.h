// Reads Python expressions into values, and notes the calls on the way.
#ifndef ALEMBIC_NATIVE_LINT_EXPRESSION_READER_H
#define ALEMBIC_NATIVE_LINT_EXPRESSION_READER_H

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lint/value.h"
#include "script/significant_tokens.h"

namespace alembic_native::lint {

// What a name stands for where it is read.
struct ResolvedName {
  std::string path;                   // "alembic.op", "alembic.op.get_bind()"; "?" if unknown
  std::shared_ptr<const Call> batch;  // of op.batch_alter_table(), where the name stands for it
};

// A call, when it is complete.
struct SeenCall {
  std::shared_ptr<const Call> call;
  std::shared_ptr<const Call> batch;  // whose object has the method
  std::size_t token = 0;              // where the expression begins
  bool nested = false;                // it stands within brackets
};

// For one function. Each token is looked at once. Brackets that are nested deeper than
// `deepest_brackets` are passed over; method chains of more than `longest_chain` calls are unknown:
// so recursion, also that of destructors, is bounded.
class ExpressionReader {
 public:
  static constexpr std::size_t deepest_brackets = 24;
  static constexpr std::size_t longest_chain = 8;

  // `resolve` is asked for each name as it comes; `see` gets each call but those that are the
  // receiver of another one, and those whose function is no name, inner calls first.
  ExpressionReader(const SignificantTokens& tokens,
                   std::function<ResolvedName(std::string_view)> resolve,
                   std::function<void(SeenCall)> see)
      : tokens_(tokens), resolve_(std::move(resolve)), see_(std::move(see)) {}

  // One expression at `at`, which is moved to the token that ends it: a comma, colon, semicolon,
  // `=`, `as`, closing bracket, newline.
  Value read(std::size_t& at);

  // What stands at `at`, operators and keywords included; moves `at` behind it, at least one token.
  void pass(std::size_t& at);

 private:
  struct Primary;

  const Token& token(std::size_t at) const { return tokens_[at]; }
  bool ends_expression(std::size_t at) const;
  bool begins_primary(std::size_t at) const;
  void read_rest(std::size_t& at);
  Primary read_primary(std::size_t& at);
  Primary read_atom(std::size_t& at);
  void lose_path(Primary& primary);
  void read_attribute(Primary& primary, std::size_t& at);
  void read_call(Primary& primary, std::size_t& at);
  void read_arguments(Call& call, std::size_t& at);
  Value read_number(std::size_t& at, bool negative);
  Value read_texts(std::size_t& at);
  Value read_sequence(std::size_t& at);
  void pass_brackets(std::size_t& at);
  void pass_deep_brackets(std::size_t& at);

  const SignificantTokens& tokens_;
  std::function<ResolvedName(std::string_view)> resolve_;
  std::function<void(SeenCall)> see_;
  std::size_t depth_ = 0;          // of brackets
  bool is_comprehension_ = false;  // the expression read last had a `for`
};

}  // namespace alembic_native::lint

#endif  // ALEMBIC_NATIVE_LINT_EXPRESSION_READER_H
