#include "server/app/legacy_leave.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "test/support/temporary_directory.hpp"

namespace smartkar::server {
namespace {

std::optional<std::chrono::sys_days> untilIn(const std::string& text) {
  const test::TemporaryDirectory folder;
  std::ofstream(folder.path() / "legacy.toml") << text;
  return legacyUntil(folder.path());
}

TEST(LegacyLeave, LastsUntilTheDayOfItsFile) {
  EXPECT_EQ(untilIn("until = 2027-06-30\n"), std::chrono::sys_days{std::chrono::year{2027} / std::chrono::June / 30});
}

TEST(LegacyLeave, IsNotGivenByAFileThatSaysNoDay) {
  for (const char* text : {"", "until = 'soon'\n", "until = 2027-02-30\n", "until = \n", "since = 2027-06-30\n"}) {
    EXPECT_EQ(untilIn(text), std::nullopt) << text;
  }
}

TEST(LegacyLeave, IsNotGivenWithoutAFile) {
  const test::TemporaryDirectory folder;
  EXPECT_EQ(legacyUntil(folder.path()), std::nullopt);
  EXPECT_EQ(legacyUntil("/nowhere"), std::nullopt);
}

}  // namespace
}  // namespace smartkar::server
