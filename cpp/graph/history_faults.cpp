#include "graph/history_faults.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "error.h"
#include "graph/nearest_names.h"

namespace alembic_native {

namespace {

constexpr std::size_t most_suggestions = 3;

// Where a script says something, to be put behind the message.
std::string location_of(const RevisionRecord& record, int line) {
  if (record.path.empty()) return {};
  return line > 0 ? fmt::format(" ({}, line {})", record.path, line)
                  : fmt::format(" ({})", record.path);
}

// The first down_revision of `referrer` that is no id, with the revision behind it; there is one.
// fail_missing if nothing has that name.
std::pair<const std::string*, Node> first_label_among_down_revisions(const RevisionGraph& graph,
                                                                     Node referrer) {
  const auto& names = graph.record(referrer).down_revisions;
  const auto label = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
    const auto found = graph.find(name);
    return !found || graph.id(*found) != name;
  });
  const auto labelled = graph.find(*label);
  if (!labelled) fail_missing(graph, referrer, *label, false);
  return {&*label, *labelled};
}

}  // namespace

void fail_missing(const RevisionGraph& graph, Node referrer, const std::string& name,
                  bool is_dependency) {
  const RevisionRecord& record = graph.record(referrer);
  std::vector<std::string_view> candidates;
  for (const auto& [known, node] : graph.names()) {
    if (is_dependency || graph.id(node) == known) candidates.push_back(known);
  }
  ErrorFields fields;
  fields.revision = record.id;
  fields.argument = name;
  fields.path = record.path;
  fields.line = is_dependency ? record.depends_on_line : record.down_revision_line;
  fields.is_dependency = is_dependency;
  fields.revisions = nearest_names(name, candidates, most_suggestions);

  std::string message =
      fmt::format("Revision '{}' has {} '{}', but no script has that revision", record.id,
                  is_dependency ? "depends_on" : "down_revision", name);
  message += location_of(record, fields.line);
  if (fields.revisions.empty()) {
    message += ". Restore the script, or correct the name.";
  } else {
    message += fmt::format(". Restore the script, or correct the name; the nearest are: {}.",
                           fmt::join(fields.revisions, ", "));
  }
  throw Error(ErrorKind::missing_revision, std::move(message), std::move(fields));
}

void fail_down_revision_is_label(const RevisionGraph& graph, Node referrer) {
  const RevisionRecord& record = graph.record(referrer);
  const auto [label, labelled] = first_label_among_down_revisions(graph, referrer);
  const std::string& meant = graph.id(labelled);
  ErrorFields fields;
  fields.revision = record.id;
  fields.argument = *label;
  fields.path = record.path;
  fields.line = record.down_revision_line;
  fields.revisions = {meant};
  throw Error(ErrorKind::missing_revision,
              fmt::format("Revision '{}' has down_revision '{}', which is a branch label{}. Name "
                          "the revision itself: '{}'.",
                          record.id, *label, location_of(record, fields.line), meant),
              fields);
}

void fail_broken_map(const RevisionGraph& graph, Node referrer) {
  first_label_among_down_revisions(graph, referrer);
  throw Error(ErrorKind::revision, "Dependency resolution failed; broken map");
}

void fail_label_used_twice(const RevisionGraph& graph, const std::string& label, Node node,
                           Node earlier) {
  ErrorFields fields;
  fields.revision = graph.id(node);
  fields.argument = label;
  fields.path = graph.record(node).path;
  throw Error(ErrorKind::revision,
              fmt::format("Branch name '{}' in revision {} already used by revision {}", label,
                          graph.id(node), graph.id(earlier)),
              std::move(fields));
}

void fail_id_claimed_twice(const RevisionGraph& graph, Node shadowed) {
  const RevisionRecord& earlier = graph.record(shadowed);
  const RevisionRecord& later = graph.record(*graph.find(earlier.id));
  ErrorFields fields;
  fields.revision = earlier.id;
  fields.path = earlier.path;
  const auto where =
      earlier.path.empty() ? std::string() : fmt::format(": {} and {}", earlier.path, later.path);
  throw Error(ErrorKind::revision,
              fmt::format("Revision {} is present more than once{}. Delete one of the scripts, or "
                          "give it another id.",
                          earlier.id, where),
              std::move(fields));
}

void fail_cycle(bool through_dependencies, std::vector<std::string> ids) {
  ErrorFields fields;
  fields.revisions = std::move(ids);
  throw Error(through_dependencies ? ErrorKind::dependency_cycle : ErrorKind::cycle,
              fmt::format("{} is detected in revisions ({})",
                          through_dependencies ? "Dependency cycle" : "Cycle",
                          fmt::join(fields.revisions, ", ")),
              fields);
}

}  // namespace alembic_native
