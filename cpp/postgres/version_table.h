// The statements on the version table.
//
// Functions for the thread that uses the session; each statement runs in the transaction given.
// Names are quoted. Errors: what libpqxx throws, and Error row_mismatch (a row without a value).
#ifndef ALEMBIC_NATIVE_POSTGRES_VERSION_TABLE_H
#define ALEMBIC_NATIVE_POSTGRES_VERSION_TABLE_H

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "postgres/server_session.h"

namespace alembic_native::postgres {

struct VersionTableName {
  std::string table = "alembic_version";
  std::optional<std::string> schema;  // without it: the first one in the search path that has it
};

// Error invalid_name for a name that is empty, holds a NUL byte, or is longer than the 63 bytes
// after which PostgreSQL cuts names silently.
void check_name(const VersionTableName& name);

// `"name"` with the quotes in it doubled.
std::string quoted_name(std::string_view name);

// `"schema"."table"`, or `"table"`.
std::string quoted_name(const VersionTableName& name);

bool table_exists(ServerSession& session, pqxx::transaction_base& transaction,
                  const VersionTableName& name);

// The rows, sorted by their bytes.
std::vector<std::string> read_heads(ServerSession& session, pqxx::transaction_base& transaction,
                                    const VersionTableName& name);

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_VERSION_TABLE_H
