// What a Python module's source defines under given names.
//
// A name is dotted: "function", "CONSTANT", "Class", "Class.method", "Class.attribute",
// "Outer.Inner.method"; the empty name is the whole module. A module or class binds a name by def,
// class, import, and by assignment (also chained, unpacked, augmented, or annotated without a
// value); within `if`, `try` and other blocks of its own, too. Where a class body binds no such
// name, it is an attribute that methods assign to their first parameter. Names bound by for, with,
// except, `:=` or a star import are not found.
#ifndef ALEMBIC_NATIVE_SCRIPT_PYTHON_DEFINITIONS_H
#define ALEMBIC_NATIVE_SCRIPT_PYTHON_DEFINITIONS_H

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "script/significant_tokens.h"

namespace alembic_native {

// A name may be bound several times (overloads, property setters, branches of an `if`): kind, line
// and parameters are those of the last binding, the fingerprint covers all of them in order.
struct Definition {
  enum class Kind { function, class_, assignment, import, attribute, module };
  Kind kind = Kind::module;
  int line = 1;   // of the def, class or statement, from 1; decorators come before it
  int count = 1;  // how often the name is bound
  // Of a function: names with stars and markers, "=" for a default: "self, heads=, *, key=, **kw".
  // Of a class: its bases and keywords: "Base, Generic[T], metaclass=Meta". Otherwise empty.
  std::string parameters;
  // Of the tokens of the definition with its decorators, as TokenFingerprint computes it: free of
  // comments, docstrings, white space, blank lines and line joining. Of an import or assignment:
  // of its whole statement.
  std::string fingerprint;
};

// "function", "class", "assignment", "import", "attribute", "module"
std::string_view definition_kind_name(Definition::Kind kind);

// One answer a name, in the order of `names`; nullopt where the source does not define it.
using DefinitionsResult = std::variant<std::vector<std::optional<Definition>>, UnreadableSource>;

// `source`: the bytes of the file as they are on disk. Beyond its tokens the syntax is not checked.
// Pure; one pass over the source whatever the number of names. Cost: linear in the source and in
// the definitions that are asked for. No recursion.
DefinitionsResult read_definitions(std::string_view source, const std::vector<std::string>& names);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_SCRIPT_PYTHON_DEFINITIONS_H
