#include <fcntl.h>
#include <io.h>
#include <share.h>
#include <sys/stat.h>

#include <algorithm>

#include "script/file_path.h"
#include "script/open_file.h"

namespace alembic_native {

OpenFile::OpenFile(const std::string& path) : descriptor_(-1) {
  if (::_wsopen_s(&descriptor_, path_from_text(path).c_str(), _O_RDONLY | _O_BINARY | _O_NOINHERIT,
                  _SH_DENYNO, _S_IREAD) != 0) {
    descriptor_ = -1;
  }
}

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) ::_close(descriptor_);
}

std::optional<std::size_t> OpenFile::read(char* to, std::size_t size) const {
  if (descriptor_ < 0) return std::nullopt;
  constexpr std::size_t most_at_once = 1U << 30U;
  const int got = ::_read(descriptor_, to, static_cast<unsigned>(std::min(size, most_at_once)));
  if (got < 0) return std::nullopt;
  return static_cast<std::size_t>(got);
}

}  // namespace alembic_native
