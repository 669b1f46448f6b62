// An operation on a table, on alembic.op or within a batch.
#ifndef ALEMBIC_NATIVE_LINT_TABLE_OPERATION_H
#define ALEMBIC_NATIVE_LINT_TABLE_OPERATION_H

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "lint/arguments.h"
#include "lint/made_here.h"
#include "lint/operations.h"

namespace alembic_native::lint {

// A view of the operation, which must outlive it.
class TableOperation {
 public:
  explicit TableOperation(const Operation& operation);

  const Operation& operation() const { return operation_; }
  bool is(std::string_view name) const {
    return operation_.is_operation && operation_.name == name;
  }
  // The table is named, and surely was there before.
  bool is_on_older_table(const MadeHere& made) const {
    return table_ && made.is_older_table(*table_);
  }
  // nullopt where it is not literal.
  const std::optional<std::string>& table() const { return table_; }
  // `position`: among the arguments of the function of alembic.op.
  Argument argument(std::size_t position, std::string_view keyword) const;
  Argument keyword(std::string_view keyword) const { return keyword_of(*operation_.call, keyword); }

  // `table "user"`, `column "email" of table "user"`, `index "ix_email" on table "user"`.
  std::string table_subject() const;
  std::string column_subject(const std::optional<std::string>& column) const;
  std::string subject_on_table(std::string_view kind, const std::optional<std::string>& name) const;

 private:
  const Operation& operation_;
  std::size_t table_position_;
  std::optional<std::string> table_;
  std::optional<std::string> schema_;
};

// `kind "name"`; names are cut where they are very long.
std::string named(std::string_view kind, const std::string& name);

}  // namespace alembic_native::lint

#endif  // ALEMBIC_NATIVE_LINT_TABLE_OPERATION_H
