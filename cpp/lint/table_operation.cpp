#include "lint/table_operation.h"

#include "text/utf8.h"

namespace alembic_native::lint {
namespace {

// Which argument of a function of alembic.op names the table.
std::size_t table_position(std::string_view name) {
  const bool has_name_of_its_own =
      name == "create_index" || name == "drop_index" || name == "create_unique_constraint" ||
      name == "create_check_constraint" || name == "create_exclude_constraint" ||
      name == "create_foreign_key" || name == "create_primary_key" || name == "drop_constraint";
  return has_name_of_its_own ? 1 : 0;
}

std::string_view table_keyword(std::string_view name) {
  if (name == "create_foreign_key") return "source_table";
  if (name == "rename_table") return "old_table_name";
  return "table_name";
}

}  // namespace

TableOperation::TableOperation(const Operation& operation)
    : operation_(operation), table_position_(table_position(operation.name)) {
  const Call& named_by = operation.batch ? *operation.batch : *operation.call;
  table_ = operation.batch
               ? argument_of(named_by, 0, "table_name").text()
               : argument_of(named_by, table_position_, table_keyword(operation.name)).text();
  schema_ = keyword_of(named_by, "schema").text();
}

Argument TableOperation::argument(std::size_t position, std::string_view keyword) const {
  const bool behind_table = operation_.batch && position > table_position_;
  return argument_of(*operation_.call, behind_table ? position - 1 : position, keyword);
}

std::string TableOperation::table_subject() const {
  if (!table_) return {};
  return named("table", schema_ ? *schema_ + "." + *table_ : *table_);
}

std::string TableOperation::column_subject(const std::optional<std::string>& column) const {
  if (!column) return table_subject();
  return table_ ? named("column", *column) + " of " + table_subject() : named("column", *column);
}

std::string TableOperation::subject_on_table(std::string_view kind,
                                             const std::optional<std::string>& name) const {
  const std::string what = name ? named(kind, *name) : std::string(kind);
  return table_ ? what + " on " + table_subject() : what;
}

std::string named(std::string_view kind, const std::string& name) {
  constexpr std::size_t longest = 200;
  std::size_t end = name.size();
  if (end > longest) {
    end = longest;
    while (end > 0 && is_utf8_continuation(name[end])) --end;
  }
  std::string subject(kind);
  subject += " \"";
  subject.append(name, 0, end);
  subject += end < name.size() ? "...\"" : "\"";
  return subject;
}

}  // namespace alembic_native::lint
