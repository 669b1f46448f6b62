// One more revision for a graph, at the cost of what it adds.
#ifndef ALEMBIC_NATIVE_GRAPH_REVISION_GRAPH_APPENDER_H
#define ALEMBIC_NATIVE_GRAPH_REVISION_GRAPH_APPENDER_H

#include <vector>

#include "graph/revision_graph.h"

namespace alembic_native {

// Changes one graph, which no other thread may use meanwhile and which must outlive it.
class RevisionGraphAppender {
 public:
  explicit RevisionGraphAppender(RevisionGraph& graph) : graph_(graph) {}

  // Whether the record only adds to what is there: a new id, new labels, parents named by their
  // ids, each once, and dependencies that are there. Everything else, right or wrong, takes a
  // build. O(names in the record).
  bool accepts(const RevisionRecord& record) const;

  // Adds a record that is accepted, as the last node. The result of every question is that of a
  // build with the record at its end, but for names(), where its id comes last. O(names in the
  // record + heads + names of the graph once a prefix was looked up), and for a dependency that
  // k revisions declare k questions of ancestry. Returns its parents by all edges.
  std::vector<Node> append(RevisionRecord record);

  // The heads of `earlier` as they are once `record`, whose id is there, has been added.
  void take_over_heads(const RevisionGraph& earlier, const RevisionRecord& record);

 private:
  std::vector<Node> nodes_of(const std::vector<std::string>& names) const;
  std::vector<Node> normalized(Node node) const;
  void index_names(const RevisionRecord& record, Node node);

  RevisionGraph& graph_;
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_REVISION_GRAPH_APPENDER_H
