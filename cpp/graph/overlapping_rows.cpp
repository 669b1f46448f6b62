#include "graph/overlapping_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "error.h"

namespace alembic_native {

namespace {

// The ancestors of `node` among `nodes`, ascending.
std::vector<Node> below(const RevisionGraph& graph, Node node, const NodeSet& nodes) {
  NodeSet found(graph);
  for (const Node ancestor : ancestors(graph, {node}, Edges::all)) {
    if (ancestor != node && nodes.contains(ancestor)) found.insert(ancestor);
  }
  return found.nodes();
}

[[noreturn]] void fail_overlap(const RevisionGraph& graph, Node row,
                               const std::vector<Node>& others, const std::vector<Node>& rows) {
  NodeSet kept(graph, rows);
  for (const Node one : rows) {
    for (const Node superfluous : below(graph, one, NodeSet(graph, rows))) kept.erase(superfluous);
  }
  ErrorFields fields;
  fields.revision = graph.id(row);
  fields.revisions = graph.ids(others);
  fields.argument = fmt::format("{}", fmt::join(graph.ids(kept.nodes()), " "));
  throw Error(ErrorKind::revision,
              fmt::format("Requested revision {} overlaps with other requested revisions {}. If "
                          "these are the rows of the version table, {} there {} superfluous, since "
                          "{} is built upon it; 'alembic stamp --purge {}' leaves the others.",
                          fields.revision, fmt::join(fields.revisions, ", "),
                          fmt::join(fields.revisions, " and "), others.size() == 1 ? "is" : "are",
                          fields.revision, fields.argument),
              fields);
}

}  // namespace

std::vector<Node> separate_rows(const RevisionGraph& graph, const std::vector<Target>& rows) {
  std::vector<Node> nodes;
  for (const Target& row : rows) {
    if (row.is_revision()) nodes.push_back(row.node);
  }
  const NodeSet all(graph, nodes);
  // Upstream takes one row after the other, and meets the fault of the first.
  for (const Target& row : rows) {
    if (!row.is_revision() || nodes.size() < 2) break;
    const auto others = below(graph, row.node, all);
    if (!others.empty()) fail_overlap(graph, row.node, others, nodes);
  }
  return revisions_of(rows);
}

}  // namespace alembic_native
