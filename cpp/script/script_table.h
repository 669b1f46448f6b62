// The scripts of the version locations of a project.
#ifndef ALEMBIC_NATIVE_SCRIPT_SCRIPT_TABLE_H
#define ALEMBIC_NATIVE_SCRIPT_SCRIPT_TABLE_H

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/revision_graph.h"
#include "script/script_header.h"

namespace alembic_native {

// An owner. Scripts are numbered in scan order, and so are the nodes of graph(). Those whose header
// is not certain are imported by the caller, who says by supply() what that has shown; then the
// graph can be built. Reading is safe from any thread, supply() while no other thread is in a call.
class ScriptTable {
 public:
  // Lists and reads the scripts of some absolute folders, on several threads, by the rules of the
  // interpreter that is to run them.
  static std::unique_ptr<ScriptTable> read(const std::vector<std::string>& locations,
                                           bool recursive, const InterpreterRules& rules);

  // `headers`: one for each of `paths`. `duplicates`: files that were met a second time.
  ScriptTable(std::vector<std::string> paths, std::vector<std::string> duplicates,
              std::vector<HeaderResult> headers);

  std::size_t size() const { return paths_.size(); }
  const std::vector<std::string>& duplicates() const { return duplicates_; }
  // Both throw std::out_of_range for an index that no script has.
  const std::string& path(std::size_t index) const { return paths_.at(index); }
  const HeaderResult& header(std::size_t index) const { return headers_.at(index); }

  // Ascending indices of the scripts that have neither a certain header nor been supplied, or that
  // upstream's constructor of a revision refuses; see is_acceptable().
  std::vector<std::size_t> exceptions(const std::string& illegal_characters) const;

  // What importing a script has shown; its path is the script's. Errors: std::out_of_range.
  void supply(std::size_t index, RevisionRecord record);

  // Errors: those of RevisionGraph::build(); internal, while a script was neither read nor
  // supplied.
  std::unique_ptr<RevisionGraph> graph() const;

 private:
  std::vector<std::string> paths_;
  std::vector<std::string> duplicates_;
  std::vector<HeaderResult> headers_;
  std::vector<std::optional<RevisionRecord>> records_;
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_SCRIPT_SCRIPT_TABLE_H
