#include "script/script_reading.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <new>
#include <thread>

#include "script/file_reading.h"

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

// `buffer` is kept from one file to the next.
HeaderResult read_one(const std::string& path, const InterpreterRules& rules,
                      std::vector<char>& buffer) {
  try {
    if (const auto source = read_file(path, buffer)) return read_script_header(*source, rules);
    return ImportNeeded{"the file cannot be read", 0};
  } catch (const std::bad_alloc&) {
    // Leaves room for the other files.
    std::vector<char>().swap(buffer);
    return ImportNeeded{"the file does not fit into memory", 0};
  }
}

}  // namespace

std::vector<HeaderResult> read_scripts(const std::vector<std::string>& paths,
                                       const InterpreterRules& rules) {
  constexpr std::size_t files_worth_a_thread = 64;
  std::vector<HeaderResult> results(paths.size());
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto work = [&]() noexcept {
    try {
      std::vector<char> buffer;
      for (std::size_t index = next++; index < paths.size(); index = next++) {
        results[index] = read_one(paths[index], rules, buffer);
      }
    } catch (...) {
      const std::lock_guard<std::mutex> lock(failure_mutex);
      failure = std::current_exception();
    }
  };
  const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t wanted = std::min(processors, paths.size() / files_worth_a_thread + 1);
  {
    JoinedThreads threads;
    threads.start(wanted - 1, work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
  return results;
}

RevisionRecord record_of(const ScriptHeader& header, const std::string& path) {
  RevisionRecord record;
  record.id = header.revision.items.empty() ? std::string() : header.revision.items[0];
  record.down_revisions = header.down_revision.items;
  record.dependencies = header.depends_on.items;
  record.branch_labels = header.branch_labels.items;
  record.path = path;
  record.down_revision_line = header.down_revision.line;
  record.depends_on_line = header.depends_on.line;
  return record;
}

bool is_acceptable(const RevisionRecord& record, const std::string& illegal_characters) {
  const auto names_itself = [&](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), record.id) != names.end();
  };
  return !names_itself(record.down_revisions) && !names_itself(record.dependencies) &&
         record.id.find_first_of(illegal_characters) == std::string::npos;
}

}  // namespace alembic_native
