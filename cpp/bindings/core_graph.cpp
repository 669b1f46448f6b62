#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bindings/call_counts.h"
#include "bindings/core_module.h"
#include "bindings/targets.h"
#include "bindings/text.h"
#include "graph/surroundings.h"

namespace alembic_native {

namespace {

std::vector<RevisionRecord> records_from(const py::iterable& given) {
  std::vector<RevisionRecord> records;
  for (const py::handle record : given) records.push_back(record.cast<const RevisionRecord&>());
  return records;
}

std::unique_ptr<GrowingGraph> build(const py::iterable& given) {
  auto records = records_from(given);
  count_call(Call::graph_build);
  return without_gil(
      [&] { return std::make_unique<GrowingGraph>(RevisionGraph::build(std::move(records))); });
}

std::unique_ptr<GrowingGraph> build_amended(const py::iterable& given, const py::iterable& names,
                                            const py::iterable& resolved,
                                            const py::iterable& normalized) {
  auto records = records_from(given);
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
  return without_gil([&] {
    return std::make_unique<GrowingGraph>(RevisionGraph::build(std::move(records), amendment));
  });
}

Addition add(GrowingGraph& graph, RevisionRecord record) {
  auto addition = without_gil([&] { return graph.add(std::move(record)); });
  if (addition.outcome != Addition::Outcome::appended) count_call(Call::graph_build);
  return addition;
}

Addition replace(GrowingGraph& graph, RevisionRecord record) {
  count_call(Call::graph_build);
  return without_gil([&] { return graph.replace(std::move(record)); });
}

std::unique_ptr<GrowingGraph> copied(const GrowingGraph& graph, const py::dict& /*memo*/) {
  return without_gil([&] { return std::make_unique<GrowingGraph>(graph); });
}

py::list names(const GrowingGraph& graph) {
  using Names = std::vector<std::pair<std::string, Node>>;
  py::list result;
  for (const auto& [name, node] : ask(graph, [](const RevisionGraph& now) {
         return Names(now.names().begin(), now.names().end());
       })) {
    result.append(py::make_tuple(text_to(name), node));
  }
  return result;
}

py::list duplicates(const GrowingGraph& graph) {
  py::list result;
  for (const auto& [shadowed, counted] :
       ask(graph, [](const RevisionGraph& now) { return now.duplicates(); })) {
    result.append(py::make_tuple(shadowed, counted));
  }
  return result;
}

py::object find(const GrowingGraph& graph, const py::str& name) {
  const auto text = text_from(name);
  return node_to(ask(graph, [&](const RevisionGraph& now) { return now.find(text); }));
}

// What `of` says of a node that must be in the graph, converted by `to`.
template <typename Of, typename To>
auto at_node(Of of, To to) {
  return [of, to](const GrowingGraph& graph, const py::int_& number) {
    const Node node = node_from(graph, number);
    return to(ask(graph, [&](const RevisionGraph& now) { return of(now, node); }));
  };
}

// The ids of the nodes in one row of edges.
auto row_ids(const Adjacency& (RevisionGraph::*edges)() const) {
  const auto of = [edges](const RevisionGraph& graph, Node node) {
    const NodeSpan row = (graph.*edges)()[node];
    return graph.ids({row.begin(), row.end()});
  };
  return at_node(of, texts_to);
}

// The ids of some of the graph's nodes.
auto ids_by(const std::vector<Node>& (RevisionGraph::*nodes)() const) {
  return [nodes](const GrowingGraph& graph) {
    return texts_to(ask(graph, [&](const RevisionGraph& now) { return now.ids((now.*nodes)()); }));
  };
}

py::tuple check(const GrowingGraph& graph) {
  return texts_to(ask(graph, [](const RevisionGraph& now) { return now.check(); }));
}

bool has_branch_labels(const GrowingGraph& graph) {
  return ask(graph, [](const RevisionGraph& now) { return now.has_branch_labels(); });
}

}  // namespace

void bind_graph(GraphClass& graph_class) {
  const auto id = [](const RevisionGraph& graph, Node node) { return std::string(graph.id(node)); };
  const auto labels = [](const RevisionGraph& graph, Node node) {
    return graph.branch_labels(node);
  };
  graph_class.def(py::init(&build), py::arg("records"))
      .def_static("amended", &build_amended, py::arg("records"), py::arg("names"),
                  py::arg("resolved_dependencies"), py::arg("normalized_dependencies"))
      .def("add", &add, py::arg("record"))
      .def("replace", &replace, py::arg("record"))
      .def("__deepcopy__", &copied, py::arg("memo"))
      .def("__len__", &size_of)
      .def("names", &names)
      .def("duplicates", &duplicates)
      .def_property_readonly("has_branch_labels", &has_branch_labels)
      .def("check", &check)
      .def("find", &find, py::arg("name"))
      .def("heads", ids_by(&RevisionGraph::heads))
      .def("bases", ids_by(&RevisionGraph::bases))
      .def("real_heads", ids_by(&RevisionGraph::real_heads))
      .def("real_bases", ids_by(&RevisionGraph::real_bases))
      .def("id", at_node(id, text_to), py::arg("node"))
      .def("next_revisions", row_ids(&RevisionGraph::next_revisions), py::arg("node"))
      .def("all_next_revisions", row_ids(&RevisionGraph::all_next_revisions), py::arg("node"))
      .def("branch_labels", at_node(labels, texts_to), py::arg("node"))
      .def("surroundings", at_node(surroundings_of, [](Surroundings given) { return given; }),
           py::arg("node"));
}

}  // namespace alembic_native
