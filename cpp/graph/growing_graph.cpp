#include "graph/growing_graph.h"

#include <numeric>
#include <utility>

#include "error.h"
#include "graph/revision_graph_appender.h"

namespace alembic_native {

namespace {

std::vector<Node> all_nodes(const RevisionGraph& graph) {
  std::vector<Node> nodes(graph.size());
  std::iota(nodes.begin(), nodes.end(), Node{0});
  return nodes;
}

}  // namespace

Addition GrowingGraph::add(RevisionRecord record) {
  const std::lock_guard<std::mutex> entering(entrance_);
  const std::unique_lock<std::shared_mutex> lock(mutex_);
  RevisionGraphAppender appender(*graph_);
  if (!appender.accepts(record)) return add_by_building(std::move(record));
  const bool has_labels = !record.branch_labels.empty();
  auto before = has_labels ? all_nodes(*graph_) : std::vector<Node>();
  auto parents = appender.append(std::move(record));
  return {Addition::Outcome::appended, has_labels ? std::move(before) : std::move(parents)};
}

Addition GrowingGraph::replace(RevisionRecord record) {
  const std::lock_guard<std::mutex> entering(entrance_);
  const std::unique_lock<std::shared_mutex> lock(mutex_);
  graph_ = graph_->with_revision(std::move(record), true);
  return {Addition::Outcome::rebuilt, all_nodes(*graph_)};
}

Addition GrowingGraph::add_by_building(RevisionRecord record) {
  const auto earlier = graph_->find(record.id);
  const bool is_there = earlier && graph_->id(*earlier) == record.id;
  auto changed = all_nodes(*graph_);
  const auto outcome = [&] {
    try {
      auto rebuilt = graph_->with_revision(record, false);
      if (is_there) RevisionGraphAppender(*rebuilt).take_over_heads(*graph_, record);
      graph_ = std::move(rebuilt);
      return Addition::Outcome::rebuilt;
    } catch (const Error& error) {
      const bool is_cycle =
          error.kind() == ErrorKind::cycle || error.kind() == ErrorKind::dependency_cycle;
      if (!is_there || !is_cycle) throw;
      RevisionGraphAppender(*graph_).take_over_heads(*graph_, record);
      return Addition::Outcome::left_out;
    }
  }();
  return {outcome, std::move(changed)};
}

}  // namespace alembic_native
