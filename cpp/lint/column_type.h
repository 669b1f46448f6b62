// The types of columns, as the operations of a script write them.
#ifndef ALEMBIC_NATIVE_LINT_COLUMN_TYPE_H
#define ALEMBIC_NATIVE_LINT_COLUMN_TYPE_H

#include <cstdint>
#include <optional>
#include <string>

#include "lint/dialect.h"
#include "lint/value.h"

namespace alembic_native::lint {

struct ColumnType {
  enum class Family {
    small_integer,
    integer,
    big_integer,
    numeric,
    real,  // single precision
    double_precision,
    varchar,
    text,
    character,
    boolean,
    date,
    time,
    timestamp,            // DATETIME on MySQL and MariaDB
    timestamp_with_zone,  // TIMESTAMP on MySQL and MariaDB
    interval,
    bytes,
    json,
    jsonb,
    uuid,
    enumeration,
  };
  Family family = Family::text;
  std::optional<std::int64_t> length;  // of varchar and char; the precision of numeric
  std::int64_t scale = 0;              // of numeric with a precision
  std::string name;                    // of an enumeration; empty if it has none

  bool is_integer() const {
    return family == Family::small_integer || family == Family::integer ||
           family == Family::big_integer;
  }
};

// `value`: a type of SQLAlchemy, `sa.String` or `sa.String(50)`. nullopt where it is not certain
// what the type is on the database: a class that is not known, an argument that is not literal.
std::optional<ColumnType> column_type_of(const Value& value, const Dialect& dialect);

// What becomes of the rows of a table when a column gets another type.
enum class TypeChange {
  none,     // they stay as they are
  rewrite,  // they are rewritten, or checked one by one
  uncertain,
};

// `from` is nullopt where it is not known. Sources: PostgreSQL's manual on ALTER TABLE, and MySQL's
// on online DDL operations; tests/python/lint/test_locks_on_postgres.py runs what is said of
// PostgreSQL.
TypeChange type_change(const std::optional<ColumnType>& from, const std::optional<ColumnType>& to,
                       const Dialect& dialect);

}  // namespace alembic_native::lint

#endif  // ALEMBIC_NATIVE_LINT_COLUMN_TYPE_H
