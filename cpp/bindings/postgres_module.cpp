// The extension module `_postgres`.
//
// Each method converts its arguments, releases the GIL for the call, and converts the result.
#include <libpq-fe.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bindings/interpreter_check.h"
#include "bindings/postgres_error_translation.h"
#include "postgres/connection_string.h"
#include "postgres/libpqxx_connection.h"
#include "postgres/postgres_version_store.h"
#include "postgres/version_reading.h"

namespace alembic_native {

namespace py = pybind11;

namespace {

using postgres::LockHolder;
using postgres::PostgresStoreOptions;
using postgres::PostgresVersionStore;
using postgres::SchemaHeads;
using postgres::Seconds;
using postgres::VersionReading;
using ReleaseGil = py::call_guard<py::gil_scoped_release>;

// Holds the store for Python; closing it speaks to the server, so the GIL is released for it.
class StoreHandle {
 public:
  StoreHandle(const postgres::ConnectionTarget& target, PostgresStoreOptions options)
      : store_(std::make_unique<PostgresVersionStore>(target, std::move(options))) {}
  StoreHandle(const StoreHandle&) = delete;
  StoreHandle& operator=(const StoreHandle&) = delete;
  StoreHandle(StoreHandle&&) = delete;
  StoreHandle& operator=(StoreHandle&&) = delete;
  // Neither the guard nor the store's destructor throws, which pybind11 does not declare.
  // NOLINTNEXTLINE(bugprone-exception-escape)
  ~StoreHandle() {
    const py::gil_scoped_release released;
    store_.reset();
  }

  PostgresVersionStore& store() noexcept { return *store_; }

 private:
  std::unique_ptr<PostgresVersionStore> store_;
};

// Runs Python's signal handlers; true when one raised. The exception stays set in this thread.
bool python_was_interrupted() {
  const py::gil_scoped_acquire acquired;
  return PyErr_CheckSignals() != 0;
}

std::optional<Seconds> seconds_from(const char* name, std::optional<double> seconds) {
  if (!seconds) return std::nullopt;
  if (!(*seconds > 0 && *seconds <= 1e6)) {
    throw py::value_error(std::string(name) + " has to be a number of seconds above 0, or None");
  }
  return Seconds(*seconds);
}

PostgresStoreOptions options_from(const std::string& version_table,
                                  std::optional<std::string> version_table_schema,
                                  std::optional<double> connect_timeout,
                                  std::optional<double> statement_timeout,
                                  std::optional<double> patience) {
  PostgresStoreOptions options;
  options.name = {version_table, std::move(version_table_schema)};
  options.session.connect_timeout = seconds_from("connect_timeout", connect_timeout);
  options.session.statement_timeout = seconds_from("statement_timeout", statement_timeout);
  options.patience = seconds_from("patience", patience);
  options.interrupted = python_was_interrupted;
  return options;
}

std::unique_ptr<StoreHandle> open_store(const std::string& url, const std::string& version_table,
                                        std::optional<std::string> version_table_schema,
                                        std::optional<double> connect_timeout,
                                        std::optional<double> statement_timeout,
                                        std::optional<double> patience) {
  PostgresStoreOptions options = options_from(version_table, std::move(version_table_schema),
                                              connect_timeout, statement_timeout, patience);
  const py::gil_scoped_release released;
  return std::make_unique<StoreHandle>(postgres::parse(url), std::move(options));
}

std::unique_ptr<VersionReading> begin_reading(const std::string& url, double patience) {
  return std::make_unique<VersionReading>(
      postgres::parse(url),
      options_from("alembic_version", std::nullopt, patience, patience, patience));
}

py::tuple heads_to(const std::vector<std::string>& heads) { return py::tuple(py::cast(heads)); }

py::tuple current_heads(StoreHandle& handle) {
  std::vector<std::string> heads;
  {
    const py::gil_scoped_release released;
    heads = handle.store().current_heads();
  }
  return heads_to(heads);
}

py::tuple heads_of(VersionReading& reading) {
  std::vector<std::string> heads;
  {
    const py::gil_scoped_release released;
    heads = reading.heads();
  }
  return heads_to(heads);
}

py::tuple scan_schemas(StoreHandle& handle, const std::string& pattern) {
  std::vector<SchemaHeads> schemas;
  {
    const py::gil_scoped_release released;
    schemas = handle.store().scan_schemas(pattern);
  }
  return py::tuple(py::cast(std::move(schemas)));
}

py::object error_of(const SchemaHeads& schema) {
  return schema.error ? exception_from(*schema.error) : py::none();
}

std::string repr_of_schema(const SchemaHeads& schema) {
  std::string heads;
  for (const std::string& head : schema.heads) heads += (heads.empty() ? "" : ", ") + head;
  return "<SchemaHeads " + schema.schema + ": " + (schema.error ? "unreadable" : heads) + ">";
}

py::dict build_versions() {
  py::dict versions;
  versions["libpqxx"] = postgres::libpqxx_version();
  const int libpq = PQlibVersion();
  versions["libpq"] = std::to_string(libpq / 10000) + "." + std::to_string(libpq % 10000);
  return versions;
}

void bind_schema_heads(py::module_& module) {
  py::class_<SchemaHeads>(module, "SchemaHeads")
      .def_readonly("schema", &SchemaHeads::schema)
      .def_property_readonly("heads",
                             [](const SchemaHeads& schema) { return heads_to(schema.heads); })
      .def_property_readonly("error", &error_of)
      .def("__repr__", &repr_of_schema);
}

void bind_lock_holder(py::module_& module) {
  py::class_<LockHolder>(module, "LockHolder")
      .def_readonly("pid", &LockHolder::pid)
      .def_readonly("client", &LockHolder::client)
      .def_readonly("application", &LockHolder::application)
      .def_readonly("user", &LockHolder::user)
      .def_readonly("transaction_since", &LockHolder::transaction_since);
}

void bind_store(py::module_& module) {
  py::class_<StoreHandle>(module, "PostgresVersionStore")
      .def(py::init(&open_store), py::arg("url"), py::kw_only(),
           py::arg("version_table") = "alembic_version",
           py::arg("version_table_schema") = py::none(), py::arg("connect_timeout") = py::none(),
           py::arg("statement_timeout") = 30.0, py::arg("patience") = py::none())
      .def(
          "table_exists", [](StoreHandle& handle) { return handle.store().table_exists(); },
          ReleaseGil())
      .def("current_heads", &current_heads)
      .def("scan_schemas", &scan_schemas, py::arg("pattern") = "")
      .def(
          "current_schema", [](StoreHandle& handle) { return handle.store().current_schema(); },
          ReleaseGil())
      .def(
          "advisory_lock_holder",
          [](StoreHandle& handle, std::int64_t key) {
            return handle.store().advisory_lock_holder(key);
          },
          ReleaseGil(), py::arg("key"))
      .def("describe", [](StoreHandle& handle) { return handle.store().describe(); })
      .def(
          "close", [](StoreHandle& handle) { handle.store().close(); }, ReleaseGil())
      .def("__enter__", [](py::object self) { return self; })
      .def("__exit__",
           [](StoreHandle& handle, const py::args&) {
             const py::gil_scoped_release released;
             handle.store().close();
           })
      .def("__repr__", [](StoreHandle& handle) {
        return "<PostgresVersionStore " + handle.store().describe() + ">";
      });
}

void bind_reading(py::module_& module) {
  py::class_<VersionReading>(module, "VersionReading")
      .def(py::init(&begin_reading), py::arg("url"), py::kw_only(), py::arg("patience"))
      .def("heads", &heads_of);
}

}  // namespace

// NOLINTNEXTLINE(misc-unused-parameters,modernize-use-trailing-return-type)
PYBIND11_MODULE(_postgres_content, module, py::mod_gil_not_used(),
                py::multiple_interpreters::shared_gil()) {
  module.doc() = "The version table on PostgreSQL, through libpqxx.";
  register_database_error_translation();
  bind_schema_heads(module);
  bind_lock_holder(module);
  bind_store(module);
  bind_reading(module);
  module.def("build_versions", &build_versions);
  module.def(
      "display", [](const std::string& url) { return postgres::parse(url).display(); },
      py::arg("url"));
}

}  // namespace alembic_native

// What Python calls for `_postgres`, and so the name is Python's.
// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" PYBIND11_EXPORT PyObject* PyInit__postgres() {
  return alembic_native::may_be_imported_here() ? alembic_native::PyInit__postgres_content()
                                                : nullptr;
}
