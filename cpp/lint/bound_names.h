// What the names of a module or of a function are bound to.
#ifndef ALEMBIC_NATIVE_LINT_BOUND_NAMES_H
#define ALEMBIC_NATIVE_LINT_BOUND_NAMES_H

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "script/significant_tokens.h"

namespace alembic_native::lint {

struct Binding {
  enum class Kind {
    import,
    connection,  // NAME = op.get_bind(), or any other method of a name without arguments
    with,        // with ... as NAME
    other,       // anything else, or several things
  };
  Kind kind = Kind::other;
  std::string path;  // "alembic.op"; of a connection as written: "op.get_bind()"
};

// The names that are bound in [begin, end) of some tokens. Views of them.
class BoundNames {
 public:
  // Of all in the range, with nested functions and their parameters: those of a function.
  static BoundNames of_function(const SignificantTokens& tokens, std::size_t begin,
                                std::size_t end);
  // Without the bodies of functions and classes.
  static BoundNames of_module(const SignificantTokens& tokens);

  // Null where the name is not bound.
  const Binding* find(std::string_view name) const {
    const auto found = bindings_.find(name);
    return found == bindings_.end() ? nullptr : &found->second;
  }

  void bind(std::string_view name, Binding::Kind kind, const std::string& path = {});

 private:
  std::unordered_map<std::string_view, Binding> bindings_;
};

// `at` stands on the first token of a block or simple statement behind a colon: returns the index
// behind the last of its tokens.
std::size_t end_of_suite(const SignificantTokens& tokens, std::size_t at);

// The index of the colon that ends the first line of a compound statement at `at`.
std::size_t colon_of_statement(const SignificantTokens& tokens, std::size_t at);

}  // namespace alembic_native::lint

#endif  // ALEMBIC_NATIVE_LINT_BOUND_NAMES_H
