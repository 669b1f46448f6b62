#include "script/header_names.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace alembic_native {
namespace {

struct NamedRole {
  std::string_view name;
  NameRole role;
};

// Ordered by length.
constexpr std::array<NamedRole, 86> named_roles = {{
    {"def", NameRole::def},
    {"case", NameRole::soft_keyword},
    {"eval", NameRole::indirect},
    {"exec", NameRole::indirect},
    {"from", NameRole::import},
    {"load", NameRole::indirect},
    {"type", NameRole::soft_keyword},
    {"vars", NameRole::indirect},
    {"class", NameRole::class_},
    {"exec_", NameRole::indirect},
    {"loads", NameRole::indirect},
    {"match", NameRole::soft_keyword},
    {"raise", NameRole::raise},
    {"global", NameRole::global},
    {"import", NameRole::import},
    {"locals", NameRole::indirect},
    {"locate", NameRole::indirect},
    {"runctx", NameRole::indirect},
    {"timeit", NameRole::indirect},
    {"__doc__", NameRole::doc},
    {"delattr", NameRole::indirect},
    {"getattr", NameRole::indirect},
    {"globals", NameRole::indirect},
    {"modules", NameRole::indirect},
    {"runcode", NameRole::indirect},
    {"runeval", NameRole::indirect},
    {"setattr", NameRole::indirect},
    {"CodeType", NameRole::indirect},
    {"__code__", NameRole::indirect},
    {"__dict__", NameRole::indirect},
    {"eval_str", NameRole::indirect},
    {"execfile", NameRole::indirect},
    {"f_locals", NameRole::indirect},
    {"revision", NameRole::revision},
    {"run_path", NameRole::indirect},
    {"settrace", NameRole::indirect},
    {"Unpickler", NameRole::indirect},
    {"_evaluate", NameRole::indirect},
    {"_getframe", NameRole::indirect},
    {"f_globals", NameRole::indirect},
    {"full_load", NameRole::indirect},
    {"get_field", NameRole::indirect},
    {"pythonapi", NameRole::indirect},
    {"runsource", NameRole::indirect},
    {"ForwardRef", NameRole::indirect},
    {"__import__", NameRole::indirect},
    {"_eval_type", NameRole::indirect},
    {"attrgetter", NameRole::indirect},
    {"depends_on", NameRole::depends_on},
    {"dictConfig", NameRole::indirect},
    {"fileConfig", NameRole::indirect},
    {"getmembers", NameRole::indirect},
    {"run_module", NameRole::indirect},
    {"setprofile", NameRole::indirect},
    {"__delattr__", NameRole::indirect},
    {"__getattr__", NameRole::indirect},
    {"__globals__", NameRole::indirect},
    {"__setattr__", NameRole::indirect},
    {"exec_module", NameRole::indirect},
    {"get_objects", NameRole::indirect},
    {"load_module", NameRole::indirect},
    {"unsafe_load", NameRole::indirect},
    {"FunctionType", NameRole::indirect},
    {"__builtins__", NameRole::indirect},
    {"currentframe", NameRole::indirect},
    {"getargvalues", NameRole::indirect},
    {"methodcaller", NameRole::indirect},
    {"resolve_name", NameRole::indirect},
    {"branch_labels", NameRole::branch_labels},
    {"down_revision", NameRole::down_revision},
    {"get_referents", NameRole::indirect},
    {"get_referrers", NameRole::indirect},
    {"import_module", NameRole::indirect},
    {"import_string", NameRole::indirect},
    {"get_type_hints", NameRole::indirect},
    {"getattr_static", NameRole::indirect},
    {"_current_frames", NameRole::indirect},
    {"__getattribute__", NameRole::indirect},
    {"getmembers_static", NameRole::indirect},
    {"InteractiveConsole", NameRole::indirect},
    {"_current_exceptions", NameRole::indirect},
    {"evaluate_forward_ref", NameRole::indirect},
    {"settrace_all_threads", NameRole::indirect},
    {"InteractiveInterpreter", NameRole::indirect},
    {"setprofile_all_threads", NameRole::indirect},
    {"_alembic_source_encoding", NameRole::source_encoding},
}};

constexpr std::size_t longest_name = 24;
static_assert(named_roles.back().name.size() == longest_name);

// For each length, the index of the first name that is at least as long.
constexpr std::array<std::size_t, longest_name + 2> first_of_lengths() {
  std::array<std::size_t, longest_name + 2> first{};
  std::size_t index = 0;
  for (std::size_t length = 0; length < first.size(); ++length) {
    while (index < named_roles.size() && named_roles[index].name.size() < length) ++index;
    first[length] = index;
  }
  return first;
}
constexpr auto first_of_length = first_of_lengths();

template <std::size_t size>
bool contains(const std::array<std::string_view, size>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

NameRole role_of(std::string_view name) {
  if (name.size() > longest_name) return NameRole::ordinary;
  const std::size_t end = first_of_length[name.size() + 1];
  for (std::size_t index = first_of_length[name.size()]; index < end; ++index) {
    if (named_roles[index].name == name) return named_roles[index].role;
  }
  return NameRole::ordinary;
}

bool is_keyword(std::string_view name) {
  constexpr std::array<std::string_view, 32> keywords = {
      "and",    "as",   "assert", "async",  "await",  "break",  "class",    "continue",
      "def",    "del",  "elif",   "else",   "except", "for",    "finally",  "from",
      "global", "if",   "import", "in",     "is",     "lambda", "nonlocal", "not",
      "or",     "pass", "raise",  "return", "try",    "while",  "with",     "yield"};
  return contains(keywords, name);
}

bool runs_text(std::string_view module) {
  constexpr std::array<std::string_view, 14> modules = {
      "bdb",  "cProfile", "code",    "codeop", "ctypes", "doctest", "jinja2",
      "mako", "pdb",      "profile", "runpy",  "shelve", "timeit",  "trace"};
  return contains(modules, module);
}

}  // namespace alembic_native
