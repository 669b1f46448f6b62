// What an argument of a migration operation is, as far as it is written down literally.
#ifndef ALEMBIC_NATIVE_LINT_VALUE_H
#define ALEMBIC_NATIVE_LINT_VALUE_H

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace alembic_native::lint {

struct Call;

// A value; calls are shared and never changed.
struct Value {
  enum class Kind { unknown, none, boolean, integer, text, list, tuple, name, call };
  Kind kind = Kind::unknown;
  std::int64_t number = 0;  // of an integer; 1 and 0 for True and False
  // Of a text: what it stands for, in UTF-8. Of a name: dotted, from the imported module on. Of
  // something unknown: the text that it begins with, if it begins with one.
  std::string text;
  std::vector<Value> items;  // of a list or tuple
  std::shared_ptr<const Call> call;
  const char* begin = nullptr;  // of the literal of a text, in the source
  int line = 0;                 // the same

  bool is(Kind wanted) const { return kind == wanted; }
  bool is_true() const { return kind == Kind::boolean && number == 1; }
  bool is_false() const { return kind == Kind::boolean && number == 0; }
};

struct Call {
  // Of what is called: the names and "()" of calls, joined with dots, from the imported module on:
  // "alembic.op.get_bind().execute". It begins with "?" where it is not something imported.
  std::string name;
  std::shared_ptr<const Call> receiver;  // whose result has the method; empty where there is none
  std::vector<Value> positional;         // in front of the first `*`
  std::vector<std::pair<std::string, Value>> keywords;
  bool open = false;  // there are `*` or `**`, and so arguments that are not known

  // The keyword's value, or null.
  const Value* keyword(std::string_view wanted) const {
    for (const auto& [keyword, value] : keywords) {
      if (keyword == wanted) return &value;
    }
    return nullptr;
  }
};

}  // namespace alembic_native::lint

#endif  // ALEMBIC_NATIVE_LINT_VALUE_H
