#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bindings/call_counts.h"
#include "bindings/core_module.h"
#include "bindings/targets.h"
#include "bindings/text.h"

namespace alembic_native {

namespace {

// (id, down_revisions, dependencies, branch_labels, path)
RevisionRecord record_from(py::handle row) {
  const auto fields = py::cast<py::sequence>(row);
  RevisionRecord record;
  record.id = text_from(fields[0]);
  record.down_revisions = texts_from(fields[1]);
  record.dependencies = texts_from(fields[2]);
  record.branch_labels = texts_from(fields[3]);
  if (!py::object(fields[4]).is_none()) record.path = path_from(fields[4]);
  return record;
}

std::vector<RevisionRecord> records_from(py::handle rows) {
  std::vector<RevisionRecord> records;
  for (const py::handle row : rows) records.push_back(record_from(row));
  return records;
}

std::shared_ptr<RevisionGraph> build(const py::iterable& rows) {
  auto records = records_from(rows);
  count_call(Call::graph_build);
  return without_gil([&] { return as_holder(RevisionGraph::build(std::move(records))); });
}

std::shared_ptr<RevisionGraph> build_amended(const py::iterable& rows, const py::iterable& names,
                                             const py::iterable& resolved,
                                             const py::iterable& normalized) {
  auto records = records_from(rows);
  RevisionGraph::Amendment amendment;
  for (const py::handle pair : names) {
    const auto name_and_node = py::cast<py::sequence>(pair);
    amendment.names.emplace_back(text_from(name_and_node[0]), name_and_node[1].cast<Node>());
  }
  for (const py::handle row : resolved) {
    amendment.resolved_dependencies.push_back(texts_from(row));
  }
  for (const py::handle row : normalized) {
    amendment.normalized_dependencies.push_back(texts_from(row));
  }
  count_call(Call::graph_build);
  return without_gil(
      [&] { return as_holder(RevisionGraph::build(std::move(records), amendment)); });
}

std::shared_ptr<RevisionGraph> with_revision(const RevisionGraph& graph, const py::tuple& row,
                                             bool replace) {
  auto record = record_from(row);
  count_call(Call::graph_build);
  return without_gil([&] { return as_holder(graph.with_revision(std::move(record), replace)); });
}

py::list names(const RevisionGraph& graph) {
  py::list result;
  for (const auto& [name, node] : graph.names()) {
    result.append(py::make_tuple(text_to(name), node));
  }
  return result;
}

py::list duplicates(const RevisionGraph& graph) {
  py::list result;
  for (const auto& [shadowed, counted] : graph.duplicates()) {
    result.append(py::make_tuple(shadowed, counted));
  }
  return result;
}

py::tuple ids_of(const RevisionGraph& graph, NodeSpan nodes) {
  return texts_to(graph.ids({nodes.begin(), nodes.end()}));
}

// (next revisions, all next revisions, resolved and normalized dependencies, branch labels): one
// call for a caller who wants them of every revision.
py::tuple surroundings(const RevisionGraph& graph, Node node) {
  return py::make_tuple(
      ids_of(graph, graph.next_revisions()[node]), ids_of(graph, graph.all_next_revisions()[node]),
      ids_of(graph, graph.resolved_dependencies()[node]),
      ids_of(graph, graph.normalized_dependencies()[node]), texts_to(graph.branch_labels(node)));
}

void refuse_unknown(const RevisionGraph& graph, Node node) {
  if (node >= graph.size()) throw py::index_error("no such node in this graph");
}

}  // namespace

void bind_graph(GraphClass& graph_class) {
  graph_class.def(py::init(&build), py::arg("records"))
      .def_static("amended", &build_amended, py::arg("records"), py::arg("names"),
                  py::arg("resolved_dependencies"), py::arg("normalized_dependencies"))
      .def("with_revision", &with_revision, py::arg("record"), py::arg("replace"))
      .def("__len__", &RevisionGraph::size)
      .def("names", &names)
      .def("duplicates", &duplicates)
      .def_property_readonly("has_branch_labels", &RevisionGraph::has_branch_labels)
      .def("check", [](const RevisionGraph& graph) { return texts_to(graph.check()); })
      .def(
          "find",
          [](const RevisionGraph& graph, const py::str& name) {
            return node_to(graph.find(text_from(name)));
          },
          py::arg("name"))
      .def(
          "id",
          [](const RevisionGraph& graph, Node node) {
            refuse_unknown(graph, node);
            return text_to(graph.id(node));
          },
          py::arg("node"))
      .def("heads", [](const RevisionGraph& graph) { return texts_to(graph.ids(graph.heads())); })
      .def("bases", [](const RevisionGraph& graph) { return texts_to(graph.ids(graph.bases())); })
      .def("real_heads",
           [](const RevisionGraph& graph) { return texts_to(graph.ids(graph.real_heads())); })
      .def("real_bases",
           [](const RevisionGraph& graph) { return texts_to(graph.ids(graph.real_bases())); })
      .def(
          "next_revisions",
          [](const RevisionGraph& graph, Node node) {
            refuse_unknown(graph, node);
            return ids_of(graph, graph.next_revisions()[node]);
          },
          py::arg("node"))
      .def(
          "all_next_revisions",
          [](const RevisionGraph& graph, Node node) {
            refuse_unknown(graph, node);
            return ids_of(graph, graph.all_next_revisions()[node]);
          },
          py::arg("node"))
      .def(
          "surroundings",
          [](const RevisionGraph& graph, Node node) {
            refuse_unknown(graph, node);
            return surroundings(graph, node);
          },
          py::arg("node"))
      .def(
          "resolved_dependencies",
          [](const RevisionGraph& graph, Node node) {
            refuse_unknown(graph, node);
            return ids_of(graph, graph.resolved_dependencies()[node]);
          },
          py::arg("node"))
      .def(
          "normalized_dependencies",
          [](const RevisionGraph& graph, Node node) {
            refuse_unknown(graph, node);
            return ids_of(graph, graph.normalized_dependencies()[node]);
          },
          py::arg("node"))
      .def(
          "branch_labels",
          [](const RevisionGraph& graph, Node node) {
            refuse_unknown(graph, node);
            return texts_to(graph.branch_labels(node));
          },
          py::arg("node"));
}

}  // namespace alembic_native
