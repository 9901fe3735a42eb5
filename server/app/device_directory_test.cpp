#include "server/app/device_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/support/temporary_directory.hpp"

namespace smartkar::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kFirst = "8944500000000000001";
constexpr const char* kSecond = "8944500000000000002";

TEST(DeviceDirectory, CarsAreThereAtOnceAndGoneAtOnce) {
  const test::TemporaryDirectory folder;
  DeviceDirectory devices(folder.path());
  EXPECT_THAT(devices.list(), IsEmpty());
  std::filesystem::create_directory(folder.path() / kSecond);
  EXPECT_THAT(devices.list(), ElementsAre(kSecond));
  std::filesystem::create_directory(folder.path() / kFirst);
  std::filesystem::create_directory(folder.path() / "lost+found");
  EXPECT_THAT(devices.list(), ElementsAre(kFirst, kSecond));
  std::filesystem::remove(folder.path() / kSecond);
  EXPECT_THAT(devices.list(), ElementsAre(kFirst));
  EXPECT_TRUE(devices.contains(kFirst));
  EXPECT_FALSE(devices.contains(kSecond));
}

TEST(DeviceDirectory, FolderThatHasRestedIsNotReadAgainUntilItChanges) {
  const test::TemporaryDirectory folder;
  DeviceDirectory devices(folder.path());
  const auto rested = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
  std::filesystem::create_directory(folder.path() / kFirst);
  std::filesystem::last_write_time(folder.path(), rested);
  EXPECT_THAT(devices.list(), ElementsAre(kFirst));
  std::filesystem::create_directory(folder.path() / kSecond);
  EXPECT_THAT(devices.list(), ElementsAre(kFirst, kSecond));
}

}  // namespace
}  // namespace smartkar::server
