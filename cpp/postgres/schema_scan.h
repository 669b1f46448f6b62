// The version tables of many schemas in few statements.
#ifndef ALEMBIC_NATIVE_POSTGRES_SCHEMA_SCAN_H
#define ALEMBIC_NATIVE_POSTGRES_SCHEMA_SCAN_H

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "error.h"
#include "postgres/server_session.h"

namespace alembic_native::postgres {

// What one schema holds, as scan_schemas() found it.
struct SchemaHeads {
  std::string schema;
  std::vector<std::string> heads;  // sorted; empty when the table is empty or could not be read
  std::optional<Error> error;      // why the table could not be read
};

// A schema pattern (`*`, `?`) as the pattern of SQL's LIKE with `\` as its escape character; `%`
// for an empty one. Pure; any thread.
std::string like_pattern(std::string_view schema_pattern);

// Every schema that has a version table of the name given, sorted by name, with its heads.
// `pattern` narrows the names: `*` stands for any characters, `?` for one, everything else for
// itself; an empty pattern means every schema. Schemas of the system itself (`pg_...`,
// information_schema) are left out. A schema that cannot be read (no privilege, locked, dropped
// after it was found) is reported in its own entry and does not stop the others.
//
// Statements: one, plus a few for each hundred schemas and for each unreadable one. Each batch is a
// transaction of its own, since the server has room for a limited number of table locks; a batch
// that fails is halved until the schema that makes it fail stands alone. A locked table is waited
// for half a second.
// Throws what concerns the session as a whole: what libpqxx throws, Error query_canceled.
std::vector<SchemaHeads> scan_schemas(ServerSession& session, const std::string& table,
                                      const std::string& pattern);

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_SCHEMA_SCAN_H
