// Reading many scripts at once.
#ifndef ALEMBIC_NATIVE_SCRIPT_SCRIPT_READING_H
#define ALEMBIC_NATIVE_SCRIPT_SCRIPT_READING_H

#include <string>
#include <vector>

#include "graph/revision_graph.h"
#include "script/script_header.h"

namespace alembic_native {

// The headers of the scripts at `paths`, in their order. Reads and tokenises on several threads
// (at most as many as the machine has processors, and none for a handful of files), all of which
// have ended when it returns. A file that cannot be read is ImportNeeded. Memory: one source a
// thread, and the headers. Errors: bad_alloc.
std::vector<HeaderResult> read_scripts(const std::vector<std::string>& paths,
                                       const InterpreterRules& rules);

// What a certain header declares, as the graph takes it.
RevisionRecord record_of(const ScriptHeader& header, const std::string& path);

// True when upstream's constructor of a revision accepts the record: no self-loop, and none of the
// ASCII `illegal_characters` in its id.
bool is_acceptable(const RevisionRecord& record, const std::string& illegal_characters);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_SCRIPT_SCRIPT_READING_H
