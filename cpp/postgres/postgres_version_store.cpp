#include "postgres/postgres_version_store.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "postgres/message_text.h"

namespace alembic_native::postgres {

namespace {

// Cancels what the session does. Asking the server for that needs a connection, which may hang as
// the first one does: it gets a thread of its own.
void give_up(const std::shared_ptr<ServerSession>& session) {
  try {
    std::thread([session] {
      session->cancel();
      session->break_off();
    }).detach();
  } catch (const std::system_error&) {
    session->break_off();
  }
}

std::shared_ptr<ServerSession> open_session(const ConnectionTarget& target,
                                            const PostgresStoreOptions& options) {
  const auto stop = std::make_shared<std::atomic<bool>>(false);
  const auto begin = std::chrono::steady_clock::now();
  return call_interruptibly<std::shared_ptr<ServerSession>>(
      [target, session = options.session, stop] {
        return ServerSession::open(target, session, *stop);
      },
      [&options, &target, begin]() -> std::optional<Error> {
        if (options.interrupted && options.interrupted()) return interrupted_error();
        if (!options.patience || std::chrono::steady_clock::now() - begin < *options.patience) {
          return std::nullopt;
        }
        ErrorLocation location;
        location.host = target.value("host");
        location.port = target.value("port");
        location.database = target.value("dbname");
        location.user = target.value("user");
        location.target = target;
        return connection_error(
            fmt::format("no connection within {} s", rounded(*options.patience)), false, location);
      },
      [stop] { stop->store(true); });
}

}  // namespace

struct PostgresVersionStore::State {
  State(const ConnectionTarget& target, PostgresStoreOptions given)
      : options(std::move(given)),
        process(::getpid()),
        session((check_name(options.name), open_session(target, options))),
        location(session->location()) {}

  const PostgresStoreOptions options;
  const pid_t process;
  std::mutex mutex;  // guards what follows; never held while waiting for the network
  std::condition_variable changed;
  bool busy = false;
  std::shared_ptr<ServerSession> session;  // null once closed or lost
  std::optional<Error> lost;               // why it is null, unless it was closed
  const ErrorLocation location;
};

// The right to use the session, for one thread at a time. Waiting for it can be interrupted too.
class PostgresVersionStore::ExclusiveUse {
 public:
  explicit ExclusiveUse(State& state) : state_(state) {
    std::unique_lock<std::mutex> lock(state_.mutex);
    while (!state_.changed.wait_for(lock, wait_step, [this] { return !state_.busy; })) {
      lock.unlock();
      const InterruptCheck& interrupted = state_.options.interrupted;
      if (interrupted && interrupted()) throw interrupted_error();
      lock.lock();
    }
    state_.busy = true;
  }
  ExclusiveUse(const ExclusiveUse&) = delete;
  ExclusiveUse& operator=(const ExclusiveUse&) = delete;
  ExclusiveUse(ExclusiveUse&&) = delete;
  ExclusiveUse& operator=(ExclusiveUse&&) = delete;
  ~ExclusiveUse() {
    const std::lock_guard<std::mutex> lock(state_.mutex);
    state_.busy = false;
    state_.changed.notify_one();
  }

 private:
  State& state_;
};

PostgresVersionStore::PostgresVersionStore(const ConnectionTarget& target,
                                           PostgresStoreOptions options)
    : state_(std::make_unique<State>(target, std::move(options))) {}

PostgresVersionStore::~PostgresVersionStore() {
  // Ending the session here would end the parent's; and a lock may be held by a thread that does
  // not exist in this process.
  if (in_child_process()) static_cast<void>(state_.release());
}

bool PostgresVersionStore::in_child_process() const noexcept {
  return state_->process != ::getpid();
}

template <typename Result>
Result PostgresVersionStore::with_session(std::function<Result(ServerSession&)> work) {
  State& state = *state_;
  if (in_child_process()) {
    throw Error(ErrorKind::used_after_fork,
                "This version store belongs to the process that forked this one. Open another "
                "store after the fork.");
  }
  const ExclusiveUse use(state);
  if (!state.session) {
    if (state.lost) throw Error(*state.lost);
    throw Error(ErrorKind::store_closed, "The version store is closed. Open another one.");
  }
  const std::shared_ptr<ServerSession> session = state.session;
  session->expect_answer();
  try {
    return call_interruptibly<Result>(
        [session, work = std::move(work)] {
          try {
            return work(*session);
          } catch (const std::exception& failure) {
            throw translated(failure, session->connection().is_open(), session->location());
          }
        },
        [&state, &session]() -> std::optional<Error> {
          if (Clock::now() > session->deadline()) {
            return database_error(ErrorKind::connection_lost,
                                  "The server stopped answering; the statement timeout passed.",
                                  session->location());
          }
          if (state.options.interrupted && state.options.interrupted()) return interrupted_error();
          return std::nullopt;
        },
        [&session] { give_up(session); });
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::connection_lost) {
      state.lost = error;
      state.session.reset();
    } else if (error.kind() == ErrorKind::interrupted) {
      state.session.reset();
    }
    throw;
  } catch (...) {
    // Of the question whether to stop. The work was told to end, and may still use the session.
    state.session.reset();
    throw;
  }
}

bool PostgresVersionStore::table_exists() {
  return with_session<bool>([name = state_->options.name](ServerSession& session) {
    pqxx::read_transaction transaction(session.connection());
    session.limit_statements(transaction);
    const bool exists = postgres::table_exists(session, transaction, name);
    session.commit(transaction);
    return exists;
  });
}

std::vector<std::string> PostgresVersionStore::current_heads() {
  using Heads = std::vector<std::string>;
  return with_session<Heads>([name = state_->options.name](ServerSession& session) {
    pqxx::read_transaction transaction(session.connection());
    session.limit_statements(transaction);
    // Asked first: a failing SELECT would leave a line in the server's log each time.
    Heads heads;
    if (postgres::table_exists(session, transaction, name)) {
      heads = read_heads(session, transaction, name);
    }
    session.commit(transaction);
    return heads;
  });
}

std::vector<SchemaHeads> PostgresVersionStore::scan_schemas(const std::string& pattern) {
  return with_session<std::vector<SchemaHeads>>(
      [table = state_->options.name.table, pattern](ServerSession& session) {
        return postgres::scan_schemas(session, table, pattern);
      });
}

std::optional<std::string> PostgresVersionStore::current_schema() {
  return with_session<std::optional<std::string>>(
      [](ServerSession& session) { return postgres::current_schema(session); });
}

std::optional<LockHolder> PostgresVersionStore::advisory_lock_holder(std::int64_t key) {
  return with_session<std::optional<LockHolder>>(
      [key](ServerSession& session) { return postgres::advisory_lock_holder(session, key); });
}

void PostgresVersionStore::close() {
  if (in_child_process()) return;
  const ExclusiveUse use(*state_);
  state_->session.reset();
  state_->lost.reset();
}

std::string PostgresVersionStore::describe() const { return state_->location.display(); }

}  // namespace alembic_native::postgres
