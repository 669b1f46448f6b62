// Reading the header of a migration script without running it.
//
// A header is what the module would hold after import in `revision`, `down_revision`,
// `branch_labels`, `depends_on` and `__doc__`. It is returned only when it is certain: the whole
// file was tokenised, each of those names is bound by nothing but top-level `NAME = literal` or
// `NAME: annotation = literal` (the last one wins), and nothing else in the file could bind it.
// Otherwise the answer is a reason to import, and the caller imports the script as upstream does.
//
// Names that reach frames, namespaces or code by a string count as such binding where they run when
// the script is imported. The body of a function without decorators does not, unless its name is
// used by something that does.
//
// What certainty does not cover: whether the script runs at all (of its syntax, only tokens and
// their neighbours are checked), and code of other modules that writes into the namespace of
// whoever imports it.
//
// Pure functions on values: may be called from any thread. Cost: linear in the length of the
// source; memory beyond the source: the values returned. No recursion.
#ifndef ALEMBIC_NATIVE_SCRIPT_SCRIPT_HEADER_H
#define ALEMBIC_NATIVE_SCRIPT_SCRIPT_HEADER_H

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace alembic_native {

// The value of one header name.
struct HeaderValue {
  enum class Shape {
    absent,    // the name is not bound
    none,      // None
    text,      // a str: items[0]
    sequence,  // a tuple, list or set of str: items in declared order, may be empty; those of a
               // set without repetitions
  };
  Shape shape = Shape::absent;
  std::vector<std::string> items;  // UTF-8
  int line = 0;                    // of the binding that counts, from 1; 0 when absent
};

struct ScriptHeader {
  HeaderValue revision;       // always text
  HeaderValue down_revision;  // never absent
  HeaderValue branch_labels;
  HeaderValue depends_on;
  std::optional<std::string> doc;  // `__doc__`; nullopt where it would be None
};

// Why a script has to be imported; for people who want to know, never parsed.
struct ImportNeeded {
  std::string_view reason;  // static text: "a header name is bound by :="
  int line = 0;             // where, from 1; 0 when it concerns the whole file
};

using HeaderResult = std::variant<ScriptHeader, ImportNeeded>;

// How the running interpreter compiles a module, as far as it shows in a header.
struct InterpreterRules {
  int minor_version = 11;          // of Python 3: docstrings lose their indentation from 13 on,
                                   // t-strings exist from 14 on
  bool strips_docstrings = false;  // -OO: `__doc__` from a docstring is None
};

// `source`: the bytes of the file as they are on disk.
HeaderResult read_script_header(std::string_view source, const InterpreterRules& rules);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_SCRIPT_SCRIPT_HEADER_H
