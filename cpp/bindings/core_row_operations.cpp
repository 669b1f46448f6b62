#include <string>
#include <utility>
#include <vector>

#include "bindings/call_counts.h"
#include "bindings/core_module.h"
#include "bindings/targets.h"
#include "bindings/text.h"
#include "graph/stamp.h"
#include "version/row_operations.h"

namespace alembic_native {

namespace {

StepOperations revision_step(const GrowingGraph& graph, const py::int_& number, bool is_upgrade,
                             const py::iterable& heads) {
  const Node revision = node_from(graph, number);
  const auto rows = texts_from(heads);
  count_call(Call::row_operations);
  return ask(graph, [&](const RevisionGraph& now) {
    return is_upgrade ? upgrade_operations(now, revision, rows)
                      : downgrade_operations(now, revision, rows);
  });
}

StepOperations stamp_step(const py::iterable& from, const py::iterable& to, bool is_upgrade,
                          bool is_branch_move, const py::iterable& heads) {
  const StampStep step{texts_from(from), texts_from(to), is_upgrade, is_branch_move};
  const auto rows = texts_from(heads);
  count_call(Call::row_operations);
  return without_gil([&] { return stamp_operations(step, rows); });
}

py::list stamps(const GrowingGraph& graph, const py::object& revision, const py::object& heads) {
  const auto destinations = identifier_from(revision);
  const auto current = identifier_from(heads);
  const auto steps =
      ask(graph, [&](const RevisionGraph& now) { return stamp_steps(now, destinations, current); });
  py::list result;
  for (const StampStep& step : steps) {
    result.append(step);
  }
  return result;
}

}  // namespace

void bind_row_operations(py::module_& module, GraphClass& graph_class) {
  graph_class
      .def("row_operations", &revision_step, py::arg("revision"), py::arg("is_upgrade"),
           py::arg("heads"))
      .def("stamp_steps", &stamps, py::arg("revision"), py::arg("heads"));
  module.def("stamp_row_operations", &stamp_step, py::arg("from_"), py::arg("to"),
             py::arg("is_upgrade"), py::arg("is_branch_move"), py::arg("heads"));
}

}  // namespace alembic_native
