// Histories drawn in characters, older revisions to the left:
//
//     a--b(lib)--d--e
//      \        /
//       c------f====g
//
// A name is a revision; labels follow it in brackets. Lines lead to the right, along "-", "/" and
// "\"; a line with "=" in it is a depends_on, any other a down_revision. Parents are declared in
// the order in which their lines arrive, from top to bottom. Scan order is that of reading: line
// by line, from left to right.
#ifndef ALEMBIC_NATIVE_TESTS_GRAPH_DRAWING_H
#define ALEMBIC_NATIVE_TESTS_GRAPH_DRAWING_H

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "graph/revision_graph.h"
#include "graph/walk.h"

namespace alembic_native::tests {

using Graph = std::shared_ptr<const RevisionGraph>;

std::vector<RevisionRecord> records_of(std::string_view drawing);

// Builds a graph and expects check() to find nothing in it.
Graph built(std::vector<RevisionRecord> records);
inline Graph drawn(std::string_view drawing) { return built(records_of(drawing)); }

// The node of an id; fails the test when there is none.
Node node(const Graph& graph, std::string_view id);
std::vector<Node> nodes(const Graph& graph, const std::vector<std::string>& ids);

// Ids separated by spaces.
std::string shown(const Graph& graph, const std::vector<Node>& nodes);
std::string shown(const Graph& graph, NodeSpan nodes);
std::string shown(const std::vector<std::string>& ids);
// The same for targets; "none" and "base" where they are no revisions.
std::string shown(const Graph& graph, const std::vector<Target>& targets);

// What a call throws: "kind: message", or "nothing".
template <typename Call>
std::string thrown_by(const Call& call);

}  // namespace alembic_native::tests

#include "error.h"

template <typename Call>
std::string alembic_native::tests::thrown_by(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return std::string(error_kind_name(error.kind())) + ": " + error.message();
  }
  return "nothing";
}

#endif  // ALEMBIC_NATIVE_TESTS_GRAPH_DRAWING_H
