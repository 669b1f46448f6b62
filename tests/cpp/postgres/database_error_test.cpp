// What a refusal of the server becomes.
#include "postgres/database_error.h"

#include <gtest/gtest.h>

#include <pqxx/pqxx>
#include <string>

namespace alembic_native::postgres {
namespace {

// libpq's text for a refused connection with PQERRORS_VERBOSE.
constexpr const char* refused =
    "connection to server at \"db\" (192.0.2.1), port 5432 failed: FATAL:  28P01: password "
    "authentication failed for user \"scott\"\nLOCATION:  auth_failed, auth.c:335\n";

ErrorLocation location() {
  return {"db", "5432", "app", "scott", parse("postgresql://scott:hunter2@db/app")};
}

TEST(DatabaseError, SqlstatesHaveKinds) {
  EXPECT_EQ(kind_of_sqlstate("28P01"), ErrorKind::authentication_failed);
  EXPECT_EQ(kind_of_sqlstate("28000"), ErrorKind::authentication_failed);
  EXPECT_EQ(kind_of_sqlstate("3D000"), ErrorKind::undefined_database);
  EXPECT_EQ(kind_of_sqlstate("42501"), ErrorKind::insufficient_privilege);
  EXPECT_EQ(kind_of_sqlstate("42P01"), ErrorKind::undefined_table);
  EXPECT_EQ(kind_of_sqlstate("57P01"), ErrorKind::connection_lost);
  EXPECT_EQ(kind_of_sqlstate("57P03"), ErrorKind::connection_failed);
  EXPECT_EQ(kind_of_sqlstate("57014"), ErrorKind::query_canceled);
  EXPECT_EQ(kind_of_sqlstate("55P03"), ErrorKind::lock_not_available);
  EXPECT_EQ(kind_of_sqlstate("40P01"), ErrorKind::transaction_rollback);
  EXPECT_EQ(kind_of_sqlstate("25006"), ErrorKind::read_only_transaction);
  EXPECT_EQ(kind_of_sqlstate("22001"), ErrorKind::database);
}

TEST(DatabaseError, TheSqlstateOfARefusedConnectionIsFoundInAnyLanguage) {
  EXPECT_EQ(sqlstate_of_verbose_text(refused), "28P01");
  EXPECT_EQ(sqlstate_of_verbose_text("FATALE:  28P01: autenticazione fallita"), "28P01");
  EXPECT_EQ(sqlstate_of_verbose_text("first: FATAL:  57P03: starting\nthen: FATAL:  3D000: none"),
            "3D000");
  EXPECT_EQ(sqlstate_of_verbose_text("Connection refused"), "");
  EXPECT_EQ(sqlstate_of_verbose_text("FATAL:  ABCDE"), "");
}

TEST(DatabaseError, PeopleSeeNeitherSqlstateNorSourceLine) {
  EXPECT_EQ(plain_text(refused),
            "connection to server at \"db\" (192.0.2.1), port 5432 failed: FATAL:  password "
            "authentication failed for user \"scott\"");
  EXPECT_EQ(plain_text("Connection refused\n\tIs the server running?\n"),
            "Connection refused. Is the server running?");
}

TEST(DatabaseError, ARefusedConnectionSaysWhereAndWhatToDo) {
  const Error error = connection_error(refused, false, location());
  EXPECT_EQ(error.kind(), ErrorKind::authentication_failed);
  EXPECT_EQ(error.fields().sqlstate, "28P01");
  EXPECT_EQ(error.fields().user, "scott");
  EXPECT_EQ(error.message(),
            "PostgreSQL at scott@db:5432/app: connection to server at \"db\" (192.0.2.1), port "
            "5432 failed: FATAL:  password authentication failed for user \"scott\". Check the "
            "user and the password (URL, PGPASSWORD or ~/.pgpass) and the server's pg_hba.conf.");
}

TEST(DatabaseError, APasswordThatWasNotGivenIsAMatterOfAuthentication) {
  EXPECT_EQ(connection_error("fe_sendauth: no password supplied", true, location()).kind(),
            ErrorKind::authentication_failed);
  EXPECT_EQ(connection_error("Connection refused", false, location()).kind(),
            ErrorKind::connection_failed);
}

TEST(DatabaseError, ServerTextsAreScrubbedAndReadable) {
  const Error error =
      database_error(ErrorKind::database, "bad \"hunter2\" \xE9\x01", location(), "XX000");
  EXPECT_EQ(error.message(), "PostgreSQL at scott@db:5432/app: bad \"***\" \xEF\xBF\xBD\\x01");
}

TEST(DatabaseError, ErrorsWithoutSqlstateInLibpqxx6AreKnownByType) {
  const Error denied =
      translated(pqxx::insufficient_privilege("ERROR:  permission denied"), true, location());
  EXPECT_EQ(denied.kind(), ErrorKind::insufficient_privilege);
  EXPECT_EQ(denied.fields().sqlstate, "42501");
#if PQXX_VERSION_MAJOR < 7
  EXPECT_EQ(translated(pqxx::deadlock_detected("ERROR:  deadlock"), true, location()).kind(),
            ErrorKind::transaction_rollback);
  EXPECT_EQ(
      translated(pqxx::serialization_failure("ERROR:  no"), true, location()).fields().sqlstate,
      "40001");
#endif
}

TEST(DatabaseError, AFailureOnAClosedConnectionIsItsEnd) {
  EXPECT_EQ(translated(pqxx::broken_connection("gone"), false, location()).kind(),
            ErrorKind::connection_lost);
  EXPECT_EQ(translated(pqxx::sql_error("ERROR:  x", "SELECT 1", "XX000"), false, location()).kind(),
            ErrorKind::connection_lost);
  EXPECT_EQ(translated(pqxx::in_doubt_error("who knows"), true, location()).kind(),
            ErrorKind::connection_lost);
}

}  // namespace
}  // namespace alembic_native::postgres
