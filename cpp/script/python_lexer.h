// Python's lexical analysis, as far as a reader of assignments needs it: where names, literals,
// brackets, statements and indented blocks begin and end. What Python would refuse and what this
// lexer cannot judge (identifiers beyond ASCII) are errors; what it passes may still be no
// Python. Numbers and operators are told apart from everything else, but not checked.
#ifndef ALEMBIC_NATIVE_SCRIPT_PYTHON_LEXER_H
#define ALEMBIC_NATIVE_SCRIPT_PYTHON_LEXER_H

#include <cstddef>
#include <string_view>
#include <vector>

namespace alembic_native {

struct Token {
  enum class Kind {
    name,  // identifiers and keywords
    number,
    string,         // one whole str or bytes literal, with prefix and quotes
    fstring_start,  // prefix and opening quote of a formatted literal; its fields follow
    fstring_end,    // the rest of it
    op,             // operators, delimiters and brackets
    newline,        // end of a logical line; blank lines and comments have none
    indent,
    dedent,
    end,    // of the file; repeated by further calls
    error,  // text: the reason, static; repeated by further calls
  };
  Kind kind = Kind::newline;
  std::string_view text;  // as written
  int line = 1;           // where the token begins, from 1

  bool is_op(std::string_view op) const { return kind == Kind::op && text == op; }
  bool is_name(std::string_view name) const { return kind == Kind::name && text == name; }
  bool is_opening_bracket() const { return is_op("(") || is_op("[") || is_op("{"); }
  bool is_closing_bracket() const { return is_op(")") || is_op("]") || is_op("}"); }
  // `+=` and the like.
  bool is_augmented_assignment() const {
    return kind == Kind::op && text.size() > 1 && text.back() == '=' && text != "==" &&
           text != "!=" && text != "<=" && text != ">=" && text != ":=";
  }
};

// From "#" to the end of its line.
struct Comment {
  std::string_view text;
  int line = 1;  // from 1
};

// A view of a source: `source` must outlive the lexer and its tokens. For one thread. All tokens
// of a file together cost linear time; memory: what is open (brackets, blocks, f-strings), which
// is bounded as in CPython.
//
// Fields of formatted literals come as ordinary tokens between fstring_start and fstring_end, with
// their opening braces, and the closing ones that no format specification precedes, as brackets.
// They are read by the rules of Python 3.12, where they may hold the literal's own quotes. Before,
// a literal ended at its first closing quote; each one that was valid then reads the same now.
class PythonLexer {
 public:
  // `source`: the text of check_python_source() without problem; `minor_version` of Python 3.
  // `comments`: takes those that are passed, in their order; must outlive the lexer.
  PythonLexer(std::string_view source, int minor_version, std::vector<Comment>* comments = nullptr)
      : source_(source), minor_version_(minor_version), comments_(comments) {}

  Token next();

  // As of behind the last token: how many brackets are open, and which one was opened last: one
  // of "([{", 'f' for a field of a formatted literal, 0 for none.
  std::size_t bracket_depth() const { return brackets_.size(); }
  char innermost_bracket() const { return brackets_.empty() ? '\0' : brackets_.back(); }

 private:
  // Where the two columns of a line disagree about what it belongs to, its tabs are ambiguous.
  struct Indentation {
    std::size_t column = 0;       // with tabs to columns of eight
    std::size_t alternative = 0;  // with tabs as one column
  };
  struct FormattedString {
    char quote;
    bool triple;
    bool raw;
    std::size_t outer_brackets;  // open around it
  };

  // CPython's tokenizer refuses more: MAXLEVEL, MAXINDENT. Of nested f-strings it takes 150.
  static constexpr std::size_t max_brackets = 200;
  static constexpr std::size_t max_blocks = 99;
  static constexpr std::size_t max_nested_fstrings = 100;

  char peek(std::size_t offset = 0) const {
    return position_ + offset < source_.size() ? source_[position_ + offset] : '\0';
  }
  bool at_end() const { return position_ >= source_.size(); }
  Token token(Token::Kind kind, std::size_t begin, int line) const {
    return {kind, source_.substr(begin, position_ - begin), line};
  }
  Token fail(std::string_view reason);

  void skip_line_end();
  void skip_comment();
  // Each of these returns false, and fails, when the text is wrong.
  bool skip_space();
  bool read_indentation();
  bool skip_string_body(char quote, bool triple);

  Token next_at_end();
  Token next_name_or_string();
  Token next_string(std::size_t begin, std::string_view prefix_letters);
  Token next_number();
  Token next_operator();
  Token open_bracket();
  Token close_bracket();
  Token next_in_fstring_text();
  bool skip_fstring_escape(bool raw);

  std::string_view source_;
  int minor_version_;
  std::vector<Comment>* comments_;
  std::size_t position_ = 0;
  int line_ = 1;
  bool line_start_ = true;        // indentation counts here
  bool line_has_tokens_ = false;  // so that the end of the file ends a logical line
  int pending_indents_ = 0;       // tokens owed: positive indent, negative dedents
  std::vector<Indentation> indentations_;
  std::vector<char> brackets_;
  std::vector<FormattedString> fstrings_;
  bool in_fstring_text_ = false;  // of the innermost of `fstrings_`, or in a format specification
  std::string_view error_;
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_SCRIPT_PYTHON_LEXER_H
