#include "lint/added_column.h"

namespace alembic_native::lint {

std::optional<AddedColumn> AddedColumn::of(const TableOperation& operation) {
  if (!operation.is("add_column")) return std::nullopt;
  const Argument argument = operation.argument(1, "column");
  if (argument.value == nullptr) return std::nullopt;
  const Call* const column = call_of_sqlalchemy(*argument.value, "Column");
  if (column == nullptr || column->open) return std::nullopt;
  return AddedColumn(*column);
}

std::optional<std::string> AddedColumn::name() const {
  return argument_of(column_, 0, "name").text();
}

Argument AddedColumn::type() const {
  return argument_of(column_, keyword("name").is_absent() ? 1 : 0, "type_");
}

const Call* AddedColumn::find(std::string_view class_name) const {
  for (const Value& value : column_.positional) {
    if (const Call* const found = call_of_sqlalchemy(value, class_name)) return found;
  }
  return nullptr;
}

bool AddedColumn::holds_constraints_only() const {
  // The name and the type come first, but for those that are given by keyword.
  const std::size_t first =
      (keyword("name").is_absent() ? 1U : 0U) + (keyword("type_").is_absent() ? 1U : 0U);
  for (std::size_t at = first; at < column_.positional.size(); ++at) {
    const Value& value = column_.positional[at];
    const bool constraint = call_of_sqlalchemy(value, "ForeignKey") != nullptr ||
                            call_of_sqlalchemy(value, "CheckConstraint") != nullptr;
    if (!constraint) return false;
  }
  return true;
}

}  // namespace alembic_native::lint
