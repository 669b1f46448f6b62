// One change to the version table.
//
// A value. What the fields mean depends on the kind, as in "from this row to that row":
//   insert: `to` is the new row, `from` is empty;
//   remove: `from` is the row that goes, `to` is empty;
//   update: the row `from` becomes `to`.
// A remove or an update has to match exactly one row; a store that sees another count stops.
#ifndef ALEMBIC_NATIVE_VERSION_ROW_OPERATION_H
#define ALEMBIC_NATIVE_VERSION_ROW_OPERATION_H

#include <string>

namespace alembic_native {

struct RowOperation {
  enum class Kind { insert, remove, update };
  Kind kind = Kind::insert;
  std::string from;
  std::string to;
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_VERSION_ROW_OPERATION_H
