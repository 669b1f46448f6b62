// The extension module `_lint`.
#include <pybind11/pybind11.h>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "bindings/interpreter_check.h"
#include "bindings/text.h"
#include "lint/operations.h"
#include "lint/script_report.h"
#include "script/significant_tokens.h"

namespace alembic_native::lint {

namespace py = pybind11;

namespace {

// An operation with the function that it stands in.
struct OperationOfFunction {
  std::string function;
  Operation operation;
};

Dialect dialect_from(const py::str& name, int version) {
  const std::string text = text_from(name);
  const auto kind = dialect_kind(text);
  if (!kind) {
    throw py::value_error("the dialect has to be postgresql, mysql, mariadb or sqlite, not " +
                          text);
  }
  return {*kind, version};
}

ScriptReport judge_one(const py::bytes& source, const py::str& dialect, int server_version,
                       bool is_merge) {
  const std::string text = source;
  const Dialect known = dialect_from(dialect, server_version);
  const py::gil_scoped_release released;
  return judge_script(text, known, is_merge);
}

py::list judge_several(const py::iterable& paths, const py::str& dialect, int server_version,
                       const py::iterable& merges) {
  const Dialect known = dialect_from(dialect, server_version);
  std::vector<ScriptFile> files;
  for (const py::handle path : paths) files.push_back({path_from(path), false});
  std::size_t count = 0;
  for (const py::handle merge : merges) {
    if (count < files.size()) files[count].is_merge = merge.cast<bool>();
    ++count;
  }
  if (count != files.size()) throw py::value_error("paths and merges differ in length");
  std::vector<std::variant<ScriptReport, UnreadableFile>> reports;
  {
    const py::gil_scoped_release released;
    reports = judge_files(files, known);
  }
  py::list result;
  for (auto& report : reports) {
    if (const auto* unreadable = std::get_if<UnreadableFile>(&report)) {
      result.append(text_to(unreadable->reason));
    } else if (std::get<ScriptReport>(report).has_nothing_to_tell()) {
      // Nearly all of thousands: an object for each would take longer than to judge them.
      result.append(py::none());
    } else {
      result.append(py::cast(std::get<ScriptReport>(std::move(report))));
    }
  }
  return result;
}

std::vector<OperationOfFunction> operations_of(const std::string& source) {
  const auto tokens = read_significant_tokens(source);
  if (const auto* unreadable = std::get_if<UnreadableSource>(&tokens)) {
    throw py::value_error("the source cannot be read as Python: line " +
                          std::to_string(unreadable->line) + ": " +
                          std::string(unreadable->reason));
  }
  auto functions = read_functions(source, std::get<SignificantTokens>(tokens));
  std::vector<OperationOfFunction> operations;
  const auto add = [&](const char* name, std::optional<ScriptFunction>& function) {
    if (!function) return;
    for (Operation& call : function->calls) {
      if (call.is_operation) operations.push_back({name, std::move(call)});
    }
  };
  const bool upgrade_first = !functions.downgrade || !functions.upgrade ||
                             functions.upgrade->line <= functions.downgrade->line;
  if (upgrade_first) add("upgrade", functions.upgrade);
  add("downgrade", functions.downgrade);
  if (!upgrade_first) add("upgrade", functions.upgrade);
  return operations;
}

py::list read_operations(const py::bytes& source) {
  const std::string text = source;
  std::vector<OperationOfFunction> operations;
  {
    const py::gil_scoped_release released;
    operations = operations_of(text);
  }
  py::list result;
  for (OperationOfFunction& operation : operations) result.append(py::cast(std::move(operation)));
  return result;
}

// How Python holds a call; nothing of it changes one.
struct CallHandle {
  std::shared_ptr<const Call> call;
};

py::object call_to(const std::shared_ptr<const Call>& call) {
  return call ? py::cast(CallHandle{call}) : py::none();
}

struct NameHandle {
  std::string name;
};

py::object value_to(const Value& value);

py::list values_to(const std::vector<Value>& values) {
  py::list result;
  for (const Value& value : values) result.append(value_to(value));
  return result;
}

py::object value_to(const Value& value) {
  switch (value.kind) {
    case Value::Kind::none:
      return py::none();
    case Value::Kind::boolean:
      return py::bool_(value.number != 0);
    case Value::Kind::integer:
      return py::int_(value.number);
    case Value::Kind::text:
      return text_to(value.text);
    case Value::Kind::list:
      return values_to(value.items);
    case Value::Kind::tuple:
      return py::tuple(values_to(value.items));
    case Value::Kind::name:
      return py::cast(NameHandle{value.text});
    case Value::Kind::call:
      return call_to(value.call);
    case Value::Kind::unknown:
      break;
  }
  return py::ellipsis();
}

py::list keywords_to(const Call& call) {
  py::list result;
  for (const auto& [keyword, value] : call.keywords) {
    result.append(py::make_tuple(text_to(keyword), value_to(value)));
  }
  return result;
}

template <typename Item>
py::list copies_to(const std::vector<Item>& items) {
  py::list result;
  for (const Item& item : items) result.append(py::cast(item));
  return result;
}

void bind_reports(py::module_& module) {
  py::class_<Finding>(module, "Finding")
      .def_property_readonly("rule", [](const Finding& finding) { return text_to(finding.rule); })
      .def_readonly("line", &Finding::line)
      .def_readonly("column", &Finding::column)
      .def_property_readonly("subject",
                             [](const Finding& finding) { return text_to(finding.subject); });
  py::class_<Ignore>(module, "Ignore")
      .def_readonly("line", &Ignore::line)
      .def_readonly("column", &Ignore::column)
      .def_readonly("applies_to", &Ignore::applies_to)
      .def_property_readonly("rules", [](const Ignore& ignore) { return texts_to(ignore.rules); })
      .def_property_readonly("reason", [](const Ignore& ignore) { return text_to(ignore.reason); });
  py::class_<SqlText>(module, "SqlText")
      .def_readonly("line", &SqlText::line)
      .def_readonly("column", &SqlText::column)
      .def_property_readonly("text", [](const SqlText& sql) { return text_to(sql.text); });
  py::class_<ScriptReport>(module, "ScriptReport")
      .def_property_readonly("findings",
                             [](const ScriptReport& report) { return copies_to(report.findings); })
      .def_property_readonly("ignores",
                             [](const ScriptReport& report) { return copies_to(report.ignores); })
      .def_property_readonly("sql",
                             [](const ScriptReport& report) { return copies_to(report.sql); })
      .def_readonly("upgrade", &ScriptReport::upgrade)
      .def_readonly("downgrade", &ScriptReport::downgrade)
      .def_property_readonly("conflict_line",
                             [](const ScriptReport& report) {
                               return report.conflict_line > 0
                                          ? py::object(py::int_(report.conflict_line))
                                          : py::object(py::none());
                             })
      .def_readonly("unreadable", &ScriptReport::unreadable);
}

void bind_operations(py::module_& module) {
  py::class_<NameHandle>(module, "Name").def_property_readonly("name", [](const NameHandle& name) {
    return text_to(name.name);
  });
  py::class_<CallHandle>(module, "Call")
      .def_property_readonly("name",
                             [](const CallHandle& handle) { return text_to(handle.call->name); })
      .def_property_readonly(
          "receiver", [](const CallHandle& handle) { return call_to(handle.call->receiver); })
      .def_property_readonly(
          "positional", [](const CallHandle& handle) { return values_to(handle.call->positional); })
      .def_property_readonly("keywords",
                             [](const CallHandle& handle) { return keywords_to(*handle.call); })
      .def_property_readonly("open", [](const CallHandle& handle) { return handle.call->open; });
  using Bound = OperationOfFunction;
  py::class_<Bound>(module, "Operation")
      .def_readonly("function", &Bound::function)
      .def_property_readonly("name",
                             [](const Bound& bound) { return text_to(bound.operation.name); })
      .def_property_readonly("line", [](const Bound& bound) { return bound.operation.line; })
      .def_property_readonly("column", [](const Bound& bound) { return bound.operation.column; })
      .def_property_readonly("call",
                             [](const Bound& bound) { return call_to(bound.operation.call); })
      .def_property_readonly("batch",
                             [](const Bound& bound) { return call_to(bound.operation.batch); })
      .def_property_readonly("autocommit",
                             [](const Bound& bound) { return bound.operation.autocommit; });
}

}  // namespace

}  // namespace alembic_native::lint

PYBIND11_MODULE(_lint_content, module, pybind11::mod_gil_not_used(),
                pybind11::multiple_interpreters::per_interpreter_gil()) {
  using namespace alembic_native::lint;
  namespace py = pybind11;
  module.doc() = "What is dangerous in migration scripts, read from their source.";
  bind_reports(module);
  bind_operations(module);
  module.def("judge_script", &judge_one, py::arg("source"), py::arg("dialect"),
             py::arg("server_version"), py::arg("is_merge"));
  module.def("judge_files", &judge_several, py::arg("paths"), py::arg("dialect"),
             py::arg("server_version"), py::arg("merges"));
  module.def("read_operations", &read_operations, py::arg("source"));
}

// What Python calls for `_lint`, and so the name is Python's.
// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" PYBIND11_EXPORT PyObject* PyInit__lint() {
  return alembic_native::may_be_imported_here() ? PyInit__lint_content() : nullptr;
}
