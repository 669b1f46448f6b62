// SQL texts, as far as a rule has to know what a statement does.
#ifndef ALEMBIC_NATIVE_LINT_SQL_STATEMENTS_H
#define ALEMBIC_NATIVE_LINT_SQL_STATEMENTS_H

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace alembic_native::lint {

// The beginning of a statement, without comments and white space.
struct SqlStatement {
  static constexpr std::size_t longest_head = 24;

  struct Token {
    // A keyword or name in lower case, a quoted name as it is meant; "'" for a string literal;
    // other characters one by one.
    std::string text;
    bool quoted = false;
  };
  std::vector<Token> head;  // at most longest_head
  bool has_where = false;   // outside of brackets
  bool has_limit = false;   // the same
  bool has_cascade = false;
  bool holds_code = false;  // a dollar-quoted string

  // Whether these words stand from `at` on.
  bool has_words(std::size_t at, std::string_view words) const;
  bool begins_with(std::string_view words) const { return has_words(0, words); }
  // The last part of the dotted name at `at`, which is moved behind it; empty if there is none.
  std::string read_name(std::size_t& at) const;
};

// Gives the statements of a text one after the other. Knows strings, quoted names, dollar quotes
// and comments of PostgreSQL, MySQL and SQLite. Linear. A view of `sql`, which must outlive it.
class SqlReader {
 public:
  explicit SqlReader(std::string_view sql) : sql_(sql) {}

  // Fills `statement` and returns true, or false where there is no more. Empty ones are left out.
  bool next(SqlStatement& statement);

 private:
  char peek(std::size_t offset = 0) const {
    return at_ + offset < sql_.size() ? sql_[at_ + offset] : '\0';
  }
  bool skip_comment();
  bool skip_dollar_quote();
  std::string read_quoted(char quote);
  void take_word(SqlStatement& statement);
  static void add(SqlStatement& statement, std::string text, bool quoted);

  std::string_view sql_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;  // of brackets
};

}  // namespace alembic_native::lint

#endif  // ALEMBIC_NATIVE_LINT_SQL_STATEMENTS_H
