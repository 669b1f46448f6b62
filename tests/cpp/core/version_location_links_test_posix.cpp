// What links among the scripts lead to. Not every user of Windows may make links.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "listed_scripts.h"
#include "temporary_folder.h"

namespace alembic_native {
namespace {

TEST(VersionLocationLinks, AFileMetAgainIsADuplicate) {
  const TemporaryFolder folder;
  folder.write("versions/a.py", "");
  std::filesystem::create_symlink("a.py", folder.path() + "/versions/link.py");
  EXPECT_EQ(listed_scripts(folder, {"versions", "versions/../versions"}),
            (Names{"versions/a.py", "twice: versions/a.py", "twice: versions/a.py",
                   "twice: versions/a.py"}));
}

TEST(VersionLocationLinks, TheNameOfTheFileALinkLeadsToDecides) {
  const TemporaryFolder folder;
  folder.write("elsewhere/script.py", "");
  folder.write("elsewhere/text.txt", "");
  folder.write("versions/keep.py", "");
  std::filesystem::create_symlink("../elsewhere/script.py", folder.path() + "/versions/no_suffix");
  std::filesystem::create_symlink("../elsewhere/text.txt", folder.path() + "/versions/text.py");
  EXPECT_EQ(listed_scripts(folder, {"versions"}),
            (Names{"versions/keep.py", "elsewhere/script.py"}));
}

TEST(VersionLocationLinks, ALinkToNowhereIsListedUnderTheNameItLeadsTo) {
  const TemporaryFolder folder;
  folder.write("versions/a.py", "");
  std::filesystem::create_symlink("gone.py", folder.path() + "/versions/link.py");
  EXPECT_EQ(listed_scripts(folder, {"versions"}), (Names{"versions/a.py", "versions/gone.py"}));
}

TEST(VersionLocationLinks, ALinkToAFolderIsNotWalkedInto) {
  const TemporaryFolder folder;
  folder.write("versions/a.py", "");
  folder.write("more.py/b.py", "");
  std::filesystem::create_directory_symlink("../more.py", folder.path() + "/versions/link");
  EXPECT_EQ(listed_scripts(folder, {"versions"}, {true, false}), Names{"versions/a.py"});
  EXPECT_EQ(listed_scripts(folder, {"versions"}, {true, true}),
            (Names{"versions/a.py", "more.py"}));
}

}  // namespace
}  // namespace alembic_native
