// libFuzzer target: connection strings of any bytes are read or refused, and no secret is shown.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "error.h"
#include "postgres/connection_string.h"
#include "postgres/message_text.h"

namespace {

using namespace alembic_native;
using postgres::ConnectionParameter;
using postgres::ConnectionTarget;

void expect(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

std::optional<ConnectionTarget> read(std::string_view text) {
  try {
    return postgres::parse(text);
  } catch (const Error& error) {
    expect(error.kind() == ErrorKind::invalid_connection_string, "a refusal has its kind");
    expect(!error.message().empty(), "a refusal says why");
    expect(postgres::printable(error.message()) == error.message(), "a refusal can be shown");
    return std::nullopt;
  }
}

// The same target as libpq's `key='value'` pairs.
std::string as_key_values(const ConnectionTarget& target) {
  std::string result;
  for (const ConnectionParameter& parameter : target.parameters()) {
    result += parameter.name + "='";
    for (const char character : parameter.value) {
      if (character == '\'' || character == '\\') result += '\\';
      result += character;
    }
    result += "' ";
  }
  return result;
}

void check_parameters(const ConnectionTarget& target) {
  for (const ConnectionParameter& parameter : target.parameters()) {
    expect(!parameter.value.empty(), "no value is empty");
    expect(parameter.value.find('\0') == std::string::npos, "no value holds a NUL byte");
    expect(&target.value(parameter.name) == &parameter.value, "each keyword is there once");
  }
}

void check_texts(const ConnectionTarget& target) {
  const std::string shown = target.display();
  expect(postgres::printable(shown) == shown, "the display name can be shown");
  const std::string& password = target.value("password");
  const bool is_a_name = password == target.value("user") || password == target.value("host") ||
                         password == target.value("dbname");
  // Short passwords are only replaced as words; `*` is what they are replaced by.
  if (password.size() < 4 || is_a_name || password.find('*') != std::string::npos) return;
  expect(target.scrubbed("[" + password + "]").find(password) == std::string::npos,
         "a text is scrubbed of the password");
}

void check_reading_by_libpq(const ConnectionTarget& target) {
  if (target.parameters().empty()) return;
  const std::optional<ConnectionTarget> again = read(as_key_values(target));
  expect(again && again->parameters().size() == target.parameters().size(),
         "libpq reads each parameter");
  for (const ConnectionParameter& parameter : target.parameters()) {
    expect(again->value(parameter.name) == parameter.value, "libpq reads the same value");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // The first byte chooses how the text begins.
  constexpr std::array<std::string_view, 5> beginnings = {
      "postgresql://", "postgresql+pg8000://", "postgresql://u:pa55word@h/d?", "password=", ""};
  std::string text(beginnings[data[0] % beginnings.size()]);
  text.append(reinterpret_cast<const char*>(data) + 1, size - 1);

  const std::optional<ConnectionTarget> target = read(text);
  if (!target) return 0;
  check_parameters(*target);
  check_texts(*target);
  check_reading_by_libpq(*target);
  return 0;
}
