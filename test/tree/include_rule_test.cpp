#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "test/support/child_process.hpp"
#include "test/support/temporary_directory.hpp"

namespace smartkar::test {
namespace {

// The rule's checker on a tree of two small parts, where `low` may include nothing.
class IncludeRule : public testing::Test {
 protected:
  IncludeRule() {
    write("table.txt", "low :\nhigh : low\n! low : thread\n");
    write("tree/low/base.hpp", "#include <string>\n");
    write("tree/high/user.hpp", "#include \"low/base.hpp\"\n#include <thread>\n");
  }
  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((directory_.path() / name).parent_path());
    std::ofstream(directory_.path() / name) << text;
  }
  Finished check() {
    return runProgram({"bash", SMARTKAR_SOURCE_DIR "/tools/include_rule.sh", directory_.path() / "table.txt",
                       directory_.path() / "tree"});
  }

 private:
  TemporaryDirectory directory_;
};

TEST_F(IncludeRule, DownwardIncludesPass) {
  const Finished result = check();
  EXPECT_EQ(result.exit_code, 0) << result.output;
}

TEST_F(IncludeRule, UpwardIncludeFailsAndIsNamed) {
  write("tree/low/bad.hpp", "#include \"high/user.hpp\"\n");
  const Finished result = check();
  EXPECT_NE(result.exit_code, 0);
  EXPECT_NE(result.output.find("low/bad.hpp:1: low may not include high"), std::string::npos) << result.output;
}

TEST_F(IncludeRule, ForbiddenSystemHeaderFails) {
  write("tree/low/bad.cpp", "#include <thread>\n");
  const Finished result = check();
  EXPECT_NE(result.exit_code, 0);
  EXPECT_NE(result.output.find("low may not include <thread>"), std::string::npos) << result.output;
}

TEST_F(IncludeRule, FolderOutsideTheTableFails) {
  write("tree/stray/file.hpp", "\n");
  EXPECT_NE(check().exit_code, 0);
}

TEST_F(IncludeRule, ThisTreePasses) {
  const Finished result = runProgram({"bash", SMARTKAR_SOURCE_DIR "/tools/include_rule.sh",
                                      SMARTKAR_SOURCE_DIR "/tools/include_rule.txt", SMARTKAR_SOURCE_DIR});
  EXPECT_EQ(result.exit_code, 0) << result.output;
}

}  // namespace
}  // namespace smartkar::test
