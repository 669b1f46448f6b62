#include "version/row_operations.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "error.h"
#include "graph/identifier_resolution.h"
#include "graph/walk.h"

namespace alembic_native {

namespace {

RowOperation insert_row(const std::string& id) { return {RowOperation::Kind::insert, {}, id}; }
RowOperation remove_row(const std::string& id) { return {RowOperation::Kind::remove, id, {}}; }
RowOperation update_row(const std::string& from, const std::string& to) {
  return {RowOperation::Kind::update, from, to};
}

bool contains(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

std::vector<std::string> parents_of(const RevisionGraph& graph, Node revision) {
  const NodeSpan parents = graph.normalized_down_revisions()[revision];
  return graph.ids({parents.begin(), parents.end()});
}

std::vector<std::string> those_in(const std::vector<std::string>& ids,
                                  const std::vector<std::string>& among) {
  std::vector<std::string> result;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(result),
               [&](const std::string& id) { return contains(among, id); });
  return result;
}

// The revisions of those heads that are not among `excluded`.
std::vector<Node> other_heads(const RevisionGraph& graph, const std::vector<std::string>& heads,
                              const std::vector<std::string>& excluded) {
  std::vector<std::string> others;
  std::copy_if(heads.begin(), heads.end(), std::back_inserter(others),
               [&](const std::string& id) { return !contains(excluded, id); });
  return revisions_of(get_revisions(graph, Identifier::several(std::move(others))));
}

// Parents of the revision that are not implied by one of `heads` as its ancestors.
std::vector<std::string> parents_not_below(const RevisionGraph& graph, Node revision,
                                           const std::vector<Node>& heads) {
  std::vector<std::string> result;
  for (const Node parent : graph.normalized_down_revisions()[revision]) {
    const bool is_implied = std::any_of(heads.begin(), heads.end(), [&](Node head) {
      return graph.reaches(head, parent, Edges::all);
    });
    if (!is_implied) result.push_back(graph.id(parent));
  }
  return result;
}

// Rows that stand in the table once `revision` has been taken away from it.
std::vector<std::string> rows_after_unmerge(const RevisionGraph& graph, Node revision,
                                            const std::vector<std::string>& heads) {
  const auto others = other_heads(graph, heads, {graph.id(revision)});
  if (!others.empty()) return parents_not_below(graph, revision, others);
  std::vector<std::string> result;
  const NodeSpan parents = graph.normalized_down_revisions()[revision];
  for (const Node parent : parents) {
    const bool is_implied = std::any_of(parents.begin(), parents.end(), [&](Node other) {
      return other != parent && graph.reaches(other, parent, Edges::all);
    });
    if (!is_implied) result.push_back(graph.id(parent));
  }
  return result;
}

// The one row that an UPDATE moves from or to.
std::string single_parent_row(const RevisionGraph& graph, Node revision,
                              const std::vector<std::string>& heads) {
  const auto parents = parents_of(graph, revision);
  if (parents.size() == 1) return parents[0];
  const auto present = those_in(parents, heads);
  if (present.size() != 1) {
    throw Error(ErrorKind::assertion, "Can't do an UPDATE because downrevision is ambiguous");
  }
  return present[0];
}

[[noreturn]] void fail_nothing_left(const std::string& id) {
  throw Error(ErrorKind::assertion,
              fmt::format("no row of the version table is left to become '{}'", id));
}

}  // namespace

StepOperations upgrade_operations(const RevisionGraph& graph, Node revision,
                                  const std::vector<std::string>& heads) {
  const std::string& id = graph.id(revision);
  const auto parents = parents_of(graph, revision);
  const auto present = those_in(parents, heads);
  if (present.empty()) return {StepKind::branch_insert, {insert_row(id)}};
  if (present.size() == 1) {
    return {StepKind::update, {update_row(single_parent_row(graph, revision, heads), id)}};
  }
  const auto others = other_heads(graph, heads, parents);
  auto merged = parents_not_below(graph, revision, others);
  if (merged.empty()) fail_nothing_left(id);
  StepOperations result{StepKind::merge, {}};
  const std::string moved = std::move(merged.back());
  merged.pop_back();
  for (const std::string& row : merged) result.operations.push_back(remove_row(row));
  result.operations.push_back(update_row(moved, id));
  return result;
}

StepOperations downgrade_operations(const RevisionGraph& graph, Node revision,
                                    const std::vector<std::string>& heads) {
  const std::string& id = graph.id(revision);
  const auto parents = parents_of(graph, revision);
  if (!contains(heads, id)) {
    return {StepKind::update, {update_row(id, single_parent_row(graph, revision, heads))}};
  }
  if (parents.empty()) return {StepKind::branch_delete, {remove_row(id)}};
  auto left = rows_after_unmerge(graph, revision, heads);
  if (left.empty()) return {StepKind::branch_delete, {remove_row(id)}};
  if (parents.size() == 1) return {StepKind::update, {update_row(id, parents[0])}};
  StepOperations result{StepKind::unmerge, {}};
  const std::string moved_to = std::move(left.back());
  left.pop_back();
  for (const std::string& row : left) result.operations.push_back(insert_row(row));
  result.operations.push_back(update_row(id, moved_to));
  return result;
}

StepOperations stamp_operations(const StampStep& step, const std::vector<std::string>& heads) {
  const auto expect = [&](bool holds) {
    if (!holds) {
      throw Error(ErrorKind::assertion,
                  "a stamp step must lead from one revision or several to one, or from one to "
                  "several");
    }
  };
  const auto has_others = [&](const std::vector<std::string>& ids) {
    return those_in(ids, heads).size() != ids.size();
  };
  if (!step.is_upgrade && step.is_branch_move) {
    expect(step.from.size() == 1);
    return {StepKind::branch_delete, {remove_row(step.from[0])}};
  }
  if (step.is_upgrade && (step.is_branch_move || has_others(step.from)) && has_others(step.to)) {
    expect(step.to.size() == 1);
    return {StepKind::branch_insert, {insert_row(step.to[0])}};
  }
  StepOperations result;
  if (step.from.size() > 1) {
    expect(!step.to.empty());
    result.kind = StepKind::merge;
    for (std::size_t index = 0; index + 1 < step.from.size(); ++index) {
      result.operations.push_back(remove_row(step.from[index]));
    }
    result.operations.push_back(update_row(step.from.back(), step.to[0]));
    return result;
  }
  expect(step.from.size() == 1 && !step.to.empty());
  if (step.to.size() > 1) result.kind = StepKind::unmerge;
  for (std::size_t index = 0; index + 1 < step.to.size(); ++index) {
    result.operations.push_back(insert_row(step.to[index]));
  }
  result.operations.push_back(update_row(step.from[0], step.to.back()));
  return result;
}

}  // namespace alembic_native
