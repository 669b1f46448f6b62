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
RevisionRecord record_from(const py::tuple& row) {
  if (row.size() != 5) throw py::type_error("a record of a revision has five fields");
  PyObject* const fields = row.ptr();
  RevisionRecord record;
  record.id = text_from(PyTuple_GET_ITEM(fields, 0));
  record.down_revisions = texts_from(PyTuple_GET_ITEM(fields, 1));
  record.dependencies = texts_from(PyTuple_GET_ITEM(fields, 2));
  record.branch_labels = texts_from(PyTuple_GET_ITEM(fields, 3));
  const py::handle path = PyTuple_GET_ITEM(fields, 4);
  if (!path.is_none()) record.path = path_from(path);
  return record;
}

std::vector<RevisionRecord> records_from(const py::list& revisions, const py::function& record_of) {
  std::vector<RevisionRecord> records;
  records.reserve(revisions.size());
  for (const py::handle revision : revisions) {
    records.push_back(record_from(record_of(revision)));
  }
  return records;
}

std::shared_ptr<RevisionGraph> build(const py::list& revisions, const py::function& record_of) {
  auto records = records_from(revisions, record_of);
  count_call(Call::graph_build);
  return without_gil([&] { return as_holder(RevisionGraph::build(std::move(records))); });
}

std::shared_ptr<RevisionGraph> build_amended(const py::list& revisions,
                                             const py::function& record_of,
                                             const py::iterable& names,
                                             const py::iterable& resolved,
                                             const py::iterable& normalized) {
  auto records = records_from(revisions, record_of);
  RevisionGraph::Amendment amendment;
  for (const py::handle pair : names) {
    const auto name_and_node = py::cast<py::sequence>(pair);
    const auto node = name_and_node[1].cast<Node>();
    if (node >= records.size()) throw py::index_error("no such node among these revisions");
    amendment.names.emplace_back(text_from(name_and_node[0]), node);
  }
  for (const py::handle row : resolved) {
    amendment.resolved_dependencies.push_back(texts_from(row));
  }
  for (const py::handle row : normalized) {
    amendment.normalized_dependencies.push_back(texts_from(row));
  }
  if (amendment.resolved_dependencies.size() != records.size() ||
      amendment.normalized_dependencies.size() != records.size()) {
    throw py::value_error("as many rows of dependencies as revisions are needed");
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

// What `of` says of a node that must be in the graph.
template <typename Of>
auto at_node(Of of) {
  return [of](const RevisionGraph& graph, const py::int_& node) {
    return of(graph, node_from(graph, node));
  };
}

// The ids of some of the graph's nodes.
auto ids_by(const std::vector<Node>& (RevisionGraph::*nodes)() const) {
  return [nodes](const RevisionGraph& graph) { return texts_to(graph.ids((graph.*nodes)())); };
}

}  // namespace

void bind_graph(GraphClass& graph_class) {
  graph_class.def(py::init(&build), py::arg("revisions"), py::arg("record_of"))
      .def_static("amended", &build_amended, py::arg("revisions"), py::arg("record_of"),
                  py::arg("names"), py::arg("resolved_dependencies"),
                  py::arg("normalized_dependencies"))
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
      .def("heads", ids_by(&RevisionGraph::heads))
      .def("bases", ids_by(&RevisionGraph::bases))
      .def("real_heads", ids_by(&RevisionGraph::real_heads))
      .def("real_bases", ids_by(&RevisionGraph::real_bases))
      .def("id", at_node([](const auto& graph, Node node) { return text_to(graph.id(node)); }),
           py::arg("node"))
      .def("next_revisions", at_node([](const auto& graph, Node node) {
             return ids_of(graph, graph.next_revisions()[node]);
           }),
           py::arg("node"))
      .def("all_next_revisions", at_node([](const auto& graph, Node node) {
             return ids_of(graph, graph.all_next_revisions()[node]);
           }),
           py::arg("node"))
      .def("branch_labels", at_node([](const auto& graph, Node node) {
             return texts_to(graph.branch_labels(node));
           }),
           py::arg("node"))
      .def("surroundings", at_node(&surroundings), py::arg("node"));
}

}  // namespace alembic_native
