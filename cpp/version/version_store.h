// Where the heads of a database are kept: the version table, without a word about drivers.
//
// A store speaks of one version table (name and schema are given when it is made). Every method
// throws Error; a store whose connection is gone says so on each later call and never opens
// another one by itself. Whether a store may be shared by threads is for the implementation to
// say.
#ifndef ALEMBIC_NATIVE_VERSION_VERSION_STORE_H
#define ALEMBIC_NATIVE_VERSION_VERSION_STORE_H

#include <optional>
#include <string>
#include <vector>

#include "error.h"
#include "version/row_operation.h"

namespace alembic_native {

// What one schema holds, as scan_schemas() found it.
struct SchemaHeads {
  std::string schema;
  std::vector<std::string> heads;  // sorted; empty when the table is empty or could not be read
  std::optional<Error> error;      // why the table could not be read
};

class VersionStore {
 public:
  VersionStore() = default;
  VersionStore(const VersionStore&) = delete;
  VersionStore& operator=(const VersionStore&) = delete;
  VersionStore(VersionStore&&) = delete;
  VersionStore& operator=(VersionStore&&) = delete;
  virtual ~VersionStore() = default;

  // Whether the version table exists. One statement.
  virtual bool table_exists() = 0;

  // The rows of the version table, sorted by their bytes; none when the table does not exist,
  // which is how a database that was never migrated looks. At most two statements.
  virtual std::vector<std::string> current_heads() = 0;

  // Creates the version table when it is missing: the table that Alembic itself would create.
  // True when this call created it; false when it was there, also when another process created
  // it at the same moment. The schema has to exist.
  virtual bool ensure_table() = 0;

  // Applies the operations in the order given, all of them or none, in one transaction.
  // Error row_mismatch when an update or a removal matches another number of rows than one.
  virtual void apply(const std::vector<RowOperation>& operations) = 0;

  // Every schema that has a version table of this store's name, sorted by name, with its heads.
  // `pattern` narrows the names: `*` stands for any characters, `?` for one, everything else for
  // itself; an empty pattern means every schema. A schema that cannot be read (no privilege,
  // locked, dropped after it was found) is reported in its own entry and does not stop the others.
  // Statements: one, plus a few for each hundred schemas and for each unreadable one.
  virtual std::vector<SchemaHeads> scan_schemas(const std::string& pattern) = 0;
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_VERSION_VERSION_STORE_H
