// Reading the version table while the caller does something else.
#ifndef ALEMBIC_NATIVE_POSTGRES_VERSION_READING_H
#define ALEMBIC_NATIVE_POSTGRES_VERSION_READING_H

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "postgres/connection_string.h"
#include "postgres/interruptible_call.h"
#include "postgres/postgres_version_store.h"

namespace alembic_native::postgres {

// Connects, reads the version table once and ends the session, in a thread of its own, from the
// moment that this is made. Dropped early, it stops by itself within about a third of a second.
//
// For one thread of one process.
class VersionReading final {
 public:
  // The patience of `options` counts from now on. Error database when the system starts no thread.
  VersionReading(const ConnectionTarget& target, PostgresStoreOptions options);
  VersionReading(const VersionReading&) = delete;
  VersionReading& operator=(const VersionReading&) = delete;
  VersionReading(VersionReading&&) = delete;
  VersionReading& operator=(VersionReading&&) = delete;
  ~VersionReading();

  // Waits, and returns what PostgresVersionStore::current_heads() returns.
  // Errors: those of a PostgresVersionStore and of its current_heads(); store_closed when called
  // again.
  std::vector<std::string> heads();

 private:
  const InterruptCheck interrupted_;
  const std::shared_ptr<std::atomic<bool>> stop_;
  InterruptibleCall<std::vector<std::string>> call_;
};

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_VERSION_READING_H
