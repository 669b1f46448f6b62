// Who holds an advisory lock of the session's database, without taking it.
#ifndef ALEMBIC_NATIVE_POSTGRES_ADVISORY_LOCK_H
#define ALEMBIC_NATIVE_POSTGRES_ADVISORY_LOCK_H

#include <cstdint>
#include <optional>
#include <string>

#include "postgres/server_session.h"

namespace alembic_native::postgres {

// What the server shows of a holder to the session's role; the rest is empty. A prepared
// transaction has no `pid`.
struct LockHolder {
  std::optional<int> pid;
  std::optional<std::string> client;             // address; none on a local socket
  std::optional<std::string> application;        // as it names itself
  std::optional<std::string> user;               // of the server
  std::optional<std::string> transaction_since;  // with its time zone; none outside a transaction
};

// The schema in which a name without one is created; nothing where there is none.
std::optional<std::string> current_schema(ServerSession& session);

// One of the holders of the lock that pg_advisory_lock(key) takes; nothing where nobody has it.
// Errors: those of a statement; insufficient_privilege where the role may not see pg_locks.
std::optional<LockHolder> advisory_lock_holder(ServerSession& session, std::int64_t key);

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_ADVISORY_LOCK_H
