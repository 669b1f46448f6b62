// Which files count as scripts, and in which order.
#include "script/version_location.h"

#include <gtest/gtest.h>

#include <string>

#include "listed_scripts.h"
#include "temporary_folder.h"

namespace alembic_native {
namespace {

TEST(VersionLocation, ScriptsComeInTheOrderOfTheirNames) {
  const TemporaryFolder folder;
  for (const char* name : {"b.py", "a.py", "C.py", "10.py", "9.py"}) {
    folder.write(std::string("versions/") + name, "");
  }
  EXPECT_EQ(listed_scripts(folder, {"versions"}),
            (Names{"versions/10.py", "versions/9.py", "versions/C.py", "versions/a.py",
                   "versions/b.py"}));
}

TEST(VersionLocation, OtherFilesAreNoScripts) {
  const TemporaryFolder folder;
  for (const char* name : {"a.py", "__init__.py", "__init__old.py", ".#a.py", "a.pyc", "a.py~",
                           "notes.txt", ".b.py", "__pycache__/a.cpython-311.pyc"}) {
    folder.write(std::string("versions/") + name, "");
  }
  EXPECT_EQ(listed_scripts(folder, {"versions"}), (Names{"versions/.b.py", "versions/a.py"}));
}

TEST(VersionLocation, SubfoldersCountOnlyWhenAskedFor) {
  const TemporaryFolder folder;
  for (const char* name :
       {"z.py", "b/one.py", "a/two.py", "a/deep/three.py", "__pycache__/four.py"}) {
    folder.write(std::string("versions/") + name, "");
  }
  EXPECT_EQ(listed_scripts(folder, {"versions"}), Names{"versions/z.py"});
  EXPECT_EQ(listed_scripts(folder, {"versions"}, {true, false}),
            (Names{"versions/z.py", "versions/a/two.py", "versions/a/deep/three.py",
                   "versions/b/one.py"}));
}

TEST(VersionLocation, SeveralLocationsComeInTheOrderConfigured) {
  const TemporaryFolder folder;
  folder.write("second/a.py", "");
  folder.write("first/b.py", "");
  EXPECT_EQ(listed_scripts(folder, {"first", "missing", "second"}),
            (Names{"first/b.py", "second/a.py"}));
}

TEST(VersionLocation, AFileMetAgainIsADuplicate) {
  const TemporaryFolder folder;
  folder.write("versions/a.py", "");
  EXPECT_EQ(listed_scripts(folder, {"versions", "versions/../versions"}),
            (Names{"versions/a.py", "twice: versions/a.py"}));
}

TEST(VersionLocation, ANameMayHoldAnyLetters) {
  const TemporaryFolder folder;
  folder.write("versionen/\u00e4nderung_\u0416\U0001F600.py", "");
  EXPECT_EQ(listed_scripts(folder, {"versionen"}),
            Names{"versionen/\u00e4nderung_\u0416\U0001F600.py"});
}

TEST(VersionLocation, AFileInPlaceOfAFolderHoldsNothing) {
  const TemporaryFolder folder;
  folder.write("versions", "");
  EXPECT_EQ(listed_scripts(folder, {"versions"}), Names{});
}

}  // namespace
}  // namespace alembic_native
