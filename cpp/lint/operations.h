// Which migration operations a script calls.
#ifndef ALEMBIC_NATIVE_LINT_OPERATIONS_H
#define ALEMBIC_NATIVE_LINT_OPERATIONS_H

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/value.h"
#include "script/significant_tokens.h"

namespace alembic_native::lint {

// A call in the body of upgrade() or downgrade().
struct Operation {
  // Of an operation: behind "alembic.op", or the method of a batch: "create_index",
  // "get_bind().execute". Of another call: as in Call.
  std::string name;
  bool is_operation = false;          // on alembic.op, or within op.batch_alter_table()
  std::shared_ptr<const Call> call;   // with the arguments
  std::shared_ptr<const Call> batch;  // the op.batch_alter_table() that it belongs to, or null
  bool autocommit = false;            // within op.get_context().autocommit_block()
  bool in_unknown_context = false;    // within a `with` or a decorator that may do anything
  const char* begin = nullptr;        // in the source
  int line = 0;                       // from 1
  int column = 0;                     // from 1, in characters
};

struct ScriptFunction {
  int line = 0;  // of its `def`; the last one, where there are several
  int column = 0;
  bool is_empty = false;    // does nothing and raises nothing
  std::string fingerprint;  // of all functions of the name, as TokenFingerprint computes it
  // In the order of the source. All calls on alembic.op and on batches, also those in arguments, in
  // nested functions, and in blocks that may not be reached; of other calls those that stand in no
  // brackets.
  std::vector<Operation> calls;
};

struct ScriptFunctions {
  std::optional<ScriptFunction> upgrade;
  std::optional<ScriptFunction> downgrade;
  // upgrade_engine1() and downgrade_engine1(), one a database, as in Alembic's template for several
  // databases: where upgrade() and downgrade() find them in globals(). In the order of the source;
  // empty where there are more than 128. Their tokens are part of the fingerprint of upgrade() or
  // downgrade(), and they have none of their own.
  std::vector<ScriptFunction> upgrades_of_databases;
  std::vector<ScriptFunction> downgrades_of_databases;
  // Calls on alembic.op, and those in no brackets, in other functions at module level.
  std::vector<Operation> elsewhere;
};

// `tokens` of read_significant_tokens(source). A name is an operation's where every one of its
// bindings in the function, or else at module level, is an import of it: one that is bound in
// another way, too, is unknown. Linear in the source; recursion is bounded.
ScriptFunctions read_functions(std::string_view source, const SignificantTokens& tokens);

}  // namespace alembic_native::lint

#endif  // ALEMBIC_NATIVE_LINT_OPERATIONS_H
