#include "script/file_path.h"

namespace alembic_native {

std::filesystem::path path_from_text(const std::string& text) { return text; }

std::string text_of_path(const std::filesystem::path& path) { return path.native(); }

}  // namespace alembic_native
