#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "script/open_file.h"

namespace alembic_native {

OpenFile::OpenFile(const std::string& path)
    : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::optional<std::size_t> OpenFile::read(char* to, std::size_t size) const {
  if (descriptor_ < 0) return std::nullopt;
  for (;;) {
    const ssize_t got = ::read(descriptor_, to, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return std::nullopt;
  }
}

}  // namespace alembic_native
