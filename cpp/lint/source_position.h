// Where something stands in a source.
#ifndef ALEMBIC_NATIVE_LINT_SOURCE_POSITION_H
#define ALEMBIC_NATIVE_LINT_SOURCE_POSITION_H

#include <string_view>

namespace alembic_native::lint {

// Columns of places in a source, which must outlive it. Linear in all when they are asked for in
// their order.
class ColumnFinder {
 public:
  // `source`: the bytes of the file.
  explicit ColumnFinder(std::string_view source);

  // From 1, in characters; of the beginning of a part of the source.
  int column_of(std::string_view part);

 private:
  std::string_view source_;
  const char* last_;  // place asked for, or the beginning
  int last_column_ = 1;
};

}  // namespace alembic_native::lint

#endif  // ALEMBIC_NATIVE_LINT_SOURCE_POSITION_H
