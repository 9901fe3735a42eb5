#pragma once

#include <optional>

#include "device/platform/flash.hpp"
#include "ports/cortex_m/semihosting.hpp"

namespace smartkar::ports {

// Flash in a file of the host: two sectors of 4 KiB. What was written is there after the emulator was killed.
class HostFlash : public device::Flash {
 public:
  static constexpr std::size_t kSectorBytes = 4096;
  static constexpr std::size_t kSectorCount = 2;

  // A missing file is made, erased. Nothing: the host refuses.
  static std::optional<HostFlash> open(const char* path);

  std::size_t sectorBytes() const override { return kSectorBytes; }
  std::size_t sectorCount() const override { return kSectorCount; }
  Result<void, device::FlashError> read(std::size_t offset, std::span<std::uint8_t> into) const override;
  Result<void, device::FlashError> write(std::size_t offset, std::span<const std::uint8_t> bytes) override;
  Result<void, device::FlashError> eraseSector(std::size_t index) override;

 private:
  explicit HostFlash(semihosting::File file) : file_(file) {}

  semihosting::File file_;
};

}  // namespace smartkar::ports
