// What names mean to the reader of a script's header.
#ifndef ALEMBIC_NATIVE_SCRIPT_HEADER_NAMES_H
#define ALEMBIC_NATIVE_SCRIPT_HEADER_NAMES_H

#include <string_view>

namespace alembic_native {

// The meaning of a name, wherever it stands.
enum class NameRole {
  ordinary,
  revision,
  down_revision,
  branch_labels,
  depends_on,
  doc,
  source_encoding,  // makes upstream decode the docstring once more
  indirect,         // reaches frames, namespaces or code by a string: may bind a name unwritten
  def,
  class_,
  global,
  raise,
  import,        // import, from
  soft_keyword,  // a keyword where a statement begins, perhaps
};

NameRole role_of(std::string_view name);

inline bool is_header_name(NameRole role) {
  return role >= NameRole::revision && role <= NameRole::doc;
}

// Of Python 3, in all its versions; without None, True and False, which are operands.
bool is_keyword(std::string_view name);

// A module of the standard library or of a template engine whose functions, under names that say
// nothing, run text as code or write to any memory.
bool runs_text(std::string_view module);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_SCRIPT_HEADER_NAMES_H
