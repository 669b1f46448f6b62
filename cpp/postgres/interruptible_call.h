// Waiting for blocking work in a way that the waiting thread can end.
//
// libpq has no call that a signal ends: it resumes waiting after EINTR, and looking up a host name
// does not return before the resolver does. So the work runs in a thread of its own, and the caller
// waits for it in steps short enough to ask whether it should stop (Python: whether Ctrl-C was
// pressed). When it should, the work is told to end (`give_up`), is waited for a moment longer, and
// is then left to end alone; what it returns after that is destroyed in its thread. The work must
// therefore own all it uses.
#ifndef ALEMBIC_NATIVE_POSTGRES_INTERRUPTIBLE_CALL_H
#define ALEMBIC_NATIVE_POSTGRES_INTERRUPTIBLE_CALL_H

#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "error.h"

namespace alembic_native::postgres {

// Called about every wait_step by the thread that waits; true ends the wait.
using InterruptCheck = std::function<bool()>;

constexpr std::chrono::milliseconds wait_step{50};
// How long the work may take to end after it was told to.
constexpr std::chrono::milliseconds farewell{300};

// The Error of a wait that its caller has ended.
inline Error interrupted_error() {
  return Error(ErrorKind::interrupted, "The wait for PostgreSQL was interrupted.");
}

// What work has come to. Shared by the thread that works and the one that waits.
template <typename Result>
struct CallOutcome {
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::optional<Result> result;
  std::optional<Error> error;
};

// The Error of an exception that work has thrown.
inline Error error_of(const std::exception_ptr& thrown) {
  const std::string unexpected = "The version store failed in an unexpected way";
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& failure) {
    return failure;
  } catch (const std::exception& failure) {
    return Error(ErrorKind::internal, unexpected + ": " + failure.what());
  } catch (...) {
    return Error(ErrorKind::internal, unexpected);
  }
}

// Does the work and notes its outcome. Nothing is thrown: it runs at the top of a thread.
template <typename Result>
void run_into(CallOutcome<Result>& outcome, std::function<Result()>& work) noexcept {
  std::optional<Result> result;
  std::exception_ptr thrown;
  try {
    result.emplace(work());
  } catch (...) {
    thrown = std::current_exception();
  }
  std::optional<Error> error;
  if (thrown) {
    try {
      error.emplace(error_of(thrown));
    } catch (...) {
      // There is no memory for a message: the outcome holds neither.
      error.reset();
    }
  }
  thrown = nullptr;
  work = nullptr;
  const std::lock_guard<std::mutex> lock(outcome.mutex);
  outcome.result = std::move(result);
  outcome.error = std::move(error);
  outcome.done = true;
  outcome.changed.notify_all();
}

// Why the wait ends now, with the work told to end; null while it goes on.
inline std::exception_ptr reason_to_stop(const std::function<std::optional<Error>()>& should_stop,
                                         const std::function<void()>& give_up) {
  std::exception_ptr reason;
  try {
    const std::optional<Error> stopped = should_stop();
    if (!stopped) return nullptr;
    reason = std::make_exception_ptr(*stopped);
  } catch (...) {
    reason = std::current_exception();
  }
  try {
    give_up();
  } catch (...) {
    // The reason to stop says more than what went wrong with telling the work to end.
    return reason;
  }
  return reason;
}

// Work that runs in its own thread, which takes no signals, from the moment that this is made.
//
// Dropped before finish(), the work is left to end alone; `give_up` has then to be called by the
// owner, if it should end early.
template <typename Result>
class InterruptibleCall {
 public:
  // Error database when the system starts no further thread.
  explicit InterruptibleCall(std::function<Result()> work)
      : outcome_(std::make_shared<CallOutcome<Result>>()) {
    try {
      thread_ = std::thread([outcome = outcome_, work = std::move(work)]() mutable {
        sigset_t every_signal;
        sigfillset(&every_signal);
        pthread_sigmask(SIG_BLOCK, &every_signal, nullptr);
        run_into(*outcome, work);
      });
    } catch (const std::system_error& failure) {
      throw Error(ErrorKind::database,
                  std::string("The system starts no thread for the connection to the database (") +
                      failure.what() +
                      "). Free memory, or raise the limit of threads (ulimit -u).");
    }
  }
  InterruptibleCall(const InterruptibleCall&) = delete;
  InterruptibleCall& operator=(const InterruptibleCall&) = delete;
  InterruptibleCall(InterruptibleCall&&) = delete;
  InterruptibleCall& operator=(InterruptibleCall&&) = delete;
  ~InterruptibleCall() {
    if (thread_.joinable()) thread_.detach();
  }

  // Waits, and returns what the work returns or throws the Error it throws (any other exception
  // becomes Error internal). `should_stop` is asked in between, by the calling thread: the Error it
  // returns, or the exception it throws, is thrown instead, after `give_up` was called. To be
  // called once: Error store_closed afterwards. The thread is gone when this returns normally.
  Result finish(const std::function<std::optional<Error>()>& should_stop,
                const std::function<void()>& give_up) {
    if (!thread_.joinable()) {
      throw Error(ErrorKind::store_closed, "This answer was asked for before. Begin anew.");
    }
    std::exception_ptr stopped;
    {
      std::unique_lock<std::mutex> lock(outcome_->mutex);
      const auto is_done = [this] { return outcome_->done; };
      while (!outcome_->changed.wait_for(lock, wait_step, is_done)) {
        lock.unlock();
        stopped = reason_to_stop(should_stop, give_up);
        lock.lock();
        if (stopped) {
          outcome_->changed.wait_for(lock, farewell, is_done);
          break;
        }
      }
      if (!outcome_->done) std::rethrow_exception(stopped);
    }
    thread_.join();
    if (stopped) std::rethrow_exception(stopped);
    if (outcome_->error) throw Error(*outcome_->error);
    if (!outcome_->result) throw std::bad_alloc();
    return std::move(*outcome_->result);
  }

 private:
  const std::shared_ptr<CallOutcome<Result>> outcome_;
  std::thread thread_;
};

// InterruptibleCall, started and finished.
template <typename Result>
Result call_interruptibly(std::function<Result()> work,
                          const std::function<std::optional<Error>()>& should_stop,
                          const std::function<void()>& give_up) {
  return InterruptibleCall<Result>(std::move(work)).finish(should_stop, give_up);
}

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_INTERRUPTIBLE_CALL_H
