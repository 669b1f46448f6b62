#include "script/file_reading.h"

#include <cstddef>

#include "script/open_file.h"

namespace alembic_native {

namespace {

// More than the header reader takes.
constexpr std::size_t largest_file = 1'000'000'001;

}  // namespace

std::optional<std::string_view> read_file(const std::string& path, std::vector<char>& buffer) {
  constexpr std::size_t first_size = 65'536;
  const OpenFile file(path);
  if (buffer.empty()) buffer.resize(first_size);
  std::size_t length = 0;
  while (length < largest_file) {
    if (length == buffer.size()) buffer.resize(buffer.size() * 2);
    const auto got = file.read(buffer.data() + length, buffer.size() - length);
    if (!got) return std::nullopt;
    if (*got == 0) return std::string_view(buffer.data(), length);
    length += *got;
  }
  return std::nullopt;
}

}  // namespace alembic_native
