// Each form of a connection string, and what libpq is given for it.
#include "postgres/connection_string.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "error.h"

namespace alembic_native::postgres {
namespace {

// The libpq keywords of a connection string, in one line.
std::string keywords(std::string_view text) {
  std::string result;
  const ConnectionTarget target = parse(text);
  for (const ConnectionParameter& parameter : target.parameters()) {
    if (!result.empty()) result += ' ';
    result += parameter.name + "=" + parameter.value;
  }
  return result;
}

std::string refusal(std::string_view text) {
  try {
    parse(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_connection_string);
    return error.message();
  }
  ADD_FAILURE() << "accepted: " << text;
  return {};
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST(ConnectionString, UrlsOfEveryDriverAreTheSame) {
  for (const char* scheme :
       {"postgresql", "postgresql+psycopg2", "postgresql+psycopg", "postgresql+psycopg_async",
        "postgresql+asyncpg", "postgresql+pg8000", "postgresql+psycopg2cffi", "postgres"}) {
    EXPECT_EQ(keywords(std::string(scheme) + "://scott:tiger@db.example:5433/app"),
              "user=scott password=tiger dbname=app host=db.example port=5433")
        << scheme;
  }
}

TEST(ConnectionString, PartsMayBeAbsent) {
  EXPECT_EQ(keywords("postgresql://"), "");
  EXPECT_EQ(keywords("postgresql:///app"), "dbname=app");
  EXPECT_EQ(keywords("postgresql://db.example"), "host=db.example");
  EXPECT_EQ(keywords("postgresql://:5433/app"), "dbname=app port=5433");
  EXPECT_EQ(keywords("postgresql://db.example:/app"), "dbname=app host=db.example");
  EXPECT_EQ(keywords("postgresql://scott@/app"), "user=scott dbname=app");
  EXPECT_EQ(keywords("postgresql://scott:@db.example/app"),
            "user=scott dbname=app host=db.example");
}

TEST(ConnectionString, Pg8000ReadsNoEnvironmentForItsHost) {
  EXPECT_EQ(keywords("postgresql+pg8000://scott@/app"),
            "user=scott dbname=app host=localhost port=5432");
}

TEST(ConnectionString, UserPasswordAndDatabaseArePercentDecoded) {
  EXPECT_EQ(keywords("postgresql://s%40c:p%40ss%2Fw%25%3a@h/my%20db"),
            "user=s@c password=p@ss/w%: dbname=my db host=h");
}

TEST(ConnectionString, PlusIsASpaceInTheQueryOnly) {
  EXPECT_EQ(keywords("postgresql://a+b:c+d@h/e+f?application_name=g+h"),
            "user=a+b password=c+d dbname=e+f host=h application_name=g h");
}

TEST(ConnectionString, BrokenPercentSequencesStay) {
  EXPECT_EQ(keywords("postgresql://u:100%@h/d"), "user=u password=100% dbname=d host=h");
  EXPECT_EQ(keywords("postgresql://u:%zz%4@h/d"), "user=u password=%zz%4 dbname=d host=h");
}

TEST(ConnectionString, PasswordsMayHoldSlashesColonsAndQuestionMarks) {
  EXPECT_EQ(keywords("postgresql://u:a/b:c?d=e@h/x"), "user=u password=a/b:c?d=e dbname=x host=h");
}

TEST(ConnectionString, UserNamesMayHoldAnAtSign) {
  EXPECT_EQ(keywords("postgresql://u@server:pw@h/x"), "user=u@server password=pw dbname=x host=h");
}

TEST(ConnectionString, Ipv6AddressesStandInBrackets) {
  EXPECT_EQ(keywords("postgresql://u@[2001:db8::1]:5433/x"),
            "user=u dbname=x host=2001:db8::1 port=5433");
  EXPECT_EQ(keywords("postgresql://[::1]/x"), "dbname=x host=::1");
  EXPECT_EQ(keywords("postgresql:///x?host=[::1]:5433"), "dbname=x host=::1 port=5433");
  EXPECT_TRUE(contains(refusal("postgresql://u@2001:db8::1/x"), "port"));
  EXPECT_TRUE(contains(refusal("postgresql://u@[::1]5433/x"), "brackets"));
}

TEST(ConnectionString, UnixSockets) {
  EXPECT_EQ(keywords("postgresql://u@/x?host=/run/postgresql"),
            "user=u dbname=x host=/run/postgresql");
  EXPECT_EQ(keywords("postgresql://u@%2Frun%2Fpostgresql:5433/x"),
            "user=u dbname=x host=/run/postgresql port=5433");
  EXPECT_EQ(keywords("postgresql+pg8000://u@/x?unix_sock=/run/postgresql/.s.PGSQL.5433"),
            "user=u dbname=x host=/run/postgresql port=5433");
  EXPECT_TRUE(contains(refusal("postgresql+pg8000://u@/x?unix_sock=/run"), "unix_sock"));
}

TEST(ConnectionString, SeveralHosts) {
  EXPECT_EQ(keywords("postgresql://a:1,b:2/x"), "dbname=x host=a,b port=1,2");
  EXPECT_EQ(keywords("postgresql://a,[::1]:2/x"), "dbname=x host=a,::1 port=,2");
  EXPECT_EQ(keywords("postgresql:///x?host=a:1&host=b:2"), "dbname=x host=a,b port=1,2");
  EXPECT_EQ(keywords("postgresql:///x?host=a&host=b"), "dbname=x host=a,b");
  EXPECT_EQ(keywords("postgresql:///x?host=a,b&port=1,2"), "dbname=x host=a,b port=1,2");
  EXPECT_EQ(keywords("postgresql:///x?host=a,b&port=1"), "dbname=x host=a,b port=1");
  EXPECT_EQ(keywords("postgresql:///x?host=a:1"), "dbname=x host=a port=1");
  EXPECT_TRUE(contains(refusal("postgresql:///x?host=a,b&port=1,2,3"), "differ"));
  EXPECT_TRUE(contains(refusal("postgresql:///x?host=a:1&host=b:2&port=3"), "both ways"));
}

TEST(ConnectionString, TheQueryOverridesWhatStandsBeforeIt) {
  EXPECT_EQ(keywords("postgresql://u:p@h:1/d?user=v&password=q&host=i&port=2&dbname=e"),
            "user=v password=q dbname=e host=i port=2");
  EXPECT_EQ(keywords("postgresql://u@h:1/d?host=i"), "user=u dbname=d host=i port=1");
}

TEST(ConnectionString, LibpqParametersPassThrough) {
  EXPECT_EQ(keywords("postgresql://h/d?sslmode=verify-full&sslrootcert=/ca.pem&service=s&"
                     "options=-c%20search_path%3Dapp&connect_timeout=3&passfile=/p"),
            "dbname=d host=h sslmode=verify-full sslrootcert=/ca.pem service=s "
            "options=-c search_path=app connect_timeout=3 passfile=/p");
}

TEST(ConnectionString, ParametersWithoutAValueCountAsAbsent) {
  EXPECT_EQ(keywords("postgresql://h/d?sslmode=&nonsense="), "dbname=d host=h");
}

TEST(ConnectionString, ParametersOfOtherDriversAreTranslated) {
  EXPECT_EQ(keywords("postgresql+asyncpg://h/d?ssl=require"), "dbname=d host=h sslmode=require");
  EXPECT_EQ(keywords("postgresql+asyncpg://h/d?ssl=true"), "dbname=d host=h sslmode=require");
  EXPECT_EQ(keywords("postgresql+asyncpg://h/d?ssl=false"), "dbname=d host=h sslmode=disable");
  EXPECT_EQ(keywords("postgresql+asyncpg://h/d?ssl=verify_full"),
            "dbname=d host=h sslmode=verify-full");
  EXPECT_EQ(keywords("postgresql+asyncpg://h/d?timeout=2.5"), "dbname=d host=h connect_timeout=3");
  EXPECT_EQ(keywords("postgresql+asyncpg://h/?database=e"), "host=h dbname=e");
  EXPECT_EQ(keywords("postgresql+pg8000://h/d?tcp_keepalive=False"),
            "dbname=d host=h keepalives=0 port=5432");
  EXPECT_TRUE(contains(refusal("postgresql+asyncpg://h/d?ssl=perhaps"), "ssl"));
  EXPECT_TRUE(contains(refusal("postgresql+asyncpg://h/d?timeout=soon"), "timeout"));
}

TEST(ConnectionString, ParametersThatConcernNoConnectionAreLeftOut) {
  EXPECT_EQ(
      keywords("postgresql+asyncpg://h/d?prepared_statement_cache_size=0&client_encoding=latin1"),
      "dbname=d host=h");
}

TEST(ConnectionString, UnknownParametersAreRefusedByName) {
  EXPECT_TRUE(contains(refusal("postgresql://h/d?sslmod=require"), "\"sslmod\""));
  // A word of a key=value string may be the end of a password.
  EXPECT_TRUE(contains(refusal("host=h sslmod=require"), "does not know"));
  EXPECT_TRUE(contains(refusal("postgresql://h/d?replication=database"), "replication"));
  EXPECT_TRUE(contains(refusal("postgresql://h/d?sslmode=allow&sslmode=require"), "twice"));
}

TEST(ConnectionString, KeyValueStrings) {
  // In libpq's order.
  EXPECT_EQ(keywords("host=h port=1 dbname=d user=u password=p"),
            "user=u password=p dbname=d host=h port=1");
  EXPECT_EQ(keywords(" host = h  dbname='my db' password='it\\'s \\\\ here' user=a\\ b "),
            "user=a b password=it's \\ here dbname=my db host=h");
  EXPECT_EQ(keywords("host=h password='' dbname=a dbname=b"), "dbname=b host=h");
  // A database name is never taken for another connection string.
  EXPECT_EQ(keywords("dbname=postgresql://other/x"), "dbname=postgresql://other/x");
  EXPECT_TRUE(contains(refusal("host=h password='open"), "quote"));
  EXPECT_TRUE(contains(refusal("host=h alone"), "\"=\""));
  EXPECT_TRUE(contains(refusal(std::string_view("host=h\0x", 8)), "NUL"));
  EXPECT_EQ(keywords("host=h requiressl=1"), "host=h sslmode=require");
}

TEST(ConnectionString, OtherStringsAreRefused) {
  EXPECT_TRUE(contains(refusal(""), "postgresql://"));
  EXPECT_TRUE(contains(refusal("app"), "neither"));
  EXPECT_TRUE(contains(refusal("mysql+pymysql://u:secret@h/d"), "\"mysql+pymysql\""));
  EXPECT_TRUE(contains(refusal("postgresql://h:99999/d"), "port"));
  EXPECT_TRUE(contains(refusal("postgresql://h/d%00e"), "NUL"));
}

TEST(ConnectionString, AUrlThatNamesTwoServersIsRefused) {
  // SQLAlchemy reads the user h, the password 5432/d?user=a and the host b; libpq the host h.
  EXPECT_TRUE(contains(refusal("postgresql://h:5432/d?user=a@b"), "%40"));
  EXPECT_EQ(keywords("postgresql://h:5432/d?user=a%40b"), "dbname=d host=h port=5432 user=a@b");
}

TEST(ConnectionString, RefusalsDoNotRepeatAPassword) {
  for (const char* url : {
           "postgresql://u:pa@hunter2?ss@h/d",
           "postgresql://u:pa@hunter2?word=x@h/d",
           "postgresql://u:pa@hunter2:word@h/d",
           "postgresql://u:hunter2@h/d?nonsense=1",
           "postgresql://u:hunter2@h:port/d",
           "postgresql://u:hunter2%00@h/d",
           "postgresql://h/d?password=hunter2&ssl=hunter2",
           "host=h password=two hunter2",
           "host=h password=two hunter2=x",
           "host=h password='hunter2",
           "mysql://u:hunter2@h/d",
           "u:hunter2@h/d",
       }) {
    EXPECT_FALSE(contains(refusal(url), "hunter2")) << url;
  }
}

TEST(ConnectionTarget, DisplayLeavesThePasswordOut) {
  EXPECT_EQ(parse("postgresql://scott:tiger@db:5433/app?sslpassword=x").display(),
            "scott@db:5433/app");
  EXPECT_EQ(parse("postgresql://scott:tiger@a:1,[::1]:2/app").display(), "scott@a:1,[::1]:2/app");
  EXPECT_EQ(parse("postgresql:///app?host=/run/pg").display(), "/run/pg/app");
  EXPECT_EQ(parse("host=a,b port=5433 password=tiger").display(), "a:5433,b:5433");
  EXPECT_EQ(parse("postgresql://").display(), "");
  EXPECT_EQ(parse("postgresql://u%0Av@h/d").display(), "u\\nv@h/d");
}

TEST(ConnectionTarget, TextsAreScrubbedOfPasswords) {
  const ConnectionTarget target = parse("postgresql://scott:ti%40ger@db/app?sslpassword=hush");
  EXPECT_EQ(target.scrubbed("invalid \"ti@ger\" or ti%40ger and hush"),
            "invalid \"***\" or *** and ***");
  // A password that is also the user's name tells nothing where the name stands anyway.
  EXPECT_EQ(parse("postgresql://app:app@db/app").scrubbed("no role \"app\""), "no role \"app\"");
}

}  // namespace
}  // namespace alembic_native::postgres
