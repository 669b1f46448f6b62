// Which files count as scripts, and in which order.
#include "script/version_location.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "temporary_folder.h"

namespace alembic_native {
namespace {

// Paths below the folder, with "twice: " before those met again.
std::vector<std::string> listed(const TemporaryFolder& folder,
                                const std::vector<std::string>& locations,
                                const ListingRules& rules = {}) {
  std::vector<std::string> absolute;
  for (const std::string& location : locations) absolute.push_back(folder.path() + "/" + location);
  std::vector<std::string> result;
  for (const ListedFile& file : list_scripts(absolute, rules)) {
    result.push_back((file.is_duplicate ? "twice: " : "") +
                     file.path.substr(folder.path().size() + 1));
  }
  return result;
}

using Names = std::vector<std::string>;

TEST(VersionLocation, ScriptsComeInTheOrderOfTheirNames) {
  const TemporaryFolder folder;
  for (const char* name : {"b.py", "a.py", "C.py", "10.py", "9.py"}) {
    folder.write(std::string("versions/") + name, "");
  }
  EXPECT_EQ(listed(folder, {"versions"}), (Names{"versions/10.py", "versions/9.py", "versions/C.py",
                                                 "versions/a.py", "versions/b.py"}));
}

TEST(VersionLocation, OtherFilesAreNoScripts) {
  const TemporaryFolder folder;
  for (const char* name : {"a.py", "__init__.py", "__init__old.py", ".#a.py", "a.pyc", "a.py~",
                           "notes.txt", ".b.py", "__pycache__/a.cpython-311.pyc"}) {
    folder.write(std::string("versions/") + name, "");
  }
  EXPECT_EQ(listed(folder, {"versions"}), (Names{"versions/.b.py", "versions/a.py"}));
}

TEST(VersionLocation, SubfoldersCountOnlyWhenAskedFor) {
  const TemporaryFolder folder;
  for (const char* name :
       {"z.py", "b/one.py", "a/two.py", "a/deep/three.py", "__pycache__/four.py"}) {
    folder.write(std::string("versions/") + name, "");
  }
  EXPECT_EQ(listed(folder, {"versions"}), Names{"versions/z.py"});
  EXPECT_EQ(listed(folder, {"versions"}, {true, false}),
            (Names{"versions/z.py", "versions/a/two.py", "versions/a/deep/three.py",
                   "versions/b/one.py"}));
}

TEST(VersionLocation, SeveralLocationsComeInTheOrderConfigured) {
  const TemporaryFolder folder;
  folder.write("second/a.py", "");
  folder.write("first/b.py", "");
  EXPECT_EQ(listed(folder, {"first", "missing", "second"}), (Names{"first/b.py", "second/a.py"}));
}

TEST(VersionLocation, AFileMetAgainIsADuplicate) {
  const TemporaryFolder folder;
  folder.write("versions/a.py", "");
  std::filesystem::create_symlink("a.py", folder.path() + "/versions/link.py");
  EXPECT_EQ(listed(folder, {"versions", "versions/../versions"}),
            (Names{"versions/a.py", "twice: versions/a.py", "twice: versions/a.py",
                   "twice: versions/a.py"}));
}

TEST(VersionLocation, TheNameOfTheFileALinkLeadsToDecides) {
  const TemporaryFolder folder;
  folder.write("elsewhere/script.py", "");
  folder.write("elsewhere/text.txt", "");
  folder.write("versions/keep.py", "");
  std::filesystem::create_symlink("../elsewhere/script.py", folder.path() + "/versions/no_suffix");
  std::filesystem::create_symlink("../elsewhere/text.txt", folder.path() + "/versions/text.py");
  EXPECT_EQ(listed(folder, {"versions"}), (Names{"versions/keep.py", "elsewhere/script.py"}));
}

TEST(VersionLocation, ALinkToNowhereIsListedUnderTheNameItLeadsTo) {
  const TemporaryFolder folder;
  folder.write("versions/a.py", "");
  std::filesystem::create_symlink("gone.py", folder.path() + "/versions/link.py");
  EXPECT_EQ(listed(folder, {"versions"}), (Names{"versions/a.py", "versions/gone.py"}));
}

TEST(VersionLocation, ALinkToAFolderIsNotWalkedInto) {
  const TemporaryFolder folder;
  folder.write("versions/a.py", "");
  folder.write("more.py/b.py", "");
  std::filesystem::create_directory_symlink("../more.py", folder.path() + "/versions/link");
  EXPECT_EQ(listed(folder, {"versions"}, {true, false}), Names{"versions/a.py"});
  EXPECT_EQ(listed(folder, {"versions"}, {true, true}), (Names{"versions/a.py", "more.py"}));
}

TEST(VersionLocation, AFileInPlaceOfAFolderHoldsNothing) {
  const TemporaryFolder folder;
  folder.write("versions", "");
  EXPECT_EQ(listed(folder, {"versions"}), Names{});
}

}  // namespace
}  // namespace alembic_native
