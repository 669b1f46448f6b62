#include "lint/column_type.h"

#include <array>
#include <string_view>
#include <utility>

#include "lint/arguments.h"

namespace alembic_native::lint {
namespace {

using Family = ColumnType::Family;

struct TypeName {
  std::string_view name;
  Family family;
};

// Classes of SQLAlchemy, with their type where family_of() knows no other for the database.
constexpr std::array<TypeName, 41> type_names = {{
    {"SmallInteger", Family::small_integer},
    {"SMALLINT", Family::small_integer},
    {"Integer", Family::integer},
    {"INTEGER", Family::integer},
    {"INT", Family::integer},
    {"BigInteger", Family::big_integer},
    {"BIGINT", Family::big_integer},
    {"Numeric", Family::numeric},
    {"NUMERIC", Family::numeric},
    {"DECIMAL", Family::numeric},
    {"REAL", Family::real},
    {"Float", Family::double_precision},
    {"FLOAT", Family::double_precision},
    {"Double", Family::double_precision},
    {"DOUBLE", Family::double_precision},
    {"DOUBLE_PRECISION", Family::double_precision},
    {"String", Family::varchar},
    {"Unicode", Family::varchar},
    {"VARCHAR", Family::varchar},
    {"AutoString", Family::varchar},
    {"Text", Family::text},
    {"UnicodeText", Family::text},
    {"TEXT", Family::text},
    {"CHAR", Family::character},
    {"Boolean", Family::boolean},
    {"BOOLEAN", Family::boolean},
    {"Date", Family::date},
    {"DATE", Family::date},
    {"Time", Family::time},
    {"TIME", Family::time},
    {"DateTime", Family::timestamp},
    {"TIMESTAMP", Family::timestamp},
    {"Interval", Family::interval},
    {"INTERVAL", Family::interval},
    {"LargeBinary", Family::bytes},
    {"BYTEA", Family::bytes},
    {"JSON", Family::json},
    {"JSONB", Family::jsonb},
    {"UUID", Family::uuid},
    {"Uuid", Family::uuid},
    {"Enum", Family::enumeration},
}};

std::optional<Family> family_of(std::string_view path, const Dialect& dialect) {
  if (!is_of_sqlalchemy(path)) return std::nullopt;
  const std::string_view name = path.substr(path.rfind('.') + 1);
  if (name == "ENUM") return Family::enumeration;
  if (dialect.is_mysql_or_mariadb()) {
    // A DOUBLE, but a FLOAT where sql_mode has REAL_AS_FLOAT.
    if (name == "REAL") return std::nullopt;
    if (name == "Float" || name == "FLOAT") return Family::real;
    if (name == "TIMESTAMP") return Family::timestamp_with_zone;
  }
  for (const TypeName& known : type_names) {
    if (known.name == name) return known.family;
  }
  return std::nullopt;
}

// Whether arguments beyond those that are read cannot change the type.
bool only_known_keywords(const Call& call, std::initializer_list<std::string_view> known) {
  for (const auto& [keyword, value] : call.keywords) {
    bool is_known = false;
    for (const std::string_view one : known) is_known = is_known || one == keyword;
    if (!is_known) return false;
  }
  return true;
}

// An integer that may be left out. False where it is not known.
bool read_size(const Call& call, std::size_t position, std::string_view keyword,
               std::optional<std::int64_t>& size) {
  const Argument argument = argument_of(call, position, keyword);
  if (argument.is_absent() || argument.is(Value::Kind::none)) return true;
  if (!argument.is(Value::Kind::integer)) return false;
  size = argument.value->number;
  return true;
}

bool read_enumeration(const Call& call, const Dialect& dialect, ColumnType& type) {
  if (dialect.is_mysql_or_mariadb()) return true;
  const Argument native = keyword_of(call, "native_enum");
  if (!native.is_absent() && !(native.value != nullptr && native.value->is_true())) return false;
  const Argument name = keyword_of(call, "name");
  if (const auto text = name.text()) type.name = *text;
  return !name.is_unknown();
}

bool read_arguments(const Call& call, const Dialect& dialect, ColumnType& type) {
  if (call.open) return false;
  switch (type.family) {
    case Family::character:
      type.length = 1;
      [[fallthrough]];
    case Family::varchar:
      return read_size(call, 0, "length", type.length) && call.positional.size() <= 1 &&
             only_known_keywords(call, {"length", "collation"}) &&
             keyword_of(call, "collation").is_absent();
    case Family::numeric: {
      if (dialect.is_mysql_or_mariadb()) type.length = 10;
      std::optional<std::int64_t> scale;
      const bool known = read_size(call, 0, "precision", type.length) &&
                         read_size(call, 1, "scale", scale) &&
                         only_known_keywords(call, {"precision", "scale", "asdecimal"});
      type.scale = scale.value_or(0);
      return known;
    }
    case Family::timestamp:
    case Family::timestamp_with_zone: {
      const Argument zone = argument_of(call, 0, "timezone");
      if (!zone.is_absent() && !zone.is(Value::Kind::boolean)) return false;
      const bool has_zone = zone.is_true() && !dialect.is_mysql_or_mariadb();
      if (has_zone) type.family = Family::timestamp_with_zone;
      return call.positional.size() <= 1 && only_known_keywords(call, {"timezone"});
    }
    case Family::enumeration:
      return read_enumeration(call, dialect, type);
    case Family::uuid:
      return call.positional.empty() && only_known_keywords(call, {"as_uuid"});
    case Family::json:
    case Family::jsonb:
      return only_known_keywords(call, {"astext_type", "none_as_null"});
    case Family::boolean:
      return only_known_keywords(call, {"name", "create_constraint"});
    default:
      return call.positional.empty() && call.keywords.empty();
  }
}

bool same(const ColumnType& left, const ColumnType& right) {
  return left.family == right.family && left.length == right.length && left.scale == right.scale &&
         left.name == right.name;
}

// No length is the greatest one.
bool is_at_least(const std::optional<std::int64_t>& length,
                 const std::optional<std::int64_t>& other) {
  return !length || (other && *length >= *other);
}

TypeChange change_on_postgresql(const ColumnType& from, const ColumnType& to,
                                const Dialect& dialect) {
  if (from.family == Family::enumeration && to.family == Family::enumeration) {
    const bool known = !from.name.empty() && !to.name.empty();
    if (!known) return TypeChange::uncertain;
    return from.name == to.name ? TypeChange::none : TypeChange::rewrite;
  }
  if (same(from, to)) return TypeChange::none;
  const bool from_text = from.family == Family::varchar || from.family == Family::text;
  if (from_text && to.family == Family::text) return TypeChange::none;
  if (from_text && to.family == Family::varchar) {
    return is_at_least(to.length, from.length) ? TypeChange::none : TypeChange::rewrite;
  }
  if (from.family == Family::numeric && to.family == Family::numeric) {
    const bool wider = is_at_least(to.length, from.length);
    return wider && (!to.length || to.scale == from.scale) ? TypeChange::none : TypeChange::rewrite;
  }
  const auto is_timestamp = [](const ColumnType& type) {
    return type.family == Family::timestamp || type.family == Family::timestamp_with_zone;
  };
  // From 12 on nothing is rewritten where the session's time zone is UTC.
  if (is_timestamp(from) && is_timestamp(to) && !dialect.is_older_than(1200)) {
    return TypeChange::uncertain;
  }
  return TypeChange::rewrite;
}

TypeChange change_on_mysql(const ColumnType& from, const ColumnType& to) {
  if (from.family == Family::enumeration && to.family == Family::enumeration) {
    return TypeChange::uncertain;  // members that are appended cost nothing
  }
  if (same(from, to)) return TypeChange::none;
  // These have no type of their own in every version.
  const auto is_stored_as_another = [](const ColumnType& type) {
    return type.family == Family::uuid || type.family == Family::boolean ||
           type.family == Family::interval;
  };
  if (is_stored_as_another(from) || is_stored_as_another(to)) return TypeChange::uncertain;
  // Where the length stays below or above 256 bytes; how many a character has is not known.
  if (from.family == Family::varchar && to.family == Family::varchar && from.length && to.length &&
      *to.length > *from.length) {
    return TypeChange::uncertain;
  }
  return TypeChange::rewrite;
}

}  // namespace

std::optional<ColumnType> column_type_of(const Value& value, const Dialect& dialect) {
  const bool is_call = value.is(Value::Kind::call);
  if (!is_call && !value.is(Value::Kind::name)) return std::nullopt;
  const auto family = family_of(is_call ? std::string_view(value.call->name) : value.text, dialect);
  if (!family) return std::nullopt;
  ColumnType type;
  type.family = *family;
  const bool known = read_arguments(is_call ? *value.call : Call(), dialect, type);
  if (!known) return std::nullopt;
  return type;
}

TypeChange type_change(const std::optional<ColumnType>& from, const std::optional<ColumnType>& to,
                       const Dialect& dialect) {
  if (!to) return TypeChange::uncertain;
  if (!from) {
    // From whatever other type, the rows are rewritten: only the type itself, or a domain over it,
    // becomes one of these for nothing, and a change that changes nothing is not written down.
    const bool is_new =
        to->is_integer() || to->family == Family::date || to->family == Family::json ||
        to->family == Family::jsonb ||
        (dialect.is_postgresql() && (to->family == Family::boolean || to->family == Family::uuid));
    return is_new ? TypeChange::rewrite : TypeChange::uncertain;
  }
  if (dialect.is_sqlite()) return same(*from, *to) ? TypeChange::none : TypeChange::rewrite;
  if (dialect.is_postgresql()) return change_on_postgresql(*from, *to, dialect);
  return change_on_mysql(*from, *to);
}

}  // namespace alembic_native::lint
