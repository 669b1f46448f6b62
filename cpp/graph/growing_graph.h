// A revision graph that is read by any number of threads, and added to by one at a time.
//
// An owner. Every call may come from any thread; a read waits for the additions that came
// before it, and an addition for the reads that have begun. Nodes keep their numbers, so a node
// that was once seen may be used later. A copy is a graph of its own.
#ifndef ALEMBIC_NATIVE_GRAPH_GROWING_GRAPH_H
#define ALEMBIC_NATIVE_GRAPH_GROWING_GRAPH_H

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "graph/revision_graph.h"

namespace alembic_native {

// What an addition has done.
struct Addition {
  enum class Outcome {
    appended,  // the revision is the last node
    rebuilt,   // the same, or it has taken the node of its id; any revision may have changed
    left_out,  // its id is there already, and with it down_revision would lead in a circle: it has
               // only become a head
  };
  Outcome outcome = Outcome::appended;
  // Nodes that were there before and whose followers or labels may have changed.
  std::vector<Node> changed;
};

class GrowingGraph {
 public:
  // Not null.
  explicit GrowingGraph(std::unique_ptr<RevisionGraph> graph) : graph_(std::move(graph)) {}
  GrowingGraph(const GrowingGraph& other) : graph_(other.copied()) {}
  GrowingGraph& operator=(const GrowingGraph&) = delete;
  GrowingGraph(GrowingGraph&&) = delete;
  GrowingGraph& operator=(GrowingGraph&&) = delete;
  ~GrowingGraph() = default;

  // What `work` returns, called with the graph as it is now. It must not call this object, and
  // nothing it returns may refer to the graph.
  template <typename Work>
  auto read(const Work& work) const {
    const std::shared_lock<std::shared_mutex> lock = entered();
    const RevisionGraph& graph = *graph_;
    return work(graph);
  }

  // Adds a revision at the end of the scan order. It takes its own id and its parents' from the
  // heads, as upstream has it, also where its id is there already. Costs what
  // RevisionGraphAppender::append() costs where that accepts the record, else a build. Errors:
  // those of RevisionGraph::build(); the graph is then as before.
  Addition add(RevisionRecord record);

  // Puts a revision at the node of the same id; add() where there is none. Costs a build. Errors:
  // as above.
  Addition replace(RevisionRecord record);

 private:
  std::unique_ptr<RevisionGraph> copied() const {
    return read([](const RevisionGraph& graph) { return std::make_unique<RevisionGraph>(graph); });
  }
  Addition add_by_building(RevisionRecord record);

  std::shared_lock<std::shared_mutex> entered() const {
    const std::lock_guard<std::mutex> entering(entrance_);
    return std::shared_lock<std::shared_mutex>(mutex_);
  }

  // An addition that waits for reads holds the entrance, so that no read begins meanwhile: glibc's
  // shared_mutex lets reads in as long as others are inside, so that reads without a pause kept
  // every addition out.
  mutable std::mutex entrance_;
  mutable std::shared_mutex mutex_;
  std::unique_ptr<RevisionGraph> graph_;
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_GROWING_GRAPH_H
