#include "postgres/version_reading.h"

#include <functional>
#include <optional>
#include <utility>

namespace alembic_native::postgres {

namespace {

using Heads = std::vector<std::string>;

std::function<Heads()> read_heads_with(const ConnectionTarget& target, PostgresStoreOptions options,
                                       const std::shared_ptr<std::atomic<bool>>& stop) {
  options.interrupted = [stop] { return stop->load(); };
  return [target, options = std::move(options)] {
    return PostgresVersionStore(target, options).current_heads();
  };
}

}  // namespace

VersionReading::VersionReading(const ConnectionTarget& target, PostgresStoreOptions options)
    : interrupted_(std::move(options.interrupted)),
      stop_(std::make_shared<std::atomic<bool>>(false)),
      call_(read_heads_with(target, options, stop_)) {}

VersionReading::~VersionReading() { stop_->store(true); }

Heads VersionReading::heads() {
  return call_.finish(
      [this]() -> std::optional<Error> {
        if (interrupted_ && interrupted_()) return interrupted_error();
        return std::nullopt;
      },
      [this] { stop_->store(true); });
}

}  // namespace alembic_native::postgres
