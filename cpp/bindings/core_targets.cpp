#include <cstddef>

#include "bindings/core_module.h"
#include "bindings/targets.h"
#include "bindings/text.h"

namespace alembic_native {

namespace {

Node node_below(std::size_t size, py::handle node) {
  const auto number = node.cast<Node>();
  if (number >= size) throw py::index_error("no such node in this graph");
  return number;
}

}  // namespace

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

std::size_t size_of(const GrowingGraph& graph) {
  return ask(graph, [](const RevisionGraph& now) { return now.size(); });
}

Node node_from(const GrowingGraph& graph, py::handle node) {
  return node_below(size_of(graph), node);
}

Target target_from(const GrowingGraph& graph, py::handle target) {
  if (target.is_none()) return Target::none();
  if (PyUnicode_Check(target.ptr())) return Target::base();
  return Target::of(node_from(graph, target));
}

py::tuple targets_to(const std::vector<Target>& targets) {
  py::tuple result(targets.size());
  for (std::size_t index = 0; index < targets.size(); ++index) {
    result[index] = target_to(targets[index]);
  }
  return result;
}

py::object node_to(const std::optional<Node>& node) {
  return node ? py::object(py::int_(*node)) : py::object(py::none());
}

py::list nodes_to(const std::vector<Node>& nodes) {
  py::list result(nodes.size());
  for (std::size_t index = 0; index < nodes.size(); ++index) {
    result[index] = py::int_(nodes[index]);
  }
  return result;
}

py::list indices_to(const std::vector<std::size_t>& indices) {
  py::list result(indices.size());
  for (std::size_t at = 0; at < indices.size(); ++at) result[at] = py::int_(indices[at]);
  return result;
}

std::vector<Node> nodes_from(const GrowingGraph& graph, py::handle nodes) {
  const std::size_t size = size_of(graph);
  std::vector<Node> result;
  for (const py::handle node : nodes) result.push_back(node_below(size, node));
  return result;
}

std::vector<NodeOrName> nodes_or_names_from(const GrowingGraph& graph, py::handle given) {
  const std::size_t size = size_of(graph);
  std::vector<NodeOrName> result;
  for (const py::handle one : given) {
    if (PyUnicode_Check(one.ptr())) {
      result.emplace_back(text_from(one));
    } else {
      result.emplace_back(node_below(size, one));
    }
  }
  return result;
}

}  // namespace alembic_native
