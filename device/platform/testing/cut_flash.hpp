#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "device/platform/flash.hpp"

namespace smartkar::device {

// Flash in memory whose power fails at a chosen byte: that byte and all that follow are not programmed or erased.
class CutFlash : public Flash {
 public:
  explicit CutFlash(std::size_t sector_bytes) : sector_bytes_(sector_bytes), bytes_(2 * sector_bytes, 0xFF) {}

  std::size_t sectorBytes() const override { return sector_bytes_; }
  std::size_t sectorCount() const override { return 2; }
  Result<void, FlashError> read(std::size_t offset, std::span<std::uint8_t> into) const override {
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
    return {};
  }
  Result<void, FlashError> write(std::size_t offset, std::span<const std::uint8_t> bytes) override {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (!powered()) return Failure{FlashError::Failed};
      bytes_[offset + i] = static_cast<std::uint8_t>(bytes_[offset + i] & bytes[i]);
    }
    return {};
  }
  Result<void, FlashError> eraseSector(std::size_t index) override {
    ++erases_;
    for (std::size_t i = 0; i < sector_bytes_; ++i) {
      if (!powered()) return Failure{FlashError::Failed};
      bytes_[index * sector_bytes_ + i] = 0xFF;
    }
    return {};
  }

  // The next `bytes` bytes are changed, then the power fails.
  void cutAfter(std::size_t bytes) { left_ = bytes; }
  void powerUp() { left_.reset(); }
  bool cut() const { return left_ == 0; }
  // Of both sectors together.
  int erases() const { return erases_; }
  std::vector<std::uint8_t>& bytes() { return bytes_; }

 private:
  bool powered() {
    if (!left_) return true;
    if (*left_ == 0) return false;
    --*left_;
    return true;
  }

  std::size_t sector_bytes_;
  std::vector<std::uint8_t> bytes_;
  std::optional<std::size_t> left_;
  int erases_ = 0;
};

}  // namespace smartkar::device
