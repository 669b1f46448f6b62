// Opening a connection with libpq, so that it can be stopped and keeps a time limit.
#ifndef ALEMBIC_NATIVE_POSTGRES_CONNECTION_ATTEMPT_H
#define ALEMBIC_NATIVE_POSTGRES_CONNECTION_ATTEMPT_H

#include <atomic>
#include <chrono>
#include <optional>

#include "postgres/connection_string.h"
#include "postgres/database_error.h"
#include "postgres/libpqxx_connection.h"

namespace alembic_native::postgres {

// Connects as ServerSession::open() says; same arguments, blocking and errors. UTF-8 on the wire,
// application name `alembic-native` unless the target or PGAPPNAME names another, no notices on
// stderr. `timeout` holds for each address; 0 or less in the connection string means no limit.
LibpqConnection connect(const ConnectionTarget& target,
                        std::optional<std::chrono::duration<double>> timeout,
                        const std::atomic<bool>& stop);

// What libpq has resolved, of a connection open or failed; never null.
ErrorLocation location_of(PGconn* connection, const ConnectionTarget& target);

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_CONNECTION_ATTEMPT_H
