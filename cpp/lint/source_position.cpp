#include "lint/source_position.h"

#include "script/python_chars.h"

namespace alembic_native::lint {
namespace {

int characters_between(const char* begin, const char* end) {
  int count = 0;
  for (; begin < end; ++begin) {
    const bool continues = (static_cast<unsigned char>(*begin) & 0xC0U) == 0x80U;
    if (!continues) ++count;
  }
  return count;
}

}  // namespace

ColumnFinder::ColumnFinder(std::string_view source) : source_(source) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (source_.substr(0, byte_order_mark.size()) == byte_order_mark) {
    source_.remove_prefix(byte_order_mark.size());
  }
  last_ = source_.data();
}

int ColumnFinder::column_of(std::string_view part) {
  const char* const place = part.data();
  const char* begin = place;
  while (begin > source_.data() && begin != last_ && !python_chars::is_line_end(begin[-1])) --begin;
  const int column = begin == last_ && last_ <= place
                         ? last_column_ + characters_between(last_, place)
                         : 1 + characters_between(begin, place);
  last_ = place;
  last_column_ = column;
  return column;
}

}  // namespace alembic_native::lint
