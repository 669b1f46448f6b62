// The `sa.Column(...)` of an add_column operation.
#ifndef ALEMBIC_NATIVE_LINT_ADDED_COLUMN_H
#define ALEMBIC_NATIVE_LINT_ADDED_COLUMN_H

#include <optional>
#include <string>
#include <string_view>

#include "lint/arguments.h"
#include "lint/table_operation.h"

namespace alembic_native::lint {

// A view of the operation, which must outlive it.
class AddedColumn {
 public:
  // nullopt where the operation is no add_column, or its column is not written as a call.
  static std::optional<AddedColumn> of(const TableOperation& operation);

  std::optional<std::string> name() const;
  Argument keyword(std::string_view keyword) const { return keyword_of(column_, keyword); }
  Argument type() const;
  // The first call of a class of SQLAlchemy among its arguments, such as "ForeignKey", or null.
  const Call* find(std::string_view class_name) const;
  // Whether nothing but a type and constraints stands among its positional arguments, so that none
  // of them can give it a value.
  bool holds_constraints_only() const;

 private:
  explicit AddedColumn(const Call& column) : column_(column) {}

  const Call& column_;
};

}  // namespace alembic_native::lint

#endif  // ALEMBIC_NATIVE_LINT_ADDED_COLUMN_H
