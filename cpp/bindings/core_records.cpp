#include <string>

#include "bindings/core_module.h"
#include "bindings/targets.h"
#include "bindings/text.h"
#include "graph/stamp.h"
#include "graph/surroundings.h"
#include "script/script_header.h"
#include "version/row_operations.h"

namespace alembic_native {

namespace {

RevisionRecord record_from(const py::str& id, const py::object& down_revisions,
                           const py::object& dependencies, const py::object& branch_labels,
                           const py::object& path) {
  RevisionRecord record;
  record.id = text_from(id);
  record.down_revisions = texts_from(down_revisions);
  record.dependencies = texts_from(dependencies);
  record.branch_labels = texts_from(branch_labels);
  if (!path.is_none()) record.path = path_from(path);
  return record;
}

py::object value_to(const HeaderValue& value) {
  switch (value.shape) {
    case HeaderValue::Shape::absent:
    case HeaderValue::Shape::none:
      return py::none();
    case HeaderValue::Shape::text:
      return text_to(value.items[0]);
    case HeaderValue::Shape::sequence:
      return texts_to(value.items);
  }
  return py::none();
}

// A property that is converted when it is read.
template <typename Record>
auto header_value(HeaderValue Record::*member) {
  return [member](const Record& record) { return value_to(record.*member); };
}
template <typename Record>
auto text_list(std::vector<std::string> Record::*member) {
  return [member](const Record& record) { return texts_to(record.*member); };
}

template <typename Record>
py::list list_of(const std::vector<Record>& records) {
  py::list result;
  for (const Record& record : records) result.append(record);
  return result;
}

py::object row_to(const std::string& id, bool is_there) {
  return is_there ? py::object(text_to(id)) : py::object(py::none());
}

const char* name_of(StepKind kind) {
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

void bind_header(py::module_& module) {
  py::class_<ScriptHeader>(module, "ScriptHeader")
      .def_property_readonly("revision", header_value(&ScriptHeader::revision))
      .def_property_readonly("down_revision", header_value(&ScriptHeader::down_revision))
      .def_property_readonly("branch_labels", header_value(&ScriptHeader::branch_labels))
      .def_property_readonly("depends_on", header_value(&ScriptHeader::depends_on))
      .def_property_readonly(
          "doc", [](const ScriptHeader& header) { return optional_text_to(header.doc); });
  py::class_<ImportNeeded>(module, "ImportNeeded")
      .def_property_readonly("reason",
                             [](const ImportNeeded& needed) { return text_to(needed.reason); })
      .def_readonly("line", &ImportNeeded::line);
}

void bind_version_table(py::module_& module) {
  py::class_<RowOperation>(module, "RowOperation")
      .def_property_readonly("from_",
                             [](const RowOperation& operation) {
                               return row_to(operation.from,
                                             operation.kind != RowOperation::Kind::insert);
                             })
      .def_property_readonly("to", [](const RowOperation& operation) {
        return row_to(operation.to, operation.kind != RowOperation::Kind::remove);
      });
  py::class_<StepOperations>(module, "StepOperations")
      .def_property_readonly("kind", [](const StepOperations& step) { return name_of(step.kind); })
      .def_property_readonly("operations",
                             [](const StepOperations& step) { return list_of(step.operations); });
  py::class_<StampStep>(module, "StampStep")
      .def_property_readonly("from_", text_list(&StampStep::from))
      .def_property_readonly("to", text_list(&StampStep::to))
      .def_readonly("is_upgrade", &StampStep::is_upgrade)
      .def_readonly("is_branch_move", &StampStep::is_branch_move);
}

}  // namespace

void bind_records(py::module_& module) {
  py::class_<RevisionRecord>(module, "RevisionRecord")
      .def(py::init(&record_from), py::arg("id"), py::arg("down_revisions"),
           py::arg("dependencies"), py::arg("branch_labels"), py::arg("path"));
  py::class_<Surroundings>(module, "Surroundings")
      .def_property_readonly("next_revisions", text_list(&Surroundings::next_revisions))
      .def_property_readonly("all_next_revisions", text_list(&Surroundings::all_next_revisions))
      .def_property_readonly("resolved_dependencies",
                             text_list(&Surroundings::resolved_dependencies))
      .def_property_readonly("normalized_dependencies",
                             text_list(&Surroundings::normalized_dependencies))
      .def_property_readonly("branch_labels", text_list(&Surroundings::branch_labels));
  py::class_<Addition>(module, "Addition")
      .def_property_readonly(
          "is_rebuilt",
          [](const Addition& addition) { return addition.outcome == Addition::Outcome::rebuilt; })
      .def_property_readonly(
          "is_left_out",
          [](const Addition& addition) { return addition.outcome == Addition::Outcome::left_out; })
      .def_property_readonly("changed",
                             [](const Addition& addition) { return nodes_to(addition.changed); });
  bind_header(module);
  bind_version_table(module);
}

}  // namespace alembic_native
