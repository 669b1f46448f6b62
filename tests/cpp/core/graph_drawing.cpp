#include "graph_drawing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <set>
#include <stdexcept>
#include <utility>

namespace alembic_native::tests {

namespace {

struct Name {
  RevisionRecord record;
  std::size_t line = 0;
  std::size_t first = 0;  // column of the first character
  std::size_t last = 0;   // column of the last one, with the labels
};

struct Line {
  std::size_t child;       // place among the names
  std::size_t arrives_on;  // line of the drawing
  std::size_t parent;
  bool is_dependency;
};

bool is_name_character(char one) {
  return std::isalnum(static_cast<unsigned char>(one)) != 0 || one == '_';
}

class Drawing {
 public:
  explicit Drawing(std::string_view text) {
    lines_.emplace_back();
    for (const char one : text) {
      if (one == '\n') {
        lines_.emplace_back();
      } else {
        lines_.back().push_back(one);
      }
    }
    for (std::size_t line = 0; line < lines_.size(); ++line) find_names(line);
  }

  std::vector<RevisionRecord> records() {
    std::vector<Line> found;
    for (std::size_t parent = 0; parent < names_.size(); ++parent) leave(parent, found);
    expect_all_followed();
    std::stable_sort(found.begin(), found.end(), [](const Line& one, const Line& other) {
      return std::pair(one.child, one.arrives_on) < std::pair(other.child, other.arrives_on);
    });
    std::vector<RevisionRecord> result;
    result.reserve(names_.size());
    for (const Name& name : names_) result.push_back(name.record);
    for (const Line& line : found) {
      auto& record = result[line.child];
      auto& parents = line.is_dependency ? record.dependencies : record.down_revisions;
      parents.push_back(names_[line.parent].record.id);
    }
    return result;
  }

 private:
  char at(std::size_t line, std::size_t column) const {
    if (line >= lines_.size() || column >= lines_[line].size()) return ' ';
    return lines_[line][column];
  }

  void find_names(std::size_t line) {
    const std::string& text = lines_[line];
    for (std::size_t column = 0; column < text.size(); ++column) {
      if (!is_name_character(text[column])) continue;
      Name name;
      name.line = line;
      name.first = column;
      while (is_name_character(at(line, column))) name.record.id.push_back(text[column++]);
      if (at(line, column) == '(') {
        const std::size_t end = text.find(')', column);
        std::string label;
        for (++column; column <= end; ++column) {
          if (text[column] == ',' || text[column] == ')') {
            name.record.branch_labels.push_back(std::exchange(label, {}));
          } else {
            label.push_back(text[column]);
          }
        }
      }
      name.last = column - 1;
      names_.push_back(std::move(name));
    }
  }

  // Follows the lines that leave a name: on its own line after its end, or slanting below or above
  // any of its characters.
  void leave(std::size_t parent, std::vector<Line>& found) {
    const Name& name = names_[parent];
    step({name.line, name.last + 1, parent, false}, "-=/\\", name.line, found);
    for (std::size_t column = name.first + 1; column <= name.last + 1; ++column) {
      step({name.line + 1, column, parent, false}, "\\", name.line, found);
      step({name.line - 1, column, parent, false}, "/", name.line, found);
    }
  }

  struct Cell {
    std::size_t line;
    std::size_t column;
    std::size_t parent;
    bool is_dependency;
  };

  // Goes on to the right from a cell of a line.
  void go_on(Cell cell, std::vector<Line>& found) {
    const char here = at(cell.line, cell.column);
    const auto next = [&](std::size_t line, std::string_view allowed) {
      step({line, cell.column + 1, cell.parent, cell.is_dependency}, allowed, cell.line, found);
    };
    if (here == '/') {
      next(cell.line - 1, "/-=*");
      next(cell.line, "-=");
    } else if (here == '\\') {
      next(cell.line + 1, "\\-=*");
      next(cell.line, "-=");
    } else {
      next(cell.line, "-=/\\*");
      next(cell.line - 1, "/");
      next(cell.line + 1, "\\");
    }
  }

  // Enters a cell if it holds one of `allowed`, where "*" stands for the beginning of a name.
  void step(Cell cell, std::string_view allowed, std::size_t from_line, std::vector<Line>& found) {
    const char here = at(cell.line, cell.column);
    if (allowed.find(here) != std::string_view::npos) {
      followed_.insert({cell.line, cell.column});
      cell.is_dependency = cell.is_dependency || here == '=';
      go_on(cell, found);
    } else if (allowed.find('*') != std::string_view::npos) {
      for (std::size_t child = 0; child < names_.size(); ++child) {
        if (names_[child].line == cell.line && names_[child].first == cell.column) {
          found.push_back({child, from_line, cell.parent, cell.is_dependency});
        }
      }
    }
  }

  // A drawing with a loose end is a mistake in a test.
  void expect_all_followed() const {
    for (std::size_t line = 0; line < lines_.size(); ++line) {
      for (std::size_t column = 0; column < lines_[line].size(); ++column) {
        if (std::string_view("-=/\\").find(lines_[line][column]) != std::string_view::npos &&
            followed_.count({line, column}) == 0) {
          throw std::logic_error(
              fmt::format("line {}, column {} of the drawing: this leads from "
                          "no revision",
                          line, column));
        }
      }
    }
  }

  std::vector<std::string> lines_;
  std::vector<Name> names_;
  std::set<std::pair<std::size_t, std::size_t>> followed_;
};

}  // namespace

std::vector<RevisionRecord> records_of(std::string_view drawing) {
  return Drawing(drawing).records();
}

Graph built(std::vector<RevisionRecord> records) {
  auto graph = RevisionGraph::build(std::move(records));
  EXPECT_EQ(graph->check(), std::vector<std::string>());
  return graph;
}

Node node(const Graph& graph, std::string_view id) {
  const auto found = graph->find(id);
  EXPECT_TRUE(found.has_value()) << id;
  return found.value_or(0);
}

std::vector<Node> nodes(const Graph& graph, const std::vector<std::string>& ids) {
  std::vector<Node> result;
  result.reserve(ids.size());
  for (const auto& id : ids) result.push_back(node(graph, id));
  return result;
}

std::string shown(const Graph& graph, const std::vector<Node>& nodes) {
  return shown(graph->ids(nodes));
}

std::string shown(const Graph& graph, NodeSpan nodes) {
  return shown(graph, std::vector<Node>(nodes.begin(), nodes.end()));
}

std::string shown(const std::vector<std::string>& ids) {
  return fmt::format("{}", fmt::join(ids, " "));
}

std::string shown(const Graph& graph, const std::vector<Target>& targets) {
  std::vector<std::string> result;
  result.reserve(targets.size());
  for (const Target& target : targets) {
    result.push_back(target.is_revision()                ? graph->id(target.node)
                     : target.kind == Target::Kind::base ? "base"
                                                         : "none");
  }
  return shown(result);
}

}  // namespace alembic_native::tests
