#include "error.h"

#include <utility>

namespace alembic_native {

std::string_view error_kind_name(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::revision:
      return "revision";
    case ErrorKind::resolution:
      return "resolution";
    case ErrorKind::multiple_heads:
      return "multiple_heads";
    case ErrorKind::range_not_ancestor:
      return "range_not_ancestor";
    case ErrorKind::assertion:
      return "assertion";
    case ErrorKind::invalid_connection_string:
      return "invalid_connection_string";
    case ErrorKind::invalid_name:
      return "invalid_name";
    case ErrorKind::store_closed:
      return "store_closed";
    case ErrorKind::used_after_fork:
      return "used_after_fork";
    case ErrorKind::cycle:
      return "cycle";
    case ErrorKind::dependency_cycle:
      return "dependency_cycle";
    case ErrorKind::missing_revision:
      return "missing_revision";
    case ErrorKind::row_mismatch:
      return "row_mismatch";
    case ErrorKind::connection_failed:
      return "connection_failed";
    case ErrorKind::authentication_failed:
      return "authentication_failed";
    case ErrorKind::undefined_database:
      return "undefined_database";
    case ErrorKind::connection_lost:
      return "connection_lost";
    case ErrorKind::insufficient_privilege:
      return "insufficient_privilege";
    case ErrorKind::undefined_table:
      return "undefined_table";
    case ErrorKind::unique_violation:
      return "unique_violation";
    case ErrorKind::lock_not_available:
      return "lock_not_available";
    case ErrorKind::query_canceled:
      return "query_canceled";
    case ErrorKind::transaction_rollback:
      return "transaction_rollback";
    case ErrorKind::read_only_transaction:
      return "read_only_transaction";
    case ErrorKind::database:
      return "database";
    case ErrorKind::interrupted:
      return "interrupted";
    case ErrorKind::internal:
      return "internal";
  }
  return "internal";
}

const std::vector<ErrorKind>& all_error_kinds() {
  static const std::vector<ErrorKind> kinds = {
      ErrorKind::revision,
      ErrorKind::resolution,
      ErrorKind::multiple_heads,
      ErrorKind::range_not_ancestor,
      ErrorKind::assertion,
      ErrorKind::invalid_connection_string,
      ErrorKind::invalid_name,
      ErrorKind::store_closed,
      ErrorKind::used_after_fork,
      ErrorKind::cycle,
      ErrorKind::dependency_cycle,
      ErrorKind::missing_revision,
      ErrorKind::row_mismatch,
      ErrorKind::connection_failed,
      ErrorKind::authentication_failed,
      ErrorKind::undefined_database,
      ErrorKind::connection_lost,
      ErrorKind::insufficient_privilege,
      ErrorKind::undefined_table,
      ErrorKind::unique_violation,
      ErrorKind::lock_not_available,
      ErrorKind::query_canceled,
      ErrorKind::transaction_rollback,
      ErrorKind::read_only_transaction,
      ErrorKind::database,
      ErrorKind::interrupted,
      ErrorKind::internal,
  };
  return kinds;
}

Error::Error(ErrorKind kind, std::string message, ErrorFields fields)
    : kind_(kind), message_(std::move(message)), fields_(std::move(fields)) {}

}  // namespace alembic_native
