#pragma once

#include <string>

#include "base/result.hpp"
#include "device/platform/flash.hpp"
#include "ports/linux/file_descriptor.hpp"

namespace smartkar::ports {

// Flash in a file: two sectors of 4 KiB, every change durable before the call returns.
class FileFlash : public device::Flash {
 public:
  static constexpr std::size_t kSectorBytes = 4096;
  static constexpr std::size_t kSectorCount = 2;

  // Opens the file; a missing one is made, erased; one process at a time. Failure: a sentence that names the path and
  // the cause.
  static Result<FileFlash, std::string> open(const std::string& path);

  std::size_t sectorBytes() const override { return kSectorBytes; }
  std::size_t sectorCount() const override { return kSectorCount; }
  Result<void, device::FlashError> read(std::size_t offset, std::span<std::uint8_t> into) const override;
  Result<void, device::FlashError> write(std::size_t offset, std::span<const std::uint8_t> bytes) override;
  Result<void, device::FlashError> eraseSector(std::size_t index) override;

 private:
  explicit FileFlash(FileDescriptor fd) : fd_(std::move(fd)) {}
  Result<void, device::FlashError> store(std::size_t offset, std::span<const std::uint8_t> bytes);

  FileDescriptor fd_;
};

}  // namespace smartkar::ports
