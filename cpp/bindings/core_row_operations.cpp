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

const char* kind_name(StepKind kind) {
  switch (kind) {
    case StepKind::branch_delete:
      return "branch_delete";
    case StepKind::branch_insert:
      return "branch_insert";
    case StepKind::merge:
      return "merge";
    case StepKind::unmerge:
      return "unmerge";
    case StepKind::update:
      return "update";
  }
  return "update";
}

// ("merge", [(from or None, to or None), ...])
py::tuple operations_to(const StepOperations& step) {
  const auto row = [](const std::string& id, bool is_there) {
    return is_there ? py::object(text_to(id)) : py::object(py::none());
  };
  py::list operations;
  for (const RowOperation& operation : step.operations) {
    operations.append(
        py::make_tuple(row(operation.from, operation.kind != RowOperation::Kind::insert),
                       row(operation.to, operation.kind != RowOperation::Kind::remove)));
  }
  return py::make_tuple(kind_name(step.kind), operations);
}

py::tuple revision_step(const RevisionGraph& graph, const py::int_& number, bool is_upgrade,
                        const py::iterable& heads) {
  const Node revision = node_from(graph, number);
  const auto rows = texts_from(heads);
  count_call(Call::row_operations);
  return operations_to(without_gil([&] {
    return is_upgrade ? upgrade_operations(graph, revision, rows)
                      : downgrade_operations(graph, revision, rows);
  }));
}

py::tuple stamp_step(const py::iterable& from, const py::iterable& to, bool is_upgrade,
                     bool is_branch_move, const py::iterable& heads) {
  const StampStep step{texts_from(from), texts_from(to), is_upgrade, is_branch_move};
  const auto rows = texts_from(heads);
  count_call(Call::row_operations);
  return operations_to(without_gil([&] { return stamp_operations(step, rows); }));
}

py::list stamps(const RevisionGraph& graph, const py::object& revision, const py::object& heads) {
  const auto destinations = identifier_from(revision);
  const auto current = identifier_from(heads);
  const auto steps = without_gil([&] { return stamp_steps(graph, destinations, current); });
  py::list result;
  for (const StampStep& step : steps) {
    result.append(py::make_tuple(texts_to(step.from), texts_to(step.to), step.is_upgrade,
                                 step.is_branch_move));
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
