#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.hpp"

namespace smartkar::device {

enum class FlashError {
  OutOfRange,  // offset or length outside the partition, or a write not aligned to 4 bytes
  Failed,      // the chip or the file reported an error
};

// NOR flash: erasing sets a sector to 0xFF, writing can only clear bits. A power cut may stop a write at any byte and
// an erase anywhere; both calls return only after the data are durable.
class Flash {
 public:
  virtual ~Flash() = default;
  // Bytes in one erasable sector, and the number of sectors of the partition.
  virtual std::size_t sectorBytes() const = 0;
  virtual std::size_t sectorCount() const = 0;
  virtual Result<void, FlashError> read(std::size_t offset, std::span<std::uint8_t> into) const = 0;
  virtual Result<void, FlashError> write(std::size_t offset, std::span<const std::uint8_t> bytes) = 0;
  virtual Result<void, FlashError> eraseSector(std::size_t index) = 0;
};

}  // namespace smartkar::device
