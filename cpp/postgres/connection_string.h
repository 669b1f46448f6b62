// Connection strings: from what stands in alembic.ini or on the command line to what libpq takes.
//
// Three forms are read:
//   * SQLAlchemy URLs, `postgresql+driver://user:password@host:port/database?name=value`, with any
//     driver name, and the older `postgres://`;
//   * libpq URLs, the same without a driver;
//   * libpq's `key=value key='va\'lue'` strings, which libpq reads.
//
// A URL is read as SQLAlchemy reads it, since it is Alembic's configuration: the user ends at the
// first `:`, the password at the first `@` after it, `+` in the query is a space, a parameter in
// the query overrides the part before it, a parameter with an empty value counts as absent. What
// SQLAlchemy cannot read and libpq can is left to libpq: several `host:port` with commas, a host
// written `%2Frun%2Fpostgresql`. The database name is percent-decoded, as libpq and SQLAlchemy from
// 2.1 on do (2.0 takes it literally). A URL that the two would read as different servers is
// refused.
//
// Defaults are left to libpq: PG* variables, ~/.pgpass, service files.
//
// Pure functions on values; any thread. No network, no file, no environment.
#ifndef ALEMBIC_NATIVE_POSTGRES_CONNECTION_STRING_H
#define ALEMBIC_NATIVE_POSTGRES_CONNECTION_STRING_H

#include <string>
#include <string_view>
#include <vector>

namespace alembic_native::postgres {

// One libpq keyword and its value. The value may be a password: never print one.
struct ConnectionParameter {
  std::string name;
  std::string value;
};

// What to connect to. A value; holds passwords, and shows them only through parameters().
class ConnectionTarget {
 public:
  // libpq keywords, each once, no empty value.
  const std::vector<ConnectionParameter>& parameters() const noexcept { return parameters_; }

  // The value of a keyword; empty when it was not given.
  const std::string& value(std::string_view name) const noexcept;

  // Sets a keyword, replacing what was given. An empty value removes it.
  void set(std::string_view name, std::string value);

  // `user@host:port/database` for messages, without what was not given; several hosts are
  // separated by commas. Never holds a password.
  std::string display() const;

  // `text` without the passwords of this target, as they are and percent-encoded. A password that
  // is also the user, host or database name is left: there it tells nothing.
  std::string scrubbed(std::string_view text) const;

 private:
  std::vector<ConnectionParameter> parameters_;
};

// Reads a connection string. Error invalid_connection_string when it cannot be read or names a
// parameter that the libpq in use does not know; the message never repeats the string or a value
// from it.
ConnectionTarget parse(std::string_view url_or_dsn);

// `user@host:port/database` of its parts, leaving out what is empty. `hosts` and `ports` may be
// lists with commas, as libpq writes them.
std::string display_name(std::string_view user, std::string_view hosts, std::string_view ports,
                         std::string_view database);

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_CONNECTION_STRING_H
