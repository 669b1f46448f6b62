#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "bindings/call_counts.h"
#include "bindings/core_module.h"
#include "bindings/targets.h"
#include "bindings/text.h"
#include "script/script_reading.h"
#include "script/version_location.h"

namespace alembic_native {

namespace {

py::object value_to(const HeaderValue& value) {
  switch (value.shape) {
    case HeaderValue::Shape::absent:
    case HeaderValue::Shape::none:
      return py::none();
    case HeaderValue::Shape::text:
      return text_to(value.items[0]);
    case HeaderValue::Shape::sequence:
      return texts_to(value.items);
  }
  return py::none();
}

// (revision, down_revision, branch_labels, depends_on, doc)
py::tuple header_to(const ScriptHeader& header) {
  return py::make_tuple(value_to(header.revision), value_to(header.down_revision),
                        value_to(header.branch_labels), value_to(header.depends_on),
                        header.doc ? py::object(text_to(*header.doc)) : py::object(py::none()));
}

py::object result_to(const HeaderResult& result) {
  if (const auto* header = std::get_if<ScriptHeader>(&result)) return header_to(*header);
  const auto& needed = std::get<ImportNeeded>(result);
  return py::make_tuple(py::str(needed.reason.data(), needed.reason.size()), needed.line);
}

// The scripts of the version locations: an owner, filled in by one thread. Scripts whose header is
// not certain are supplied by the caller, who imports them; then the graph can be built.
class ScriptTable {
 public:
  ScriptTable(std::vector<std::string> paths, std::vector<std::string> duplicates,
              std::vector<HeaderResult> headers)
      : paths_(std::move(paths)),
        duplicates_(std::move(duplicates)),
        headers_(std::move(headers)),
        records_(paths_.size()) {
    for (std::size_t place = 0; place < headers_.size(); ++place) {
      if (const auto* header = std::get_if<ScriptHeader>(&headers_[place])) {
        records_[place] = record_of(*header, paths_[place]);
      }
    }
  }

  std::size_t size() const { return paths_.size(); }
  const std::vector<std::string>& duplicates() const { return duplicates_; }
  const std::string& path(std::size_t place) const { return paths_.at(place); }
  const HeaderResult& header(std::size_t place) const { return headers_.at(place); }

  std::vector<std::size_t> exceptions(const std::string& illegal_characters) const {
    std::vector<std::size_t> places;
    for (std::size_t place = 0; place < records_.size(); ++place) {
      if (!records_[place] || !is_acceptable(*records_[place], illegal_characters)) {
        places.push_back(place);
      }
    }
    return places;
  }

  void supply(std::size_t place, RevisionRecord record) {
    record.path = paths_.at(place);
    records_[place] = std::move(record);
  }

  SharedGraph graph() const {
    std::vector<RevisionRecord> records;
    records.reserve(records_.size());
    for (const auto& record : records_) {
      if (!record) throw Error(ErrorKind::internal, "a script was neither read nor supplied");
      records.push_back(*record);
    }
    return RevisionGraph::build(std::move(records));
  }

 private:
  std::vector<std::string> paths_;
  std::vector<std::string> duplicates_;
  std::vector<HeaderResult> headers_;
  std::vector<std::optional<RevisionRecord>> records_;
};

std::unique_ptr<ScriptTable> read_version_locations(const py::iterable& locations, bool recursive,
                                                    int python_minor, bool strips_docstrings) {
  constexpr int first_minor_listing_links = 12;
  std::vector<std::string> folders;
  for (const py::handle location : locations) folders.push_back(path_from(location));
  auto table = without_gil([&] {
    std::vector<std::string> paths;
    std::vector<std::string> duplicates;
    for (auto& file :
         list_scripts(folders, {recursive, python_minor >= first_minor_listing_links})) {
      (file.is_duplicate ? duplicates : paths).push_back(std::move(file.path));
    }
    auto headers = read_scripts(paths, {python_minor, strips_docstrings});
    return std::make_unique<ScriptTable>(std::move(paths), std::move(duplicates),
                                         std::move(headers));
  });
  count_call(Call::header_read, table->size());
  return table;
}

py::object read_header(const py::bytes& source, int python_minor, bool strips_docstrings) {
  const std::string text = source;
  count_call(Call::header_read);
  return result_to(without_gil([&] {
    return read_script_header(text, {python_minor, strips_docstrings});
  }));
}

void supply(ScriptTable& table, std::size_t place, const py::str& revision,
            const py::object& down_revisions, const py::object& dependencies,
            const py::object& branch_labels) {
  RevisionRecord record;
  record.id = text_from(revision);
  record.down_revisions = texts_from(down_revisions);
  record.dependencies = texts_from(dependencies);
  record.branch_labels = texts_from(branch_labels);
  table.supply(place, std::move(record));
}

py::list duplicate_paths(const ScriptTable& table) {
  py::list result;
  for (const std::string& path : table.duplicates()) result.append(path_to(path));
  return result;
}

}  // namespace

void bind_scripts(py::module_& module) {
  py::class_<ScriptTable>(module, "ScriptTable")
      .def("__len__", &ScriptTable::size)
      .def("duplicates", &duplicate_paths)
      .def(
          "path",
          [](const ScriptTable& table, std::size_t place) { return path_to(table.path(place)); },
          py::arg("place"))
      .def(
          "header",
          [](const ScriptTable& table, std::size_t place) {
            return result_to(table.header(place));
          },
          py::arg("place"))
      .def(
          "exceptions",
          [](const ScriptTable& table, const py::str& illegal_characters) {
            return places_to(table.exceptions(text_from(illegal_characters)));
          },
          py::arg("illegal_characters"))
      .def("supply", &supply, py::arg("place"), py::arg("revision"), py::arg("down_revisions"),
           py::arg("dependencies"), py::arg("branch_labels"))
      .def("graph", [](const ScriptTable& table) {
        count_call(Call::graph_build);
        return without_gil([&] { return as_holder(table.graph()); });
      });
  module.def("read_version_locations", &read_version_locations, py::arg("locations"),
             py::arg("recursive"), py::arg("python_minor"), py::arg("strips_docstrings"));
  module.def("read_script_header", &read_header, py::arg("source"), py::arg("python_minor"),
             py::arg("strips_docstrings"));
}

}  // namespace alembic_native
