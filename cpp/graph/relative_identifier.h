// The relative form of a target: "+2", "-1", "ae10+2", "label@+1", "label@ae10-3".
#ifndef ALEMBIC_NATIVE_GRAPH_RELATIVE_IDENTIFIER_H
#define ALEMBIC_NATIVE_GRAPH_RELATIVE_IDENTIFIER_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace alembic_native {

struct RelativeIdentifier {
  std::optional<std::string> branch_label;
  std::optional<std::string> symbol;  // what the steps are counted from; nullopt: where we are
  std::string steps_text;             // as given, with its sign
  std::int64_t steps = 0;
};

// nullopt when the text is not of this form. As upstream matches it: anything may follow the
// digits. A byte beyond ASCII counts as part of a word. Steps beyond 64 bits are held at the limit.
std::optional<RelativeIdentifier> parse_relative(std::string_view text);

// An integer as Python's int() reads it from a string (surrounding space, sign, single underscores
// between digits; ASCII digits); nullopt when it would raise. Held at the limits of 64 bits.
std::optional<std::int64_t> parse_integer(std::string_view text);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_RELATIVE_IDENTIFIER_H
