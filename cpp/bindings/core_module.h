// The parts of the extension module `_core`, one function a subject.
#ifndef ALEMBIC_NATIVE_BINDINGS_CORE_MODULE_H
#define ALEMBIC_NATIVE_BINDINGS_CORE_MODULE_H

#include <pybind11/pybind11.h>

#include "graph/growing_graph.h"

namespace alembic_native {

using GraphClass = pybind11::class_<GrowingGraph>;

void bind_records(pybind11::module_& module);
void bind_graph(GraphClass& graph_class);
void bind_identifiers(GraphClass& graph_class);
void bind_ranges(GraphClass& graph_class);
void bind_row_operations(pybind11::module_& module, GraphClass& graph_class);
void bind_scripts(pybind11::module_& module);
void bind_definitions(pybind11::module_& module);
void bind_early_loading(pybind11::module_& module);

// Runs `work` without the GIL; `work` must touch no Python object.
template <typename Work>
auto without_gil(const Work& work) {
  const pybind11::gil_scoped_release released;
  return work();
}

// What `work` returns, called with the graph as it is and without the GIL, for which no thread
// waits while it keeps others from the graph.
template <typename Work>
auto ask(const GrowingGraph& graph, const Work& work) {
  return without_gil([&] { return graph.read(work); });
}

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_BINDINGS_CORE_MODULE_H
