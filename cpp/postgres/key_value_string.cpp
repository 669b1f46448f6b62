#include "postgres/key_value_string.h"

#include <cstddef>
#include <string>

#include "error.h"
#include "postgres/connection_parameters.h"

namespace alembic_native::postgres {

namespace {

bool is_space(char character) {
  return character == ' ' || character == '\t' || character == '\n' || character == '\r' ||
         character == '\f' || character == '\v';
}

[[noreturn]] void refuse(const char* message) {
  throw Error(ErrorKind::invalid_connection_string, message);
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() {
    skip_spaces();
    return position_ == text_.size();
  }

  std::string key() {
    std::string result;
    while (position_ < text_.size() && text_[position_] != '=' && !is_space(text_[position_])) {
      result += text_[position_++];
    }
    skip_spaces();
    // The word is not repeated: after an unquoted space it is often the end of a password.
    if (position_ == text_.size() || text_[position_] != '=') {
      refuse(
          "The connection string has a word without \"=\" after it. A value with spaces has to "
          "stand in single quotes: key='a value'.");
    }
    ++position_;
    skip_spaces();
    return result;
  }

  std::string value() {
    if (position_ < text_.size() && text_[position_] == '\'') {
      ++position_;
      return quoted_value();
    }
    std::string result;
    while (position_ < text_.size() && !is_space(text_[position_])) {
      if (text_[position_] == '\\') ++position_;
      if (position_ == text_.size()) break;
      result += text_[position_++];
    }
    return result;
  }

 private:
  std::string quoted_value() {
    std::string result;
    while (position_ < text_.size()) {
      if (text_[position_] == '\'') {
        ++position_;
        return result;
      }
      if (text_[position_] == '\\') ++position_;
      if (position_ == text_.size()) break;
      result += text_[position_++];
    }
    refuse("The connection string has a value whose closing quote is missing.");
  }

  void skip_spaces() {
    while (position_ < text_.size() && is_space(text_[position_])) ++position_;
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace

ConnectionTarget parse_key_values(std::string_view text) {
  ConnectionTarget target;
  Reader reader(text);
  while (!reader.at_end()) {
    const std::string name = reader.key();
    add_libpq_parameter(target, name, reader.value());
  }
  return target;
}

}  // namespace alembic_native::postgres
