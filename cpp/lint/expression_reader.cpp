#include "lint/expression_reader.h"

#include <utility>

#include "lint/bound_names.h"
#include "script/header_names.h"
#include "script/python_chars.h"
#include "script/python_string.h"

namespace alembic_native::lint {
namespace {

using Kind = Token::Kind;

constexpr std::string_view unknown_root = "?";
// Names longer than this are unknown: they would be copied with each call of a chain.
constexpr std::size_t longest_name = 500;

Value literal(Value::Kind kind, std::int64_t number = 0) {
  Value value;
  value.kind = kind;
  value.number = number;
  return value;
}

// What a formatted literal begins with, as it is written.
std::string text_in_front_of_fields(std::string_view written) {
  const std::size_t quote = written.find_first_of("'\"");
  if (quote == std::string_view::npos) return {};
  std::string_view text = written.substr(quote);
  text.remove_prefix(text.substr(0, 3) == std::string(3, text[0]) ? 3 : 1);
  return std::string(text.substr(0, text.find_first_of("{'\"\\")));
}

}  // namespace

// An atom with attributes, calls and subscripts behind it.
struct ExpressionReader::Primary {
  Value value;  // of an atom that is a literal, with nothing behind it
  bool is_path = false;
  std::string path;  // of names and calls, if it is a path
  std::shared_ptr<const Call> batch;
  std::shared_ptr<const Call> last_call;
  std::size_t begin = 0;
  std::size_t calls = 0;
  bool ends_with_call = false;
};

bool ExpressionReader::ends_expression(std::size_t at) const {
  const Token& end = token(at);
  switch (end.kind) {
    case Kind::newline:
    case Kind::indent:
    case Kind::dedent:
    case Kind::end:
    case Kind::error:
      return true;
    case Kind::name:
      return end.text == "as";
    case Kind::op:
      return end.is_closing_bracket() || end.is_op(",") || end.is_op(":") || end.is_op(";") ||
             end.is_op("=");
    default:
      return false;
  }
}

bool ExpressionReader::begins_primary(std::size_t at) const {
  const Token& first = token(at);
  switch (first.kind) {
    case Kind::number:
    case Kind::string:
      return true;
    case Kind::name:
      return !is_keyword(first.text);
    default:
      return first.is_opening_bracket();
  }
}

Value ExpressionReader::read(std::size_t& at) {
  is_comprehension_ = false;
  if (token(at).is_op("-") && token(at + 1).kind == Kind::number) {
    ++at;
    Value value = read_number(at, true);
    if (ends_expression(at)) return value;
    read_rest(at);
    return {};
  }
  if (!begins_primary(at)) {
    read_rest(at);
    return {};
  }
  Primary primary = read_primary(at);
  is_comprehension_ = false;
  if (!ends_expression(at)) {
    Value value;
    if (primary.value.is(Value::Kind::text)) value.text = std::move(primary.value.text);
    read_rest(at);
    return value;
  }
  if (!primary.is_path) return std::move(primary.value);
  Value value;
  if (primary.ends_with_call) {
    value.kind = Value::Kind::call;
    value.call = std::move(primary.last_call);
  } else if (primary.calls == 0 && primary.path.substr(0, 1) != unknown_root) {
    value.kind = Value::Kind::name;
    value.text = std::move(primary.path);
  }
  return value;
}

void ExpressionReader::pass(std::size_t& at) {
  if (begins_primary(at)) {
    read_primary(at);
  } else {
    ++at;
  }
}

// Commas and colons of a lambda's parameters end nothing.
void ExpressionReader::read_rest(std::size_t& at) {
  bool comprehension = false;
  std::size_t lambdas = 0;
  for (;;) {
    const bool of_lambda =
        lambdas > 0 && (token(at).is_op(",") || token(at).is_op(":") || token(at).is_op("="));
    if (ends_expression(at) && !of_lambda) break;
    if (token(at).kind == Kind::name && token(at).text == "lambda") ++lambdas;
    if (token(at).kind == Kind::name && token(at).text == "for") comprehension = true;
    if (token(at).is_op(":")) --lambdas;
    pass(at);
  }
  is_comprehension_ = comprehension;
}

ExpressionReader::Primary ExpressionReader::read_primary(std::size_t& at) {
  Primary primary = read_atom(at);
  for (;;) {
    if (token(at).is_op(".") && token(at + 1).kind == Kind::name) {
      read_attribute(primary, at);
    } else if (token(at).is_op("(")) {
      read_call(primary, at);
    } else if (token(at).is_op("[")) {
      pass_brackets(at);
      lose_path(primary);
    } else {
      break;
    }
  }
  if (primary.last_call) {
    see_({primary.last_call, primary.batch, primary.begin, depth_ > 0});
  }
  return primary;
}

// What is read so far is told; what follows has no name.
void ExpressionReader::lose_path(Primary& primary) {
  if (primary.last_call) {
    see_({primary.last_call, primary.batch, primary.begin, depth_ > 0});
    primary.last_call.reset();
  }
  primary.is_path = false;
  primary.ends_with_call = false;
  primary.value = Value{};
}

ExpressionReader::Primary ExpressionReader::read_atom(std::size_t& at) {
  Primary primary;
  primary.begin = at;
  const Token& first = token(at);
  if (first.kind == Kind::number) {
    primary.value = read_number(at, false);
  } else if (first.kind == Kind::string) {
    primary.value = read_texts(at);
  } else if (first.kind != Kind::name) {
    primary.value = read_sequence(at);
  } else {
    ++at;
    if (first.text == "None") {
      primary.value.kind = Value::Kind::none;
    } else if (first.text == "True" || first.text == "False") {
      primary.value = literal(Value::Kind::boolean, first.text == "True" ? 1 : 0);
    } else {
      ResolvedName name = resolve_(first.text);
      primary.is_path = true;
      primary.path = std::move(name.path);
      primary.batch = std::move(name.batch);
    }
  }
  return primary;
}

void ExpressionReader::read_attribute(Primary& primary, std::size_t& at) {
  const std::string_view attribute = token(at + 1).text;
  at += 2;
  if (!primary.is_path) {
    // The method of a literal, which is called perhaps.
    Value kept;
    if (primary.value.is(Value::Kind::text)) kept.text = std::move(primary.value.text);
    primary.value = std::move(kept);
    return;
  }
  primary.ends_with_call = false;
  primary.path += '.';
  primary.path += attribute;
  if (primary.path.size() > longest_name) lose_path(primary);
}

void ExpressionReader::read_call(Primary& primary, std::size_t& at) {
  if (depth_ == deepest_brackets) {
    pass_deep_brackets(at);
    lose_path(primary);
    return;
  }
  auto call = std::make_shared<Call>();
  ++at;
  ++depth_;
  read_arguments(*call, at);
  --depth_;
  if (!primary.is_path) {
    // The text that a method was called of is kept.
    if (!primary.value.is(Value::Kind::unknown)) primary.value = Value{};
    return;
  }
  if (++primary.calls > longest_chain) {
    lose_path(primary);
    return;
  }
  call->name = primary.path;
  call->receiver = std::move(primary.last_call);
  primary.last_call = std::move(call);
  primary.path += "()";
  primary.ends_with_call = true;
}

// `at` stands behind the opening bracket and is moved behind the closing one.
void ExpressionReader::read_arguments(Call& call, std::size_t& at) {
  while (!token(at).is_closing_bracket() && token(at).kind != Kind::end) {
    const bool starred = token(at).is_op("*") || token(at).is_op("**");
    if (starred) {
      call.open = true;
      ++at;
      read(at);
    } else if (token(at).kind == Kind::name && token(at + 1).is_op("=")) {
      std::string keyword(token(at).text);
      at += 2;
      call.keywords.emplace_back(std::move(keyword), read(at));
    } else {
      Value value = read(at);
      if (!call.open) call.positional.push_back(std::move(value));
    }
    // Behind anything but a comma stands what is no Python.
    if (!token(at).is_closing_bracket() && token(at).kind != Kind::end) ++at;
  }
  if (token(at).is_closing_bracket()) ++at;
}

// An integer that is written in digits, of at most eighteen.
Value ExpressionReader::read_number(std::size_t& at, bool negative) {
  const std::string_view digits = token(at).text;
  ++at;
  std::int64_t number = 0;
  std::size_t count = 0;
  for (const char c : digits) {
    if (c == '_') continue;
    if (!python_chars::is(c, python_chars::digit) || ++count > 18) return {};
    number = number * 10 + (c - '0');
  }
  return literal(Value::Kind::integer, negative ? -number : number);
}

// Literals behind each other are one text.
Value ExpressionReader::read_texts(std::size_t& at) {
  Value value = literal(Value::Kind::text);
  value.begin = token(at).text.data();
  value.line = token(at).line;
  for (; token(at).kind == Kind::string; ++at) {
    if (!value.is(Value::Kind::text)) continue;
    std::string text;
    if (append_string_literal(token(at).text, DubiousEscapes::accept, text)) {
      value.text += text;
    } else {
      value.kind = Value::Kind::unknown;
      value.text += text_in_front_of_fields(token(at).text);
    }
  }
  return value;
}

// A list or a tuple, or an expression in round brackets; everything else in brackets is unknown.
Value ExpressionReader::read_sequence(std::size_t& at) {
  const bool is_list = token(at).is_op("[");
  if (token(at).is_op("{") || depth_ == deepest_brackets) {
    pass_brackets(at);
    return {};
  }
  ++at;
  ++depth_;
  Value sequence = literal(is_list ? Value::Kind::list : Value::Kind::tuple);
  bool known = true;
  bool has_comma = false;
  while (!token(at).is_closing_bracket() && token(at).kind != Kind::end) {
    if (token(at).is_op("*")) {
      known = false;
      ++at;
    }
    sequence.items.push_back(read(at));
    if (is_comprehension_) known = false;
    if (token(at).is_closing_bracket() || token(at).kind == Kind::end) break;
    if (token(at).is_op(",")) {
      has_comma = true;
    } else {
      known = false;
    }
    ++at;
  }
  if (token(at).is_closing_bracket()) ++at;
  --depth_;
  is_comprehension_ = false;
  if (!known) return {};
  if (!is_list && !has_comma && sequence.items.size() == 1) {
    Value only = std::move(sequence.items[0]);
    return only;
  }
  return sequence;
}

void ExpressionReader::pass_brackets(std::size_t& at) {
  if (depth_ == deepest_brackets) {
    pass_deep_brackets(at);
    return;
  }
  ++at;
  ++depth_;
  while (!token(at).is_closing_bracket() && token(at).kind != Kind::end) pass(at);
  if (token(at).is_closing_bracket()) ++at;
  --depth_;
}

void ExpressionReader::pass_deep_brackets(std::size_t& at) {
  at = closing_bracket(tokens_, at);
  if (token(at).is_closing_bracket()) ++at;
}

}  // namespace alembic_native::lint
