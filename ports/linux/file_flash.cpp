#include "ports/linux/file_flash.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace smartkar::ports {
namespace {

using device::FlashError;

constexpr std::size_t kBytes = FileFlash::kSectorBytes * FileFlash::kSectorCount;

bool inRange(std::size_t offset, std::size_t size) { return offset <= kBytes && size <= kBytes - offset; }

}  // namespace

Result<FileFlash, std::string> FileFlash::open(const std::string& path) {
  FileDescriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd.valid()) return Failure{"cannot open " + path + ": " + std::strerror(errno)};
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return Failure{path + " is in use by another smartkar-device"};
  struct stat info {};
  if (fstat(fd.get(), &info) != 0) return Failure{"cannot read " + path + ": " + std::strerror(errno)};
  FileFlash flash(std::move(fd));
  // A file cut off while it was made holds nothing yet: the journal is written only to a whole one.
  if (static_cast<std::size_t>(info.st_size) < kBytes) {
    for (std::size_t sector = 0; sector < kSectorCount; ++sector) {
      if (!flash.eraseSector(sector).ok()) return Failure{"cannot write " + path + ": " + std::strerror(errno)};
    }
  }
  return flash;
}

Result<void, FlashError> FileFlash::read(std::size_t offset, std::span<std::uint8_t> into) const {
  if (!inRange(offset, into.size())) return Failure{FlashError::OutOfRange};
  const ssize_t count = pread(fd_.get(), into.data(), into.size(), static_cast<off_t>(offset));
  if (count != static_cast<ssize_t>(into.size())) return Failure{FlashError::Failed};
  return {};
}

Result<void, FlashError> FileFlash::write(std::size_t offset, std::span<const std::uint8_t> bytes) {
  if (!inRange(offset, bytes.size()) || offset % 4 != 0 || bytes.size() % 4 != 0) {
    return Failure{FlashError::OutOfRange};
  }
  std::vector<std::uint8_t> merged(bytes.size());
  SK_TRY(read(offset, merged));
  for (std::size_t i = 0; i < bytes.size(); ++i) merged[i] &= bytes[i];
  return store(offset, merged);
}

Result<void, FlashError> FileFlash::eraseSector(std::size_t index) {
  if (index >= kSectorCount) return Failure{FlashError::OutOfRange};
  std::array<std::uint8_t, kSectorBytes> erased{};
  erased.fill(0xFF);
  return store(index * kSectorBytes, erased);
}

Result<void, FlashError> FileFlash::store(std::size_t offset, std::span<const std::uint8_t> bytes) {
  const ssize_t count = pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
  if (count != static_cast<ssize_t>(bytes.size()) || fdatasync(fd_.get()) != 0) return Failure{FlashError::Failed};
  return {};
}

}  // namespace smartkar::ports
