// Nodes and targets between Python and C++: a node is an int; a target is an int, None or "base".
#ifndef ALEMBIC_NATIVE_BINDINGS_TARGETS_H
#define ALEMBIC_NATIVE_BINDINGS_TARGETS_H

#include <pybind11/pybind11.h>

#include <cstddef>
#include <optional>
#include <vector>

#include "graph/identifier_resolution.h"
#include "graph/walk.h"

namespace alembic_native {

namespace py = pybind11;

py::object target_to(const Target& target);
Target target_from(const RevisionGraph& graph, py::handle target);
py::tuple targets_to(const std::vector<Target>& targets);
py::object node_to(const std::optional<Node>& node);
py::list nodes_to(const std::vector<Node>& nodes);
// Places in a list that the caller gave.
py::list places_to(const std::vector<std::size_t>& places);
// These raise IndexError for a number that is no node of the graph.
Node node_from(const RevisionGraph& graph, py::handle node);
std::vector<Node> nodes_from(const RevisionGraph& graph, py::handle nodes);
// Ints are nodes, strings are names.
std::vector<NodeOrName> nodes_or_names_from(const RevisionGraph& graph, py::handle given);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_BINDINGS_TARGETS_H
