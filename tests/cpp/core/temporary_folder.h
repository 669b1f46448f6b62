// A folder that goes away with its test.
#ifndef ALEMBIC_NATIVE_TESTS_TEMPORARY_FOLDER_H
#define ALEMBIC_NATIVE_TESTS_TEMPORARY_FOLDER_H

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <system_error>

#include "script/file_path.h"

namespace alembic_native {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::random_device random;
    const std::filesystem::path all = std::filesystem::temp_directory_path();
    std::filesystem::path folder;
    do {
      folder = all / fmt::format("alembic-native-{:08x}", random());
    } while (!std::filesystem::create_directory(folder));
    path_ = text_of_path(std::filesystem::canonical(folder));
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  TemporaryFolder(TemporaryFolder&&) = delete;
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_from_text(path_), ignored);
  }

  // As in script/file_path.h, and so is what `write` takes and gives.
  const std::string& path() const { return path_; }

  // Writes a file, with the folders it lies in; gives its path.
  std::string write(const std::string& name, const std::string& content) const {
    const std::filesystem::path file = path_from_text(path_) / path_from_text(name);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
    return text_of_path(file);
  }

 private:
  std::string path_;
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_TESTS_TEMPORARY_FOLDER_H
