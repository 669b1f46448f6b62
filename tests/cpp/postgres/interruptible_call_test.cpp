// Waiting for blocking work, and ending the wait.
#include "postgres/interruptible_call.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <cstdlib>
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

TEST(InterruptibleCall, WorkRunsBeforeItIsWaitedFor) {
  const auto begun = std::make_shared<std::atomic<bool>>(false);
  InterruptibleCall<int> call([begun] {
    begun->store(true);
    return 7;
  });
  while (!begun->load()) std::this_thread::yield();
  EXPECT_EQ(call.finish(never, [] {}), 7);
}

TEST(InterruptibleCall, WorkThatNobodyWaitsForOwnsWhatItUses) {
  const auto finish = std::make_shared<std::atomic<bool>>(false);
  const auto ended = std::make_shared<std::atomic<bool>>(false);
  {
    const InterruptibleCall<int> call([finish, ended] {
      while (!finish->load()) std::this_thread::yield();
      ended->store(true);
      return 7;
    });
  }
  EXPECT_FALSE(ended->load());
  finish->store(true);
  while (!ended->load()) std::this_thread::yield();
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

// Bug: an exception of the question whether to stop ended the process: its thread was not joined.
TEST(InterruptibleCall, AQuestionThatThrowsEndsTheWait) {
  const auto stop = std::make_shared<std::atomic<bool>>(false);
  const auto work = [stop] {
    while (!stop->load()) std::this_thread::yield();
    return 1;
  };
  EXPECT_THROW(call_interruptibly<int>(
                   work, []() -> std::optional<Error> { throw std::runtime_error("no answer"); },
                   [stop] { stop->store(true); }),
               std::runtime_error);
  EXPECT_TRUE(stop->load());
}

TEST(InterruptibleCall, WorkThatCannotBeToldToEndIsLeftBehind) {
  const auto finish = std::make_shared<std::atomic<bool>>(false);
  const auto work = [finish] {
    while (!finish->load()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return 1;
  };
  try {
    call_interruptibly<int>(
        work, [] { return Error(ErrorKind::interrupted, "enough"); },
        [] { throw std::runtime_error("cannot cancel"); });
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::interrupted);
  }
  finish->store(true);
}

TEST(InterruptibleCall, WorkThatThrowsNoExceptionClassIsAnInternalError) {
  try {
    call_interruptibly<int>([]() -> int { throw 7; }, never, [] {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::internal);
  }
}

// Bug: where the system starts no further thread, std::system_error left the call.
TEST(InterruptibleCallDeathTest, AThreadThatCannotBeStartedIsAnError) {
  const auto call_without_room = [] {
    // No room for the stack of a thread.
    const rlimit none{1, 1};
    setrlimit(RLIMIT_AS, &none);
    try {
      call_interruptibly<int>([] { return 7; }, never, [] {});
    } catch (const Error& error) {
      std::_Exit(error.kind() == ErrorKind::database ? 0 : 1);
    }
    std::_Exit(2);
  };
  EXPECT_EXIT(call_without_room(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace alembic_native::postgres
