// The parts of the extension module `_core`, one function a subject.
#ifndef ALEMBIC_NATIVE_BINDINGS_CORE_MODULE_H
#define ALEMBIC_NATIVE_BINDINGS_CORE_MODULE_H

#include <pybind11/pybind11.h>

#include <memory>

#include "graph/revision_graph.h"

namespace alembic_native {

// Graphs are immutable and shared with Python; their methods run without the GIL.
using SharedGraph = std::shared_ptr<const RevisionGraph>;
// pybind11 keeps holders of non-const types.
using GraphClass = pybind11::class_<RevisionGraph, std::shared_ptr<RevisionGraph>>;

inline std::shared_ptr<RevisionGraph> as_holder(const SharedGraph& graph) {
  return std::const_pointer_cast<RevisionGraph>(graph);
}

void bind_graph(GraphClass& graph_class);
void bind_identifiers(GraphClass& graph_class);
void bind_ranges(GraphClass& graph_class);
void bind_row_operations(pybind11::module_& module, GraphClass& graph_class);
void bind_scripts(pybind11::module_& module);
void bind_definitions(pybind11::module_& module);

// Runs `work` without the GIL; `work` must touch no Python object.
template <typename Work>
auto without_gil(const Work& work) {
  const pybind11::gil_scoped_release released;
  return work();
}

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_BINDINGS_CORE_MODULE_H
