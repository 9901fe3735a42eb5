#include "ports/linux/file_flash.hpp"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>

#include "test/support/temporary_directory.hpp"

namespace smartkar::ports {
namespace {

using Bytes = std::array<std::uint8_t, 4>;

struct FileFlashTest : testing::Test {
  static Bytes at(const FileFlash& flash, std::size_t offset) {
    Bytes bytes{};
    EXPECT_TRUE(flash.read(offset, bytes));
    return bytes;
  }
  test::TemporaryDirectory directory;
  std::string path = (directory.path() / "journal.flash").string();
};

TEST_F(FileFlashTest, NewFileIsErased) {
  const auto flash = FileFlash::open(path);
  ASSERT_TRUE(flash) << flash.error();
  EXPECT_EQ(at(*flash, 0), (Bytes{0xFF, 0xFF, 0xFF, 0xFF}));
}

TEST_F(FileFlashTest, WritesOnlyClearBitsAndStay) {
  {
    auto flash = FileFlash::open(path);
    ASSERT_TRUE(flash->write(4096, Bytes{0xF0, 1, 2, 3}));
    ASSERT_TRUE(flash->write(4096, Bytes{0x3C, 0xFF, 0xFF, 0xFF}));
  }
  EXPECT_EQ(at(*FileFlash::open(path), 4096), (Bytes{0x30, 1, 2, 3}));
}

TEST_F(FileFlashTest, EraseTouchesOneSector) {
  auto flash = FileFlash::open(path);
  ASSERT_TRUE(flash->write(0, Bytes{1, 2, 3, 4}));
  ASSERT_TRUE(flash->write(4096, Bytes{1, 2, 3, 4}));
  ASSERT_TRUE(flash->eraseSector(1));
  EXPECT_EQ(at(*flash, 0), (Bytes{1, 2, 3, 4}));
  EXPECT_EQ(at(*flash, 4096), (Bytes{0xFF, 0xFF, 0xFF, 0xFF}));
}

TEST_F(FileFlashTest, AccessOutsideOrUnalignedIsRefused) {
  auto flash = FileFlash::open(path);
  EXPECT_EQ(flash->write(8192, Bytes{}).error(), device::FlashError::OutOfRange);
  EXPECT_EQ(flash->write(2, Bytes{}).error(), device::FlashError::OutOfRange);
  EXPECT_EQ(flash->eraseSector(2).error(), device::FlashError::OutOfRange);
}

TEST_F(FileFlashTest, FileCutOffWhileItWasMadeIsMadeAnew) {
  { ASSERT_TRUE(FileFlash::open(path)); }
  std::filesystem::resize_file(path, 5000);
  EXPECT_EQ(at(*FileFlash::open(path), 8188), (Bytes{0xFF, 0xFF, 0xFF, 0xFF}));
}

TEST_F(FileFlashTest, SecondUserIsRefused) {
  const auto flash = FileFlash::open(path);
  EXPECT_FALSE(FileFlash::open(path));
}

}  // namespace
}  // namespace smartkar::ports
