#include "script/parallel_files.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

namespace alembic_native {

namespace {

// Threads that have ended when this goes, however its scope is left.
class JoinedThreads {
 public:
  JoinedThreads() = default;
  JoinedThreads(const JoinedThreads&) = delete;
  JoinedThreads& operator=(const JoinedThreads&) = delete;
  JoinedThreads(JoinedThreads&&) = delete;
  JoinedThreads& operator=(JoinedThreads&&) = delete;
  ~JoinedThreads() {
    for (std::thread& thread : threads_) thread.join();
  }

  // Starts up to `count` threads; fewer, or none, when the system has no more. `work` must outlive
  // them and throw nothing.
  template <typename Work>
  void start(std::size_t count, const Work& work) {
    try {
      threads_.reserve(count);
      while (threads_.size() < count) threads_.emplace_back([&work] { work(); });
      // NOLINTNEXTLINE(bugprone-empty-catch)
    } catch (const std::exception&) {
      // The caller does the work as well, and so what these would have done.
    }
  }

 private:
  std::vector<std::thread> threads_;
};

}  // namespace

void for_each_file(std::size_t count,
                   const std::function<void(std::size_t index, std::vector<char>& buffer)>& work) {
  constexpr std::size_t files_worth_a_thread = 64;
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto work_on_files = [&]() noexcept {
    try {
      std::vector<char> buffer;
      for (std::size_t index = next++; index < count; index = next++) work(index, buffer);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(failure_mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t wanted = std::min(processors, count / files_worth_a_thread + 1);
  {
    JoinedThreads threads;
    threads.start(wanted - 1, work_on_files);
    work_on_files();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace alembic_native
