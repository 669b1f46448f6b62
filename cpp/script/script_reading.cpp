#include "script/script_reading.h"

#include <algorithm>
#include <cstddef>
#include <new>

#include "script/file_reading.h"
#include "script/parallel_files.h"

namespace alembic_native {

namespace {

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
  std::vector<HeaderResult> results(paths.size());
  for_each_file(paths.size(), [&](std::size_t index, std::vector<char>& buffer) {
    results[index] = read_one(paths[index], rules, buffer);
  });
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
