#include "postgres/libpq_options.h"

#include <new>

namespace alembic_native::postgres {

std::optional<std::vector<ConnectionParameter>> read_by_libpq(const std::string& text) {
  const LibpqOptions options(PQconninfoParse(text.c_str(), nullptr));
  if (!options) return std::nullopt;
  std::vector<ConnectionParameter> parameters;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) parameters.push_back({option->keyword, option->val});
  }
  return parameters;
}

bool is_libpq_parameter(std::string_view name) {
  // For a text without parameters libpq returns all that it knows.
  const LibpqOptions known(PQconninfoParse("", nullptr));
  if (!known) throw std::bad_alloc();
  const PQconninfoOption* option = known.get();
  while (option->keyword != nullptr && option->keyword != name) ++option;
  return option->keyword != nullptr;
}

}  // namespace alembic_native::postgres
