// The version tables of many schemas in few statements.
#ifndef ALEMBIC_NATIVE_POSTGRES_SCHEMA_SCAN_H
#define ALEMBIC_NATIVE_POSTGRES_SCHEMA_SCAN_H

#include <string>
#include <string_view>
#include <vector>

#include "postgres/server_session.h"
#include "version/version_store.h"

namespace alembic_native::postgres {

// A schema pattern (`*`, `?`) as the pattern of SQL's LIKE with `\` as its escape character; `%`
// for an empty one. Pure; any thread.
std::string like_pattern(std::string_view schema_pattern);

// As VersionStore::scan_schemas() says, for the table name given; schemas of the system itself
// (`pg_...`, information_schema) are left out. Each batch is a transaction of its own, since the
// server has room for a limited number of table locks; a batch that fails is halved until the
// schema that makes it fail stands alone. A locked table is waited for half a second.
// Throws what concerns the session as a whole: what libpqxx throws, Error query_canceled.
std::vector<SchemaHeads> scan_schemas(ServerSession& session, const std::string& table,
                                      const std::string& pattern);

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_SCHEMA_SCAN_H
