#include "graph/upgrade_path.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "graph/identifier_resolution.h"
#include "graph/overlapping_rows.h"
#include "graph/relative_identifier.h"

namespace alembic_native {

namespace {

[[noreturn]] void fail_revision(std::string message) {
  throw Error(ErrorKind::revision, std::move(message));
}

[[noreturn]] void fail_assertion(std::string message) {
  throw Error(ErrorKind::assertion, std::move(message));
}

[[noreturn]] void fail_length(const RelativeIdentifier& relative, const std::string& shown) {
  const std::string& text = relative.steps_text;
  std::string digits = fmt::format("{}", relative.steps);
  if (text[0] == '-' && relative.steps != 0) digits.erase(0, 1);
  fail_revision(fmt::format("Relative revision {} didn't produce {} migrations", shown, digits));
}

[[noreturn]] void fail_range(Identifier lower, Identifier upper) {
  const auto shown = [](const Identifier& end) {
    if (end.is_empty()) return std::string("base");
    if (end.shape == Identifier::Shape::single) return end.names[0];
    std::vector<std::string> quoted;
    quoted.reserve(end.names.size());
    for (const auto& name : end.names) quoted.push_back(fmt::format("'{}'", name));
    return fmt::format("({}{})", fmt::join(quoted, ", "), quoted.size() == 1 ? "," : "");
  };
  ErrorFields fields;
  std::string message =
      fmt::format("Revision {} is not an ancestor of revision {}", shown(lower), shown(upper));
  fields.lower = std::move(lower);
  fields.upper = std::move(upper);
  throw Error(ErrorKind::range_not_ancestor, std::move(message), std::move(fields));
}

// "symbol", or "label@symbol".
Identifier labelled(const std::optional<std::string>& branch_label, const std::string& symbol) {
  return Identifier::single(branch_label ? *branch_label + "@" + symbol : symbol);
}

Target target_of(std::optional<Node> node) { return node ? Target::of(*node) : Target::none(); }

// Where "label@+n" starts when no current revision is on that branch: the tips of what is applied
// of it, or the base.
std::vector<Target> tips_on_branch(const RevisionGraph& graph, const Identifier& current_revisions,
                                   const std::string& branch_label) {
  const auto applied =
      ancestors(graph, revisions_of(get_revisions(graph, current_revisions)), Edges::all);
  const auto active =
      nodes_in_lineage(graph, applied, Identifier::single(branch_label), Edges::version);
  NodeSet tips(graph, active);
  for (const Node node : active) {
    for (const Node parent : graph.normalized_down_revisions()[node]) tips.erase(parent);
  }
  std::vector<Target> result;
  for (const Node node : tips.nodes()) result.push_back(Target::of(node));
  if (result.empty()) result.push_back(Target::none());
  return result;
}

// Where "+n" and "label@+n" start.
std::vector<Target> upgrade_starts(const RevisionGraph& graph, const Identifier& current_revisions,
                                   const std::optional<std::string>& branch_label) {
  std::vector<Target> starts;
  if (branch_label) {
    const auto current = revisions_of(get_revisions(graph, current_revisions));
    for (const Node node :
         nodes_in_lineage(graph, current, Identifier::single(*branch_label), Edges::version)) {
      starts.push_back(Target::of(node));
    }
    return starts.empty() ? tips_on_branch(graph, current_revisions, *branch_label) : starts;
  }
  if (current_revisions.names.size() > 1) {
    fail_revision("Ambiguous upgrade from multiple current revisions");
  }
  if (current_revisions.names.empty()) return {Target::none()};
  return {target_of(get_revision(graph, Identifier::single(current_revisions.names[0])))};
}

// What "-n" and "label@-n" count down from, and the branch to stay on.
std::pair<std::optional<std::string>, std::string> downgrade_start(
    const RevisionGraph& graph, const Identifier& current_revisions,
    const RelativeIdentifier& relative, Warnings& warnings) {
  const auto& names = current_revisions.names;
  if (relative.branch_label) {
    const Identifier label = Identifier::single(*relative.branch_label);
    std::vector<std::string> on_branch;
    for (const std::size_t index : filter_for_lineage(
             graph, std::vector<NodeOrName>(names.begin(), names.end()), label, Edges::version)) {
      on_branch.push_back(names[index]);
    }
    if (on_branch.empty()) {
      // All other branches may be applied through dependencies of the one current head.
      on_branch = graph.ids(
          nodes_in_lineage(graph, all_current(graph, current_revisions), label, Edges::version));
    }
    if (on_branch.size() != 1) {
      fail_assertion(fmt::format(
          "branch '{}' has {} current revisions; name the one to downgrade from, as in '{}@ID{}'",
          *relative.branch_label, on_branch.size(), *relative.branch_label, relative.steps_text));
    }
    return {relative.branch_label, on_branch[0]};
  }
  if (names.empty()) fail_length(relative, relative.steps_text);
  if (std::any_of(names.begin(), names.end(),
                  [&](const std::string& name) { return name != names[0]; })) {
    warnings.emplace_back(
        "downgrade -1 from multiple heads is ambiguous; "
        "this usage will be disallowed in a future release.");
  }
  return {names[0], names[0]};
}

// Roots of what a downgrade takes away: the revisions just above the target.
std::vector<Node> downgrade_roots(const RevisionGraph& graph, const DowngradeTarget& target,
                                  bool inclusive) {
  std::vector<Node> roots;
  if (!target.revision.is_revision()) {
    // Once by id and once by each label, as upstream counts them below.
    for (const auto& [name, node] : graph.names()) {
      if (graph.down_revisions()[node].empty()) roots.push_back(node);
    }
  } else if (inclusive) {
    roots.push_back(target.revision.node);
  } else {
    const NodeSpan above = graph.next_revisions()[target.revision.node];
    roots.assign(above.begin(), above.end());
  }
  const bool has_label = target.branch_label && !target.branch_label->empty();
  if (!has_label || roots.size() <= 1) return roots;

  std::vector<Node> branch;
  if (const auto node = resolve_branch(graph, *target.branch_label)) branch.push_back(*node);
  const NodeSet line(graph, ancestors(graph, branch, Edges::version));
  NodeSet kept(graph);
  for (const Node root : roots) {
    if (line.contains(root)) kept.insert(root);
  }
  roots = kept.nodes();
  if (roots.empty()) fail_revision("Not a valid downgrade target from current heads");
  return roots;
}

// With "branch@..." as the lower end, only targets on that branch are meant.
std::vector<Node> targets_on_branch_of(const RevisionGraph& graph, const Identifier& lower,
                                       std::vector<Node> targets) {
  if (lower.shape != Identifier::Shape::single) return targets;
  const auto at = lower.names[0].find('@');
  if (at == std::string::npos) return targets;
  std::string branch = lower.names[0].substr(0, at);
  const auto revision = get_revision(graph, Identifier::single(branch));
  if (revision && graph.id(*revision) == branch) {
    const auto labels = graph.branch_labels(*revision);
    if (labels.size() != 1) {
      fail_assertion(fmt::format(
          "revision {} stands for a branch here, and so must carry one branch label; it has {}",
          branch, labels.size()));
    }
    branch = labels[0];
  }
  NodeSet kept(graph);
  for (const Node target : targets) {
    if (graph.has_branch_label(target, branch)) kept.insert(target);
  }
  return kept.nodes();
}

}  // namespace

std::vector<Target> parse_upgrade_target(const RevisionGraph& graph,
                                         const Identifier& current_revisions,
                                         const Identifier& target, bool assert_relative_length) {
  std::optional<RelativeIdentifier> relative;
  if (target.shape == Identifier::Shape::single) relative = parse_relative(target.names[0]);
  if (!relative) return get_revisions(graph, target);

  const bool stop_at_end = !assert_relative_length;
  if (relative->steps <= 0) {
    if (!relative->symbol) fail_length(*relative, fmt::format("{}", relative->steps));
    const auto start = get_revision(graph, labelled(relative->branch_label, *relative->symbol));
    return {walk_steps(graph, target_of(start), relative->steps, std::nullopt, stop_at_end)};
  }
  if (relative->symbol) {
    const auto start = get_revision(graph, Identifier::single(*relative->symbol));
    return {
        walk_steps(graph, target_of(start), relative->steps, relative->branch_label, stop_at_end)};
  }
  const auto starts = upgrade_starts(graph, current_revisions, relative->branch_label);
  if (starts.size() > 1) fail_revision("Ambiguous upgrade from multiple current revisions");
  const Target reached =
      walk_steps(graph, starts[0], relative->steps, relative->branch_label, stop_at_end);
  if (reached.kind == Target::Kind::none) fail_length(*relative, relative->steps_text);
  return {reached};
}

DowngradeTarget parse_downgrade_target(const RevisionGraph& graph,
                                       const Identifier& current_revisions,
                                       const Identifier& target, bool assert_relative_length,
                                       Warnings& warnings) {
  if (target.shape == Identifier::Shape::nothing) return {};
  if (target.shape == Identifier::Shape::several) {
    fail_assertion("Expected downgrade target in string form");
  }
  const std::string& text = target.names[0];
  const bool stop_at_end = !assert_relative_length;
  const auto relative = parse_relative(text);
  if (!relative) {
    const auto at = text.rfind('@');
    if (at == std::string::npos) return {std::nullopt, target_of(get_revision(graph, target))};
    std::optional<std::string> label;
    if (at > 0) label = text.substr(0, at);
    return {label, target_of(get_revision(graph, Identifier::single(text.substr(at + 1))))};
  }
  if (relative->steps >= 0) {
    if (!relative->symbol) fail_length(*relative, relative->steps_text);
    const auto start = get_revision(graph, Identifier::single(*relative->symbol));
    const Target reached =
        walk_steps(graph, target_of(start), relative->steps, relative->branch_label, stop_at_end);
    if (reached.kind == Target::Kind::none) fail_revision("Walked too far");
    return {relative->branch_label, reached};
  }
  std::optional<std::string> label = relative->branch_label;
  std::string symbol;
  if (relative->symbol) {
    symbol = *relative->symbol;
  } else {
    std::tie(label, symbol) = downgrade_start(graph, current_revisions, *relative, warnings);
  }
  const auto start = get_revision(graph, labelled(label, symbol));
  const Target reached =
      walk_steps(graph, target_of(start), relative->steps, std::nullopt, stop_at_end);
  if (reached.kind == Target::Kind::none) {
    if (!relative->symbol) fail_length(*relative, relative->steps_text);
    fail_revision("Walked too far");
  }
  return {label, reached};
}

RevisionRange collect_upgrade(const RevisionGraph& graph, const Identifier& upper,
                              const Identifier& lower, const RangeOptions& options,
                              Warnings& warnings) {
  auto targets = targets_on_branch_of(
      graph, lower,
      revisions_of(parse_upgrade_target(graph, lower, upper, options.assert_relative_length)));
  const NodeSet required(graph, ancestors(graph, targets, Edges::all, Overlap::refuse));

  Identifier lower_end = lower;
  auto current = get_revisions(graph, lower);
  if (!options.implicit_base && std::any_of(current.begin(), current.end(), [&](const Target& one) {
        return one.kind == Target::Kind::base ||
               (one.is_revision() && !required.contains(one.node));
      })) {
    fail_range(lower, upper);
  }
  if (!current.empty() && current[0].kind == Target::Kind::none) {
    // A relative lower end that goes below the base, counted from the upper end instead.
    const Target reached =
        parse_downgrade_target(graph, upper, lower, options.assert_relative_length, warnings)
            .revision;
    if (reached.kind == Target::Kind::none)
      fail_assertion("the lower end of the range is no revision");
    if (reached.kind == Target::Kind::base) {
      current.clear();
      lower_end = Identifier::nothing();
    } else {
      current = {reached};
      lower_end = Identifier::single(graph.id(reached.node));
    }
  }
  const auto current_nodes = separate_rows(graph, current);
  NodeSet needed = required;
  for (const Node node : ancestors(graph, current_nodes, Edges::all)) {
    needed.erase(node);
  }
  if (options.inclusive) {
    for (const Node node : revisions_of(get_revisions(graph, lower_end))) needed.insert(node);
  }
  auto revisions = needed.nodes();
  if (!current_nodes.empty() && !options.implicit_base) {
    const NodeSet following(
        graph, descendants(graph, current_nodes, Edges::version, Edges::version, Overlap::refuse));
    revisions.erase(std::remove_if(revisions.begin(), revisions.end(),
                                   [&](Node node) { return !following.contains(node); }),
                    revisions.end());
  }
  return {std::move(revisions), std::move(targets)};
}

RevisionRange collect_downgrade(const RevisionGraph& graph, const Identifier& upper,
                                const Identifier& lower, const RangeOptions& options,
                                Warnings& warnings) {
  const DowngradeTarget target =
      parse_downgrade_target(graph, upper, lower, options.assert_relative_length, warnings);
  const auto roots = downgrade_roots(graph, target, options.inclusive);
  const auto heads = get_revisions(graph, upper);
  const NodeSet dropped(graph, descendants(graph, roots, Edges::all, Edges::all));
  auto head_nodes = revisions_of(heads);

  const NodeSet active(graph, ancestors(graph, head_nodes, Edges::all));
  NodeSet kept_below(graph);
  if (options.implicit_base) kept_below = NodeSet(graph, ancestors(graph, roots, Edges::all));
  std::vector<Node> revisions;
  for (const Node node : active.nodes()) {
    const bool is_wound_back = options.implicit_base && !kept_below.contains(node);
    if (dropped.contains(node) || is_wound_back) revisions.push_back(node);
  }
  if (target.revision.is_revision() && revisions.empty() &&
      std::find(head_nodes.begin(), head_nodes.end(), target.revision.node) == head_nodes.end()) {
    fail_range(Identifier::single("Nothing to drop"), upper);
  }
  return {std::move(revisions), std::move(head_nodes)};
}

}  // namespace alembic_native
