// The SQL that an operation sends.
#ifndef ALEMBIC_NATIVE_LINT_EXECUTED_SQL_H
#define ALEMBIC_NATIVE_LINT_EXECUTED_SQL_H

#include <string_view>

#include "lint/operations.h"
#include "lint/value.h"

namespace alembic_native::lint {

// Views of the operation's arguments, which must outlive it.
struct ExecutedSql {
  enum class Kind {
    none,        // the operation executes nothing that the script gives
    text,        // all of `text` is sent
    beginning,   // `text` is what it begins with
    expression,  // of SQLAlchemy, which changes rows: insert(), update(), delete()
    query,       // of SQLAlchemy, which does not
    unknown,
  };
  Kind kind = Kind::none;
  std::string_view text;
  const Value* literal = nullptr;  // of a text, also of one that is too long to be looked into
  std::string_view expression;     // its dotted name, with a "()" for each call
};

// Of op.execute(), of the methods of op.get_bind() that execute, and of op.bulk_insert().
ExecutedSql executed_sql(const Operation& operation);

}  // namespace alembic_native::lint

#endif  // ALEMBIC_NATIVE_LINT_EXECUTED_SQL_H
