#include "lint/source_position.h"

#include <cstddef>

#include "script/python_chars.h"
#include "script/python_source.h"
#include "text/utf8.h"

namespace alembic_native::lint {

ColumnFinder::ColumnFinder(std::string_view source)
    : source_(without_byte_order_mark(source)), last_(source_.data()) {}

int ColumnFinder::column_of(std::string_view part) {
  const char* const place = part.data();
  const char* begin = place;
  while (begin > source_.data() && begin != last_ && !python_chars::is_line_end(begin[-1])) --begin;
  const int before = begin == last_ && last_ <= place ? last_column_ : 1;
  const std::string_view passed(begin, static_cast<std::size_t>(place - begin));
  const int column = before + static_cast<int>(code_points(passed));
  last_ = place;
  last_column_ = column;
  return column;
}

}  // namespace alembic_native::lint
