#include <utility>

#include "bindings/call_counts.h"
#include "bindings/core_module.h"
#include "bindings/targets.h"
#include "bindings/text.h"
#include "graph/topological_order.h"
#include "graph/upgrade_path.h"

namespace alembic_native {

namespace {

// Shows the warnings also when the call they come from has failed.
template <typename Work>
auto with_warnings(const GrowingGraph& graph, const py::function& warn, const Work& work) {
  Warnings warnings;
  const auto show = [&] {
    for (const auto& warning : warnings) warn(text_to(warning));
  };
  try {
    auto result = ask(graph, [&](const RevisionGraph& now) { return work(now, warnings); });
    show();
    return result;
  } catch (const Error&) {
    show();
    throw;
  }
}

py::tuple upgrade_target(const GrowingGraph& graph, const py::object& current_revisions,
                         const py::object& target, bool assert_relative_length) {
  const auto current = identifier_from(current_revisions);
  const auto given = identifier_from(target);
  return targets_to(ask(graph, [&](const RevisionGraph& now) {
    return parse_upgrade_target(now, current, given, assert_relative_length);
  }));
}

py::tuple downgrade_target(const GrowingGraph& graph, const py::object& current_revisions,
                           const py::object& target, bool assert_relative_length,
                           const py::function& warn) {
  const auto current = identifier_from(current_revisions);
  const auto given = identifier_from(target);
  const auto parsed = with_warnings(graph, warn, [&](const RevisionGraph& now, Warnings& warnings) {
    return parse_downgrade_target(now, current, given, assert_relative_length, warnings);
  });
  return py::make_tuple(optional_text_to(parsed.branch_label), target_to(parsed.revision));
}

RevisionRange collected(const RevisionGraph& graph, const Identifier& upper,
                        const Identifier& lower, const RangeOptions& options,
                        bool select_for_downgrade, Warnings& warnings) {
  return select_for_downgrade ? collect_downgrade(graph, upper, lower, options, warnings)
                              : collect_upgrade(graph, upper, lower, options, warnings);
}

py::tuple collect(const GrowingGraph& graph, const py::object& upper, const py::object& lower,
                  bool inclusive, bool implicit_base, bool assert_relative_length,
                  bool select_for_downgrade, const py::function& warn) {
  const auto from = identifier_from(upper);
  const auto to = identifier_from(lower);
  const RangeOptions options{inclusive, implicit_base, assert_relative_length};
  const auto range = with_warnings(graph, warn, [&](const RevisionGraph& now, Warnings& warnings) {
    return collected(now, from, to, options, select_for_downgrade, warnings);
  });
  return py::make_tuple(nodes_to(range.revisions), nodes_to(range.heads));
}

py::list iterate(const GrowingGraph& graph, const py::object& upper, const py::object& lower,
                 bool inclusive, bool implicit_base, bool assert_relative_length,
                 bool select_for_downgrade, const py::function& warn) {
  const auto from = identifier_from(upper);
  const auto to = identifier_from(lower);
  const RangeOptions options{inclusive, implicit_base, assert_relative_length};
  count_call(Call::range_ordered);
  return nodes_to(with_warnings(graph, warn, [&](const RevisionGraph& now, Warnings& warnings) {
    const auto range = collected(now, from, to, options, select_for_downgrade, warnings);
    return topological_order(now, range.revisions, range.heads);
  }));
}

py::list order(const GrowingGraph& graph, const py::iterable& revisions,
               const py::iterable& heads) {
  const auto members = nodes_from(graph, revisions);
  const auto starts = nodes_from(graph, heads);
  count_call(Call::range_ordered);
  return nodes_to(ask(
      graph, [&](const RevisionGraph& now) { return topological_order(now, members, starts); }));
}

}  // namespace

void bind_ranges(GraphClass& graph_class) {
  graph_class
      .def("parse_upgrade_target", &upgrade_target, py::arg("current_revisions"), py::arg("target"),
           py::arg("assert_relative_length"))
      .def("parse_downgrade_target", &downgrade_target, py::arg("current_revisions"),
           py::arg("target"), py::arg("assert_relative_length"), py::arg("warn"))
      .def("collect", &collect, py::arg("upper"), py::arg("lower"), py::arg("inclusive"),
           py::arg("implicit_base"), py::arg("assert_relative_length"),
           py::arg("select_for_downgrade"), py::arg("warn"))
      .def("iterate", &iterate, py::arg("upper"), py::arg("lower"), py::arg("inclusive"),
           py::arg("implicit_base"), py::arg("assert_relative_length"),
           py::arg("select_for_downgrade"), py::arg("warn"))
      .def("topological_order", &order, py::arg("revisions"), py::arg("heads"));
}

}  // namespace alembic_native
