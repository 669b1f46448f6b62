// Waiting for blocking work in a way that the waiting thread can end.
//
// libpq has no call that a signal ends: it resumes waiting after EINTR, and looking up a host name
// does not return before the resolver does. So the work runs in a thread of its own, and the caller
// waits for it in steps short enough to look whether it should stop (Python: whether Ctrl-C was
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
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "error.h"

namespace alembic_native::postgres {

// Called about every wait_step by the thread that waits; true ends the wait.
using InterruptCheck = std::function<bool()>;

constexpr std::chrono::milliseconds wait_step{50};
// How long the work may take to end after it was told to.
constexpr std::chrono::milliseconds farewell{300};

// What work has come to. Shared by the thread that works and the one that waits.
template <typename Result>
struct CallOutcome {
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::optional<Result> result;
  std::optional<Error> error;
};

// Runs `work` in its own thread, which takes no signals, and returns what it returns or throws the
// Error it throws (any other exception becomes Error internal). `should_stop` is asked in between,
// by the calling thread: the Error it returns is thrown instead, after `give_up` was called.
// The thread is gone when this returns normally.
template <typename Result>
Result call_interruptibly(std::function<Result()> work,
                          const std::function<std::optional<Error>()>& should_stop,
                          const std::function<void()>& give_up) {
  const auto outcome = std::make_shared<CallOutcome<Result>>();
  std::thread thread([outcome, work = std::move(work)]() mutable {
    sigset_t every_signal;
    sigfillset(&every_signal);
    pthread_sigmask(SIG_BLOCK, &every_signal, nullptr);
    std::optional<Result> result;
    std::optional<Error> error;
    try {
      result.emplace(work());
    } catch (const Error& failure) {
      error.emplace(failure);
    } catch (const std::exception& failure) {
      error.emplace(
          ErrorKind::internal,
          std::string("The version store failed in an unexpected way: ") + failure.what());
    }
    work = nullptr;
    const std::lock_guard<std::mutex> lock(outcome->mutex);
    outcome->result = std::move(result);
    outcome->error = std::move(error);
    outcome->done = true;
    outcome->changed.notify_all();
  });

  std::optional<Error> stopped;
  {
    std::unique_lock<std::mutex> lock(outcome->mutex);
    const auto is_done = [&outcome] { return outcome->done; };
    while (!outcome->changed.wait_for(lock, wait_step, is_done)) {
      lock.unlock();
      stopped = should_stop();
      if (stopped) give_up();
      lock.lock();
      if (stopped) {
        outcome->changed.wait_for(lock, farewell, is_done);
        break;
      }
    }
    if (!outcome->done) {
      thread.detach();
      throw Error(*stopped);
    }
  }
  thread.join();
  if (stopped) throw Error(*stopped);
  if (outcome->error) throw Error(*outcome->error);
  return std::move(*outcome->result);
}

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_INTERRUPTIBLE_CALL_H
