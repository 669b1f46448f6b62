#include "script/script_table.h"

#include <utility>
#include <variant>

#include "error.h"
#include "script/script_reading.h"
#include "script/version_location.h"

namespace alembic_native {

std::unique_ptr<ScriptTable> ScriptTable::read(const std::vector<std::string>& locations,
                                               bool recursive, const InterpreterRules& rules) {
  constexpr int first_minor_version_listing_links = 12;
  std::vector<std::string> paths;
  std::vector<std::string> duplicates;
  const ListingRules listing{recursive, rules.minor_version >= first_minor_version_listing_links};
  for (auto& file : list_scripts(locations, listing)) {
    (file.is_duplicate ? duplicates : paths).push_back(std::move(file.path));
  }
  auto headers = read_scripts(paths, rules);
  return std::make_unique<ScriptTable>(std::move(paths), std::move(duplicates), std::move(headers));
}

ScriptTable::ScriptTable(std::vector<std::string> paths, std::vector<std::string> duplicates,
                         std::vector<HeaderResult> headers)
    : paths_(std::move(paths)),
      duplicates_(std::move(duplicates)),
      headers_(std::move(headers)),
      records_(paths_.size()) {
  for (std::size_t index = 0; index < headers_.size(); ++index) {
    if (const auto* header = std::get_if<ScriptHeader>(&headers_[index])) {
      records_[index] = record_of(*header, paths_[index]);
    }
  }
}

std::vector<std::size_t> ScriptTable::exceptions(const std::string& illegal_characters) const {
  std::vector<std::size_t> indices;
  for (std::size_t index = 0; index < records_.size(); ++index) {
    if (!records_[index] || !is_acceptable(*records_[index], illegal_characters)) {
      indices.push_back(index);
    }
  }
  return indices;
}

void ScriptTable::supply(std::size_t index, RevisionRecord record) {
  record.path = paths_.at(index);
  records_[index] = std::move(record);
}

std::unique_ptr<RevisionGraph> ScriptTable::graph() const {
  std::vector<RevisionRecord> records;
  records.reserve(records_.size());
  for (const auto& record : records_) {
    if (!record) throw Error(ErrorKind::internal, "a script was neither read nor supplied");
    records.push_back(*record);
  }
  return RevisionGraph::build(std::move(records));
}

}  // namespace alembic_native
