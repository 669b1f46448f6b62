// The database that a script is judged for.
#ifndef ALEMBIC_NATIVE_LINT_DIALECT_H
#define ALEMBIC_NATIVE_LINT_DIALECT_H

#include <optional>
#include <string_view>

namespace alembic_native::lint {

struct Dialect {
  enum class Kind { postgresql, mysql, mariadb, sqlite };
  Kind kind = Kind::postgresql;
  int version = 0;  // major times 100 plus minor; 0: unknown, taken for the newest

  bool is_postgresql() const { return kind == Kind::postgresql; }
  bool is_sqlite() const { return kind == Kind::sqlite; }
  bool is_mysql_or_mariadb() const { return kind == Kind::mysql || kind == Kind::mariadb; }
  // An unknown version is not.
  bool is_older_than(int other) const { return version != 0 && version < other; }
};

// "postgresql", "mysql", "mariadb" or "sqlite"; nullopt for any other.
inline std::optional<Dialect::Kind> dialect_kind(std::string_view name) {
  if (name == "postgresql") return Dialect::Kind::postgresql;
  if (name == "mysql") return Dialect::Kind::mysql;
  if (name == "mariadb") return Dialect::Kind::mariadb;
  if (name == "sqlite") return Dialect::Kind::sqlite;
  return std::nullopt;
}

}  // namespace alembic_native::lint

#endif  // ALEMBIC_NATIVE_LINT_DIALECT_H
