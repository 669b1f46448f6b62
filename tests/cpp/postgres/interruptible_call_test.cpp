// Waiting for blocking work, and ending the wait.
#include "postgres/interruptible_call.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace alembic_native::postgres {
namespace {

std::optional<Error> never() { return std::nullopt; }

TEST(InterruptibleCall, ReturnsWhatTheWorkReturns) {
  EXPECT_EQ(call_interruptibly<int>([] { return 7; }, never, [] {}), 7);
}

TEST(InterruptibleCall, ThrowsWhatTheWorkThrows) {
  try {
    call_interruptibly<int>([]() -> int { throw Error(ErrorKind::database, "no"); }, never, [] {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::database);
  }
  try {
    call_interruptibly<int>([]() -> int { throw std::runtime_error("odd"); }, never, [] {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::internal);
  }
}

TEST(InterruptibleCall, WorkThatListensEndsBeforeTheCallReturns) {
  const auto stop = std::make_shared<std::atomic<bool>>(false);
  const auto ended = std::make_shared<std::atomic<bool>>(false);
  const auto work = [stop, ended] {
    while (!stop->load()) std::this_thread::yield();
    ended->store(true);
    return 1;
  };
  EXPECT_THROW(call_interruptibly<int>(
                   work, [] { return Error(ErrorKind::interrupted, "enough"); },
                   [stop] { stop->store(true); }),
               Error);
  EXPECT_TRUE(ended->load());
}

TEST(InterruptibleCall, WorkThatDoesNotListenIsLeftBehind) {
  const auto finish = std::make_shared<std::atomic<bool>>(false);
  const auto work = [finish] {
    while (!finish->load()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return 1;
  };
  EXPECT_THROW(call_interruptibly<int>(
                   work, [] { return Error(ErrorKind::interrupted, "enough"); }, [] {}),
               Error);
  EXPECT_FALSE(finish->load());
  finish->store(true);
}

}  // namespace
}  // namespace alembic_native::postgres
