#include <cstddef>

#include "bindings/targets.h"
#include "bindings/text.h"

namespace alembic_native {

py::object target_to(const Target& target) {
  switch (target.kind) {
    case Target::Kind::revision:
      return py::int_(target.node);
    case Target::Kind::none:
      return py::none();
    case Target::Kind::base:
      return py::str("base");
  }
  return py::none();
}

Node node_from(const RevisionGraph& graph, py::handle node) {
  const auto number = node.cast<Node>();
  if (number >= graph.size()) throw py::index_error("no such node in this graph");
  return number;
}

Target target_from(const RevisionGraph& graph, py::handle target) {
  if (target.is_none()) return Target::none();
  if (PyUnicode_Check(target.ptr())) return Target::base();
  return Target::of(node_from(graph, target));
}

py::tuple targets_to(const std::vector<Target>& targets) {
  py::tuple result(targets.size());
  for (std::size_t place = 0; place < targets.size(); ++place) {
    result[place] = target_to(targets[place]);
  }
  return result;
}

py::object node_to(const std::optional<Node>& node) {
  return node ? py::object(py::int_(*node)) : py::object(py::none());
}

py::list nodes_to(const std::vector<Node>& nodes) {
  py::list result(nodes.size());
  for (std::size_t place = 0; place < nodes.size(); ++place) {
    result[place] = py::int_(nodes[place]);
  }
  return result;
}

py::list places_to(const std::vector<std::size_t>& places) {
  py::list result(places.size());
  for (std::size_t at = 0; at < places.size(); ++at) result[at] = py::int_(places[at]);
  return result;
}

std::vector<Node> nodes_from(const RevisionGraph& graph, py::handle nodes) {
  std::vector<Node> result;
  for (const py::handle node : nodes) result.push_back(node_from(graph, node));
  return result;
}

std::vector<NodeOrName> nodes_or_names_from(const RevisionGraph& graph, py::handle given) {
  std::vector<NodeOrName> result;
  for (const py::handle one : given) {
    if (PyUnicode_Check(one.ptr())) {
      result.emplace_back(text_from(one));
    } else {
      result.emplace_back(node_from(graph, one));
    }
  }
  return result;
}

}  // namespace alembic_native
