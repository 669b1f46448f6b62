// The arguments of an operation, by position and keyword.
#ifndef ALEMBIC_NATIVE_LINT_ARGUMENTS_H
#define ALEMBIC_NATIVE_LINT_ARGUMENTS_H

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "lint/value.h"

namespace alembic_native::lint {

// A view of an argument of a call, which must outlive it.
struct Argument {
  const Value* value = nullptr;  // null where there is none, or none that is known
  bool certain = true;           // false where `*` or `**` may bring it

  bool is_absent() const { return value == nullptr && certain; }
  bool is_unknown() const { return value == nullptr ? !certain : value->is(Value::Kind::unknown); }
  bool is(Value::Kind kind) const { return value != nullptr && value->is(kind); }
  bool is_true() const { return value != nullptr && value->is_true(); }
  bool is_false() const { return value != nullptr && value->is_false(); }
  // Left out, None or False.
  bool is_not_set() const { return is_absent() || is(Value::Kind::none) || is_false(); }
  // A str, also within op.f(); nullopt for anything else.
  std::optional<std::string> text() const;
};

Argument argument_of(const Call& call, std::size_t position, std::string_view keyword);
Argument keyword_of(const Call& call, std::string_view keyword);

// Whether a dotted name is one of SQLAlchemy, or of what SQLModel adds to it.
bool is_of_sqlalchemy(std::string_view path);
// Whether it is `name` of SQLAlchemy, in whatever module: "Column" for "sqlalchemy.schema.Column".
bool is_of_sqlalchemy(std::string_view path, std::string_view name);
// The call of `name` of SQLAlchemy, or null.
const Call* call_of_sqlalchemy(const Value& value, std::string_view name);

// Whether it makes an `sa.Enum`, or the `ENUM` of a dialect.
bool is_enumeration(const Call& call);

}  // namespace alembic_native::lint

#endif  // ALEMBIC_NATIVE_LINT_ARGUMENTS_H
