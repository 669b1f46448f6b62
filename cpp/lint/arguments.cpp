#include "lint/arguments.h"

#include "text/affixes.h"

namespace alembic_native::lint {

std::optional<std::string> Argument::text() const {
  if (value == nullptr) return std::nullopt;
  if (value->is(Value::Kind::text)) return value->text;
  const bool is_final_name = value->is(Value::Kind::call) && value->call->name == "alembic.op.f" &&
                             value->call->positional.size() == 1 &&
                             value->call->positional[0].is(Value::Kind::text);
  if (is_final_name) return value->call->positional[0].text;
  return std::nullopt;
}

Argument argument_of(const Call& call, std::size_t position, std::string_view keyword) {
  if (position < call.positional.size()) return {&call.positional[position], true};
  return keyword_of(call, keyword);
}

Argument keyword_of(const Call& call, std::string_view keyword) {
  const Value* const value = call.keyword(keyword);
  return {value, value != nullptr || !call.open};
}

bool is_of_sqlalchemy(std::string_view path) {
  return starts_with(path, "sqlalchemy.") || starts_with(path, "sqlmodel.");
}

bool is_of_sqlalchemy(std::string_view path, std::string_view name) {
  return is_of_sqlalchemy(path) && path.substr(path.rfind('.') + 1) == name &&
         path.find('(') == std::string_view::npos;
}

const Call* call_of_sqlalchemy(const Value& value, std::string_view name) {
  const bool found = value.is(Value::Kind::call) && is_of_sqlalchemy(value.call->name, name);
  return found ? value.call.get() : nullptr;
}

bool is_enumeration(const Call& call) {
  return is_of_sqlalchemy(call.name, "Enum") || is_of_sqlalchemy(call.name, "ENUM");
}

}  // namespace alembic_native::lint
