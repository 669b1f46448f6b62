// Names in SQL, and schema patterns.
#include "postgres/version_table.h"

#include <gtest/gtest.h>

#include <string>

#include "error.h"
#include "postgres/schema_scan.h"

namespace alembic_native::postgres {
namespace {

ErrorKind kind_of_refusal(const VersionTableName& name) {
  try {
    check_name(name);
  } catch (const Error& error) {
    return error.kind();
  }
  return ErrorKind::internal;
}

TEST(VersionTable, NamesAreQuoted) {
  EXPECT_EQ(quoted_name("alembic_version"), "\"alembic_version\"");
  EXPECT_EQ(quoted_name(VersionTableName{"t\"; DROP", "My Schema"}),
            "\"My Schema\".\"t\"\"; DROP\"");
}

TEST(VersionTable, NamesThatPostgresqlWouldChangeAreRefused) {
  EXPECT_EQ(kind_of_refusal({"", {}}), ErrorKind::invalid_name);
  EXPECT_EQ(kind_of_refusal({"t", ""}), ErrorKind::invalid_name);
  EXPECT_EQ(kind_of_refusal({std::string("a\0b", 3), {}}), ErrorKind::invalid_name);
  EXPECT_EQ(kind_of_refusal({std::string(64, 'x'), {}}), ErrorKind::invalid_name);
  EXPECT_NO_THROW(check_name({std::string(63, 'x'), "s"}));
}

TEST(SchemaPattern, StarAndQuestionMarkAreTheOnlyWildcards) {
  EXPECT_EQ(like_pattern(""), "%");
  EXPECT_EQ(like_pattern("tenant_*"), "tenant\\_%");
  EXPECT_EQ(like_pattern("t?"), "t_");
  EXPECT_EQ(like_pattern("100%\\"), "100\\%\\\\");
}

}  // namespace
}  // namespace alembic_native::postgres
