// Nodes and targets between Python and C++: a node is an int; a target is an int, None or "base".
#ifndef ALEMBIC_NATIVE_BINDINGS_TARGETS_H
#define ALEMBIC_NATIVE_BINDINGS_TARGETS_H

#include <pybind11/pybind11.h>

#include <cstddef>
#include <optional>
#include <vector>

#include "graph/growing_graph.h"
#include "graph/identifier_resolution.h"
#include "graph/walk.h"

namespace alembic_native {

namespace py = pybind11;

py::object target_to(const Target& target);
Target target_from(const GrowingGraph& graph, py::handle target);
py::tuple targets_to(const std::vector<Target>& targets);
py::object node_to(const std::optional<Node>& node);
py::list nodes_to(const std::vector<Node>& nodes);
// Indices of a list that the caller gave.
py::list indices_to(const std::vector<std::size_t>& indices);
std::size_t size_of(const GrowingGraph& graph);
// These raise IndexError for a number that is no node of the graph.
Node node_from(const GrowingGraph& graph, py::handle node);
std::vector<Node> nodes_from(const GrowingGraph& graph, py::handle nodes);
// Ints are nodes, strings are names.
std::vector<NodeOrName> nodes_or_names_from(const GrowingGraph& graph, py::handle given);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_BINDINGS_TARGETS_H
