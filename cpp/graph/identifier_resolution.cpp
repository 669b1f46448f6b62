#include "graph/identifier_resolution.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "graph/history_faults.h"
#include "graph/relative_identifier.h"
#include "text/utf8.h"

namespace alembic_native {

namespace {

bool is_given(const std::optional<std::string>& label) { return label && !label->empty(); }

std::vector<NodeOrName> as_targets(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

[[noreturn]] void fail_resolution(std::string message, const std::string& argument) {
  ErrorFields fields;
  fields.argument = argument;
  throw Error(ErrorKind::resolution, std::move(message), std::move(fields));
}

[[noreturn]] void fail_multiple_heads(std::vector<std::string> heads, const std::string& argument) {
  ErrorFields fields;
  fields.argument = argument;
  fields.revisions = std::move(heads);
  throw Error(ErrorKind::multiple_heads,
              fmt::format("Multiple heads are present for given argument '{}'; {}", argument,
                          fmt::join(fields.revisions, ", ")),
              fields);
}

std::vector<Node> heads_of_branch(const RevisionGraph& graph, const std::string& branch_label) {
  const auto& heads = graph.heads();
  std::vector<Node> result;
  for (const std::size_t index : filter_for_lineage(
           graph, as_targets(graph.ids(heads)), Identifier::single(branch_label), Edges::version)) {
    result.push_back(heads[index]);
  }
  return result;
}

// Where there are several heads only because two scripts have one id, merging them cannot help.
void refuse_heads_of_one_id(const RevisionGraph& graph, const std::vector<Node>& heads) {
  const auto shadowed =
      std::find_if(heads.begin(), heads.end(), [&](Node head) { return graph.is_shadowed(head); });
  const auto counted = std::count_if(heads.begin(), heads.end(),
                                     [&](Node head) { return !graph.is_shadowed(head); });
  if (heads.size() > 1 && counted <= 1) fail_id_claimed_twice(graph, *shadowed);
}

// The names a lineage is tested against: the label, then the resolved names.
std::vector<NodeOrName> lineage_names(ResolvedNames resolved) {
  std::vector<NodeOrName> names;
  if (is_given(resolved.branch_label)) names.emplace_back(std::move(*resolved.branch_label));
  for (auto& name : resolved.names) names.emplace_back(std::move(name));
  return names;
}

std::optional<Node> node_of(const RevisionGraph& graph, const NodeOrName& given) {
  if (const auto* node = std::get_if<Node>(&given)) return *node;
  return revision_for_name(graph, std::get<std::string>(given), std::nullopt);
}

// The revisions on a line with one of those that the names lead to.
NodeSet lineage_of(const RevisionGraph& graph, const std::vector<NodeOrName>& names, Edges edges) {
  std::vector<Node> tested;
  for (const NodeOrName& name : names) {
    if (const auto node = node_of(graph, name)) tested.push_back(*node);
  }
  NodeSet lineage(graph, ancestors(graph, tested, edges));
  for (const Node node : descendants(graph, tested, edges, edges)) lineage.insert(node);
  return lineage;
}

}  // namespace

std::optional<std::string> current_head(const RevisionGraph& graph,
                                        const std::optional<std::string>& branch_label) {
  const auto nodes = is_given(branch_label) ? heads_of_branch(graph, *branch_label) : graph.heads();
  refuse_heads_of_one_id(graph, nodes);
  auto heads = graph.ids(nodes);
  if (heads.size() > 1) {
    fail_multiple_heads(std::move(heads),
                        is_given(branch_label) ? *branch_label + "@head" : std::string("head"));
  }
  if (heads.empty()) return std::nullopt;
  return std::move(heads[0]);
}

ResolvedNames resolve_names(const RevisionGraph& graph, const Identifier& identifier) {
  if (identifier.shape != Identifier::Shape::single) return {identifier.names, std::nullopt};
  std::string name = identifier.names[0];
  std::optional<std::string> branch_label;
  if (const auto at = name.find('@'); at != std::string::npos) {
    branch_label = name.substr(0, at);
    name.erase(0, at + 1);
  }
  if (name == "heads") {
    if (is_given(branch_label))
      return {graph.ids(heads_of_branch(graph, *branch_label)), branch_label};
    return {graph.ids(graph.real_heads()), branch_label};
  }
  if (name == "head") {
    auto head = current_head(graph, branch_label);
    if (!head || head->empty()) return {{}, branch_label};
    return {{std::move(*head)}, branch_label};
  }
  if (name == "base") return {{}, branch_label};
  return {{std::move(name)}, branch_label};
}

std::vector<Target> get_revisions(const RevisionGraph& graph, const Identifier& identifier) {
  std::vector<Target> result;
  if (identifier.shape == Identifier::Shape::several) {
    for (const std::string& name : identifier.names) {
      const auto some = get_revisions(graph, Identifier::single(name));
      result.insert(result.end(), some.begin(), some.end());
    }
    return result;
  }
  const ResolvedNames resolved = resolve_names(graph, identifier);
  if (resolved.names.size() == 1) {
    const auto steps = parse_integer(resolved.names[0]);
    if (steps && *steps < 0) {
      const auto heads = get_revisions(graph, Identifier::single("heads"));
      for (const Node head : revisions_of(heads)) {
        if (resolved.branch_label && !graph.has_branch_label(head, *resolved.branch_label)) {
          continue;
        }
        result.push_back(walk_steps(graph, Target::of(head), *steps, std::nullopt, false));
      }
      return result;
    }
  }
  for (const std::string& name : resolved.names) {
    const auto node = revision_for_name(graph, name, resolved.branch_label);
    result.push_back(node ? Target::of(*node) : Target::none());
  }
  return result;
}

std::optional<Node> get_revision(const RevisionGraph& graph, const Identifier& identifier) {
  ResolvedNames resolved = resolve_names(graph, identifier);
  if (resolved.names.size() > 1) {
    fail_multiple_heads(std::move(resolved.names),
                        identifier.names.empty() ? std::string() : identifier.names[0]);
  }
  std::optional<std::string> name;
  if (!resolved.names.empty()) name = std::move(resolved.names[0]);
  return revision_for_name(graph, name, resolved.branch_label);
}

std::optional<Node> resolve_branch(const RevisionGraph& graph, std::string_view branch_label) {
  if (const auto node = graph.find(branch_label)) return node;
  try {
    return revision_for_name(graph, std::string(branch_label), std::nullopt);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::resolution) throw;
    fail_resolution(fmt::format("No such branch: '{}'", branch_label), std::string(branch_label));
  }
}

std::optional<Node> revision_for_name(const RevisionGraph& graph,
                                      const std::optional<std::string>& name,
                                      const std::optional<std::string>& branch_label) {
  std::optional<Node> branch;
  if (is_given(branch_label)) branch = resolve_branch(graph, *branch_label);
  if (!name) return std::nullopt;

  auto node = graph.find(*name);
  // An empty label is found by an empty name, but not on a branch.
  if (name->empty() && (!node || branch)) {
    throw Error(ErrorKind::assertion, "an empty string identifies no revision");
  }
  if (!node) {
    auto candidates = graph.names_with_prefix(*name);
    if (branch) {
      std::vector<NodeOrName> names;
      names.reserve(candidates.size());
      for (const auto& [candidate, unused] : candidates) names.emplace_back(std::string(candidate));
      std::vector<std::pair<std::string_view, Node>> kept;
      for (const std::size_t index :
           filter_for_lineage(graph, names, Identifier::single(*branch_label), Edges::version)) {
        kept.push_back(candidates[index]);
      }
      candidates = std::move(kept);
    }
    constexpr std::size_t shortest_prefix = 4;
    constexpr std::size_t shown = 3;
    if (candidates.empty()) {
      fail_resolution(
          fmt::format("No such revision or branch '{}'{}", *name,
                      code_points(*name) < shortest_prefix
                          ? "; please ensure at least four characters are present for partial "
                            "revision identifier matches"
                          : ""),
          *name);
    }
    if (candidates.size() > 1) {
      std::vector<std::string> quoted;
      for (std::size_t index = 0; index < std::min(shown, candidates.size()); ++index) {
        quoted.push_back(fmt::format("'{}'", candidates[index].first));
      }
      fail_resolution(
          fmt::format("Multiple revisions start with '{}': {}...", *name, fmt::join(quoted, ", ")),
          *name);
    }
    node = candidates[0].second;
  }
  if (branch && !shares_lineage(graph, *node, {*branch}, Edges::version)) {
    fail_resolution(
        fmt::format("Revision {} is not a member of branch '{}'", graph.id(*node), *branch_label),
        *name);
  }
  return node;
}

bool shares_lineage(const RevisionGraph& graph, const NodeOrName& target,
                    const std::vector<NodeOrName>& others, Edges edges) {
  if (others.empty()) return true;
  const auto node = node_of(graph, target);
  bool shares = false;
  for (const NodeOrName& other : others) {
    const auto tested = node_of(graph, other);
    shares =
        shares || (node && tested &&
                   (graph.reaches(*node, *tested, edges) || graph.reaches(*tested, *node, edges)));
  }
  return shares;
}

std::vector<std::size_t> filter_for_lineage(const RevisionGraph& graph,
                                            const std::vector<NodeOrName>& targets,
                                            const Identifier& check_against, Edges edges) {
  const auto names = lineage_names(resolve_names(graph, check_against));
  std::vector<std::size_t> indices;
  if (targets.empty()) return indices;

  // Of two names that lead nowhere, the target's is reported.
  if (!names.empty()) node_of(graph, targets[0]);
  const NodeSet lineage = lineage_of(graph, names, edges);
  for (std::size_t index = 0; index < targets.size(); ++index) {
    if (!names.empty()) {
      const auto node = node_of(graph, targets[index]);
      if (!node || !lineage.contains(*node)) continue;
    }
    indices.push_back(index);
  }
  return indices;
}

std::vector<Node> nodes_in_lineage(const RevisionGraph& graph, const std::vector<Node>& targets,
                                   const Identifier& check_against, Edges edges) {
  std::vector<Node> result;
  for (const std::size_t index : filter_for_lineage(
           graph, std::vector<NodeOrName>(targets.begin(), targets.end()), check_against, edges)) {
    result.push_back(targets[index]);
  }
  return result;
}

Target walk_steps(const RevisionGraph& graph, Target start, std::int64_t steps,
                  const std::optional<std::string>& branch_label, bool stop_at_end) {
  Target current = start;
  const bool is_up = steps > 0;
  std::optional<std::vector<NodeOrName>> label_names;
  std::optional<NodeSet> lineage;  // of those, once it is asked for
  // Counted towards zero from below, because the smallest integer has no positive counterpart.
  for (std::int64_t left = is_up ? -steps : steps; left < 0; ++left) {
    std::vector<Target> next;
    if (is_up) {
      if (current.kind == Target::Kind::base) {
        throw Error(ErrorKind::assertion, "a walk upwards cannot start at the base");
      }
      std::vector<Node> following;
      if (current.is_revision()) {
        const NodeSpan children = graph.next_revisions()[current.node];
        following.assign(children.begin(), children.end());
      } else {
        for (const std::string& id : graph.ids(graph.bases())) {
          following.push_back(*graph.find(id));
        }
      }
      if (is_given(branch_label) && !label_names) {
        label_names = lineage_names(resolve_names(graph, Identifier::single(*branch_label)));
      }
      if (label_names && !label_names->empty() && !lineage && !following.empty()) {
        lineage = lineage_of(graph, *label_names, Edges::version);
      }
      for (const Node node : following) {
        if (!lineage || lineage->contains(node)) next.push_back(Target::of(node));
      }
    } else if (current.is_revision()) {
      for (const Node node : graph.down_revisions()[current.node]) next.push_back(Target::of(node));
      if (next.empty()) next.push_back(Target::base());
    } else if (current.kind == Target::Kind::none) {
      for (const std::string& id : graph.ids(graph.heads())) {
        next.push_back(Target::of(*graph.find(id)));
      }
      if (next.empty()) next.push_back(Target::base());
    }
    if (next.empty()) return stop_at_end ? current : Target::none();
    if (next.size() > 1) throw Error(ErrorKind::revision, "Ambiguous walk");
    current = next[0];
  }
  return current;
}

std::vector<Node> all_current(const RevisionGraph& graph, const Identifier& identifier) {
  return branch_heads(graph,
                      ancestors(graph, revisions_of(get_revisions(graph, identifier)), Edges::all));
}

}  // namespace alembic_native
