#include "lint/sql_statements.h"

#include <algorithm>
#include <utility>

#include "script/python_chars.h"

namespace alembic_native::lint {
namespace {

// What is beyond that is cut: no database has longer names.
constexpr std::size_t longest_word = 1024;

bool is_word_part(char c) { return python_chars::is_name_part(c) || !python_chars::is_ascii(c); }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v' || c == '\0';
}

}  // namespace

bool SqlStatement::has_words(std::size_t at, std::string_view words) const {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (at >= head.size() || head[at].quoted || head[at].text != words.substr(0, end)) return false;
    words.remove_prefix(std::min(end + 1, words.size()));
    ++at;
  }
  return true;
}

std::string SqlStatement::read_name(std::size_t& at) const {
  std::string name;
  while (at < head.size()) {
    const Token& token = head[at];
    const bool is_name = token.quoted || (!token.text.empty() && is_word_part(token.text[0]));
    if (!is_name) return {};
    name = token.text;
    ++at;
    if (at >= head.size() || head[at].quoted || head[at].text != ".") break;
    ++at;
  }
  return name;
}

bool SqlReader::next(SqlStatement& statement) {
  statement = {};
  depth_ = 0;
  while (at_ < sql_.size()) {
    const char c = peek();
    if (is_space(c)) {
      ++at_;
    } else if (skip_comment()) {
    } else if (c == ';') {
      ++at_;
      if (!statement.head.empty()) return true;
    } else if (c == '\'') {
      read_quoted(c);
      add(statement, "'", true);
    } else if (c == '"' || c == '`') {
      add(statement, read_quoted(c), true);
    } else if (c == '$' && skip_dollar_quote()) {
      statement.holds_code = true;
      add(statement, "'", true);
    } else if (is_word_part(c)) {
      take_word(statement);
    } else {
      if (c == '(') ++depth_;
      if (c == ')' && depth_ > 0) --depth_;
      add(statement, std::string(1, c), false);
      ++at_;
    }
  }
  return !statement.head.empty();
}

bool SqlReader::skip_comment() {
  if (peek() == '-' && peek(1) == '-') {
    at_ = std::min(sql_.find('\n', at_), sql_.size());
    return true;
  }
  if (peek() == '/' && peek(1) == '*') {
    const std::size_t end = sql_.find("*/", at_ + 2);
    at_ = end == std::string_view::npos ? sql_.size() : end + 2;
    return true;
  }
  return false;
}

bool SqlReader::skip_dollar_quote() {
  std::size_t end = at_ + 1;
  while (end < sql_.size() && is_word_part(sql_[end])) ++end;
  if (end >= sql_.size() || sql_[end] != '$') return false;
  const std::string_view tag = sql_.substr(at_, end + 1 - at_);
  const std::size_t closing = sql_.find(tag, end + 1);
  at_ = closing == std::string_view::npos ? sql_.size() : closing + tag.size();
  return true;
}

// From the opening quote to behind the closing one; a doubled quote stands for itself.
std::string SqlReader::read_quoted(char quote) {
  std::string text;
  for (++at_; at_ < sql_.size(); ++at_) {
    if (sql_[at_] == quote) {
      if (peek(1) != quote) {
        ++at_;
        break;
      }
      ++at_;
    }
    if (text.size() < longest_word) text += sql_[at_];
  }
  return text;
}

void SqlReader::take_word(SqlStatement& statement) {
  const std::size_t begin = at_;
  while (at_ < sql_.size() && is_word_part(sql_[at_])) ++at_;
  std::string word(sql_.substr(begin, std::min(at_ - begin, longest_word)));
  std::transform(word.begin(), word.end(), word.begin(), lower);
  if (depth_ == 0 && word == "where") statement.has_where = true;
  if (depth_ == 0 && word == "limit") statement.has_limit = true;
  if (word == "cascade") statement.has_cascade = true;
  add(statement, std::move(word), false);
}

void SqlReader::add(SqlStatement& statement, std::string text, bool quoted) {
  if (statement.head.size() < SqlStatement::longest_head) {
    statement.head.push_back({std::move(text), quoted});
  }
}

}  // namespace alembic_native::lint
