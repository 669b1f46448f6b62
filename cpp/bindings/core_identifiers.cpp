#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bindings/call_counts.h"
#include "bindings/core_module.h"
#include "bindings/targets.h"
#include "bindings/text.h"
#include "graph/identifier_resolution.h"

namespace alembic_native {

namespace {

std::optional<std::string> label_from(const py::object& label) {
  if (label.is_none()) return std::nullopt;
  return text_from(label);
}

py::object optional_text_to(const std::optional<std::string>& text) {
  return text ? py::object(text_to(*text)) : py::object(py::none());
}

Edges edges_from(bool include_dependencies) {
  return include_dependencies ? Edges::all : Edges::version;
}

py::tuple resolve(const RevisionGraph& graph, const py::object& identifier) {
  const auto given = identifier_from(identifier);
  count_call(Call::identifier_resolved);
  const auto resolved = without_gil([&] { return resolve_names(graph, given); });
  return py::make_tuple(texts_to(resolved.names), optional_text_to(resolved.branch_label));
}

py::tuple revisions(const RevisionGraph& graph, const py::object& identifier) {
  const auto given = identifier_from(identifier);
  count_call(Call::identifier_resolved);
  return targets_to(without_gil([&] { return get_revisions(graph, given); }));
}

py::object revision(const RevisionGraph& graph, const py::object& identifier) {
  const auto given = identifier_from(identifier);
  count_call(Call::identifier_resolved);
  return node_to(without_gil([&] { return get_revision(graph, given); }));
}

py::object branch(const RevisionGraph& graph, const py::str& branch_label) {
  const auto label = text_from(branch_label);
  count_call(Call::identifier_resolved);
  return node_to(without_gil([&] { return resolve_branch(graph, label); }));
}

py::object by_name(const RevisionGraph& graph, const py::object& name,
                   const py::object& branch_label) {
  const auto given = label_from(name);
  const auto label = label_from(branch_label);
  count_call(Call::identifier_resolved);
  return node_to(without_gil([&] { return revision_for_name(graph, given, label); }));
}

py::object head(const RevisionGraph& graph, const py::object& branch_label) {
  const auto label = label_from(branch_label);
  return optional_text_to(without_gil([&] { return current_head(graph, label); }));
}

py::list filter(const RevisionGraph& graph, const py::iterable& targets,
                const py::object& check_against, bool include_dependencies) {
  const auto given = nodes_or_names_from(graph, targets);
  const auto against = identifier_from(check_against);
  return places_to(without_gil(
      [&] { return filter_for_lineage(graph, given, against, edges_from(include_dependencies)); }));
}

bool shares(const RevisionGraph& graph, const py::object& target, const py::iterable& others,
            bool include_dependencies) {
  const auto given = nodes_or_names_from(graph, py::make_tuple(target));
  const auto against = nodes_or_names_from(graph, others);
  return without_gil(
      [&] { return shares_lineage(graph, given[0], against, edges_from(include_dependencies)); });
}

py::object steps(const RevisionGraph& graph, const py::object& start, std::int64_t count,
                 const py::object& branch_label, bool stop_at_end) {
  const auto from = target_from(graph, start);
  const auto label = label_from(branch_label);
  return target_to(without_gil([&] { return walk_steps(graph, from, count, label, stop_at_end); }));
}

py::list current(const RevisionGraph& graph, const py::object& identifier) {
  const auto given = identifier_from(identifier);
  return nodes_to(without_gil([&] { return all_current(graph, given); }));
}

py::list below(const RevisionGraph& graph, const py::iterable& targets, bool include_dependencies,
               bool check) {
  const auto nodes = nodes_from(graph, targets);
  return nodes_to(without_gil([&] {
    return ancestors(graph, nodes, edges_from(include_dependencies),
                     check ? Overlap::refuse : Overlap::allow);
  }));
}

py::list above(const RevisionGraph& graph, const py::iterable& targets, bool include_dependencies,
               bool omit_immediate_dependencies, bool check) {
  const auto nodes = nodes_from(graph, targets);
  return nodes_to(without_gil([&] {
    const Edges edges = edges_from(include_dependencies || omit_immediate_dependencies);
    return descendants(graph, nodes, edges, omit_immediate_dependencies ? Edges::version : edges,
                       check ? Overlap::refuse : Overlap::allow);
  }));
}

py::list heads_among(const RevisionGraph& graph, const py::iterable& targets) {
  const auto nodes = nodes_from(graph, targets);
  return nodes_to(without_gil([&] { return branch_heads(graph, nodes); }));
}

}  // namespace

void bind_identifiers(GraphClass& graph_class) {
  graph_class.def("resolve_names", &resolve, py::arg("identifier"))
      .def("get_revisions", &revisions, py::arg("identifier"))
      .def("get_revision", &revision, py::arg("identifier"))
      .def("resolve_branch", &branch, py::arg("branch_label"))
      .def("revision_for_name", &by_name, py::arg("name"), py::arg("branch_label"))
      .def("current_head", &head, py::arg("branch_label"))
      .def("filter_for_lineage", &filter, py::arg("targets"), py::arg("check_against"),
           py::arg("include_dependencies"))
      .def("shares_lineage", &shares, py::arg("target"), py::arg("others"),
           py::arg("include_dependencies"))
      .def("walk_steps", &steps, py::arg("start"), py::arg("steps"), py::arg("branch_label"),
           py::arg("stop_at_end"))
      .def("all_current", &current, py::arg("identifier"))
      .def("ancestors", &below, py::arg("targets"), py::arg("include_dependencies"),
           py::arg("check"))
      .def("descendants", &above, py::arg("targets"), py::arg("include_dependencies"),
           py::arg("omit_immediate_dependencies"), py::arg("check"))
      .def("branch_heads", &heads_among, py::arg("targets"));
}

}  // namespace alembic_native
