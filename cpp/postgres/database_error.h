// From what libpq and libpqxx report to the one error type: kinds by SQLSTATE, never by text.
//
// Pure functions on values; any thread.
#ifndef ALEMBIC_NATIVE_POSTGRES_DATABASE_ERROR_H
#define ALEMBIC_NATIVE_POSTGRES_DATABASE_ERROR_H

#include <exception>
#include <string>
#include <string_view>

#include "error.h"
#include "postgres/connection_string.h"

namespace alembic_native::postgres {

// Which server and database an error speaks of.
struct ErrorLocation {
  std::string host;
  std::string port;
  std::string database;
  std::string user;
  ConnectionTarget target;  // knows what has to be scrubbed from texts

  std::string display() const { return display_name(user, host, port, database); }
};

// The kind for a SQLSTATE; ErrorKind::database for one without a kind of its own.
ErrorKind kind_of_sqlstate(std::string_view sqlstate) noexcept;

// The last SQLSTATE in a text that libpq wrote with PQERRORS_VERBOSE ("FATAL:  28P01: ..."), where
// no function returns it: the text of a failed connection. Empty when there is none.
std::string sqlstate_of_verbose_text(std::string_view text);

// Such a text without the SQLSTATEs and the server's source locations, on one line.
std::string plain_text(std::string_view verbose_text);

// An error with the fields of `location`: "<location>: <what happened> <what to do about this
// kind>".
Error database_error(ErrorKind kind, std::string_view what_happened, const ErrorLocation& location,
                     std::string sqlstate = {});

// The error of a connection that could not be opened. `verbose_text` is libpq's.
Error connection_error(std::string_view verbose_text, bool needs_password,
                       const ErrorLocation& location);

// What an exception of libpqxx means; `is_open` is whether the connection survived it. An Error
// passes unchanged.
Error translated(const std::exception& exception, bool is_open, const ErrorLocation& location);

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_DATABASE_ERROR_H
