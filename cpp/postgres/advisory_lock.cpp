#include "postgres/advisory_lock.h"

#include "postgres/libpqxx_connection.h"

namespace alembic_native::postgres {

namespace {

template <typename Value>
std::optional<Value> value_of(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<Value>();
}

// What pg_stat_activity shows of the holder. A role may not be allowed to see that view.
void describe_session(ServerSession& session, LockHolder& holder) {
  try {
    pqxx::read_transaction transaction(session.connection());
    session.limit_statements(transaction);
    const pqxx::result rows =
        session.execute(transaction,
                        "SELECT pg_catalog.host(client_addr), application_name, usename, "
                        "pg_catalog.to_char(xact_start, 'YYYY-MM-DD HH24:MI:SS TZ') "
                        "FROM pg_catalog.pg_stat_activity WHERE pid = $1",
                        *holder.pid);
    session.commit(transaction);
    if (rows.empty()) return;
    holder.client = value_of<std::string>(rows[0][0]);
    holder.application = value_of<std::string>(rows[0][1]);
    holder.user = value_of<std::string>(rows[0][2]);
    holder.transaction_since = value_of<std::string>(rows[0][3]);
  } catch (const pqxx::sql_error&) {
    // The process is known all the same.
    return;
  }
}

}  // namespace

std::optional<std::string> current_schema(ServerSession& session) {
  pqxx::read_transaction transaction(session.connection());
  session.limit_statements(transaction);
  const pqxx::result rows = session.execute(transaction, "SELECT pg_catalog.current_schema()");
  session.commit(transaction);
  return value_of<std::string>(rows[0][0]);
}

std::optional<LockHolder> advisory_lock_holder(ServerSession& session, std::int64_t key) {
  LockHolder holder;
  {
    pqxx::read_transaction transaction(session.connection());
    session.limit_statements(transaction);
    const pqxx::result rows =
        session.execute(transaction,
                        "SELECT pid FROM pg_catalog.pg_locks "
                        "WHERE locktype = 'advisory' AND granted AND objsubid = 1 "
                        "AND database = (SELECT oid FROM pg_catalog.pg_database "
                        "WHERE datname = pg_catalog.current_database()) "
                        "AND (classid::bigint << 32) | objid::bigint = $1 LIMIT 1",
                        key);
    session.commit(transaction);
    if (rows.empty()) return std::nullopt;
    holder.pid = value_of<int>(rows[0][0]);
  }
  if (holder.pid) describe_session(session, holder);
  return holder;
}

}  // namespace alembic_native::postgres
