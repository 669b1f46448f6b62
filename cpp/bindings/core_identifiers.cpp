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

Edges edges_from(bool include_dependencies) {
  return include_dependencies ? Edges::all : Edges::version;
}

py::tuple resolve(const GrowingGraph& graph, const py::object& identifier) {
  const auto given = identifier_from(identifier);
  count_call(Call::identifier_resolved);
  const auto resolved =
      ask(graph, [&](const RevisionGraph& now) { return resolve_names(now, given); });
  return py::make_tuple(texts_to(resolved.names), optional_text_to(resolved.branch_label));
}

py::tuple revisions(const GrowingGraph& graph, const py::object& identifier) {
  const auto given = identifier_from(identifier);
  count_call(Call::identifier_resolved);
  return targets_to(
      ask(graph, [&](const RevisionGraph& now) { return get_revisions(now, given); }));
}

py::object revision(const GrowingGraph& graph, const py::object& identifier) {
  const auto given = identifier_from(identifier);
  count_call(Call::identifier_resolved);
  return node_to(ask(graph, [&](const RevisionGraph& now) { return get_revision(now, given); }));
}

py::object branch(const GrowingGraph& graph, const py::str& branch_label) {
  const auto label = text_from(branch_label);
  count_call(Call::identifier_resolved);
  return node_to(ask(graph, [&](const RevisionGraph& now) { return resolve_branch(now, label); }));
}

py::object by_name(const GrowingGraph& graph, const py::object& name,
                   const py::object& branch_label) {
  const auto given = label_from(name);
  const auto label = label_from(branch_label);
  count_call(Call::identifier_resolved);
  return node_to(
      ask(graph, [&](const RevisionGraph& now) { return revision_for_name(now, given, label); }));
}

py::object head(const GrowingGraph& graph, const py::object& branch_label) {
  const auto label = label_from(branch_label);
  return optional_text_to(
      ask(graph, [&](const RevisionGraph& now) { return current_head(now, label); }));
}

py::list filter(const GrowingGraph& graph, const py::iterable& targets,
                const py::object& check_against, bool include_dependencies) {
  const auto given = nodes_or_names_from(graph, targets);
  const auto against = identifier_from(check_against);
  return indices_to(ask(graph, [&](const RevisionGraph& now) {
    return filter_for_lineage(now, given, against, edges_from(include_dependencies));
  }));
}

bool shares(const GrowingGraph& graph, const py::object& target, const py::iterable& others,
            bool include_dependencies) {
  const auto given = nodes_or_names_from(graph, py::make_tuple(target));
  const auto against = nodes_or_names_from(graph, others);
  return ask(graph, [&](const RevisionGraph& now) {
    return shares_lineage(now, given[0], against, edges_from(include_dependencies));
  });
}

py::object steps(const GrowingGraph& graph, const py::object& start, std::int64_t count,
                 const py::object& branch_label, bool stop_at_end) {
  const auto from = target_from(graph, start);
  const auto label = label_from(branch_label);
  return target_to(ask(graph, [&](const RevisionGraph& now) {
    return walk_steps(now, from, count, label, stop_at_end);
  }));
}

py::list current(const GrowingGraph& graph, const py::object& identifier) {
  const auto given = identifier_from(identifier);
  return nodes_to(ask(graph, [&](const RevisionGraph& now) { return all_current(now, given); }));
}

py::list below(const GrowingGraph& graph, const py::iterable& targets, bool include_dependencies,
               bool check) {
  const auto nodes = nodes_from(graph, targets);
  return nodes_to(ask(graph, [&](const RevisionGraph& now) {
    return ancestors(now, nodes, edges_from(include_dependencies),
                     check ? Overlap::refuse : Overlap::allow);
  }));
}

py::list above(const GrowingGraph& graph, const py::iterable& targets, bool include_dependencies,
               bool omit_immediate_dependencies, bool check) {
  const auto nodes = nodes_from(graph, targets);
  return nodes_to(ask(graph, [&](const RevisionGraph& now) {
    const Edges edges = edges_from(include_dependencies || omit_immediate_dependencies);
    return descendants(now, nodes, edges, omit_immediate_dependencies ? Edges::version : edges,
                       check ? Overlap::refuse : Overlap::allow);
  }));
}

py::list heads_among(const GrowingGraph& graph, const py::iterable& targets) {
  const auto nodes = nodes_from(graph, targets);
  return nodes_to(ask(graph, [&](const RevisionGraph& now) { return branch_heads(now, nodes); }));
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
