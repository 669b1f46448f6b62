#include "script/script_reading.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <new>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>

namespace alembic_native {

namespace {

class OpenFile {
 public:
  explicit OpenFile(const std::string& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  OpenFile(OpenFile&&) = delete;
  OpenFile& operator=(OpenFile&&) = delete;
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

// More than the header reader takes.
constexpr std::size_t largest_file = 1'000'000'001;

// The whole of a file, kept in `buffer`; nullopt when it cannot be had. What is no regular file
// reads as empty or not at all, and either way ends up being imported. Errors: bad_alloc.
std::optional<std::string_view> read_file(const std::string& path, std::vector<char>& buffer) {
  constexpr std::size_t first_size = 65'536;
  const OpenFile file(path);
  if (file.descriptor() < 0) return std::nullopt;
  if (buffer.empty()) buffer.resize(first_size);
  std::size_t length = 0;
  while (length < largest_file) {
    if (length == buffer.size()) buffer.resize(buffer.size() * 2);
    const ssize_t got = ::read(file.descriptor(), buffer.data() + length, buffer.size() - length);
    if (got == 0) return std::string_view(buffer.data(), length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    length += static_cast<std::size_t>(got);
  }
  return std::nullopt;
}

// `buffer` is kept from one file to the next.
HeaderResult read_one(const std::string& path, const InterpreterRules& rules,
                      std::vector<char>& buffer) {
  try {
    if (const auto source = read_file(path, buffer)) return read_script_header(*source, rules);
    return ImportNeeded{"the file cannot be read", 0};
  } catch (const std::bad_alloc&) {
    // It must not leave a thread. Room for the other files is had again.
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
  const auto work = [&] {
    std::vector<char> buffer;
    for (std::size_t place = next++; place < paths.size(); place = next++) {
      results[place] = read_one(paths[place], rules, buffer);
    }
  };
  const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t wanted = std::min(processors, paths.size() / files_worth_a_thread + 1);
  std::vector<std::thread> threads;
  threads.reserve(wanted - 1);
  try {
    while (threads.size() + 1 < wanted) threads.emplace_back(work);
  } catch (const std::system_error&) {
    // No thread is to be had: this one does it all.
  }
  work();
  for (std::thread& thread : threads) thread.join();
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
