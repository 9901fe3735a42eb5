#include "ports/cortex_m/host_flash.hpp"

#include <algorithm>
#include <array>

namespace smartkar::ports {
namespace {

using device::FlashError;
using semihosting::File;

constexpr std::size_t kBytes = HostFlash::kSectorBytes * HostFlash::kSectorCount;
// Written at a time; on the stack.
constexpr std::size_t kPieceBytes = 256;

bool inRange(std::size_t offset, std::size_t size) { return offset <= kBytes && size <= kBytes - offset; }

}  // namespace

std::optional<HostFlash> HostFlash::open(const char* path) {
  auto file = File::open(path, File::Mode::Update);
  if (!file) file = File::open(path, File::Mode::Create);
  if (!file) return std::nullopt;
  HostFlash flash(*file);
  // A file cut off while it was made holds nothing yet.
  if (file->size() >= kBytes) return flash;
  for (std::size_t sector = 0; sector < kSectorCount; ++sector) {
    if (!flash.eraseSector(sector).ok()) return std::nullopt;
  }
  return flash;
}

Result<void, FlashError> HostFlash::read(std::size_t offset, std::span<std::uint8_t> into) const {
  if (!inRange(offset, into.size())) return Failure{FlashError::OutOfRange};
  if (!file_.read(offset, into)) return Failure{FlashError::Failed};
  return {};
}

Result<void, FlashError> HostFlash::write(std::size_t offset, std::span<const std::uint8_t> bytes) {
  if (!inRange(offset, bytes.size()) || offset % 4 != 0 || bytes.size() % 4 != 0) {
    return Failure{FlashError::OutOfRange};
  }
  std::array<std::uint8_t, kPieceBytes> piece{};
  for (std::size_t done = 0; done < bytes.size();) {
    const auto part = bytes.subspan(done, std::min(kPieceBytes, bytes.size() - done));
    const auto merged = std::span(piece).first(part.size());
    SK_TRY(read(offset + done, merged));
    for (std::size_t i = 0; i < part.size(); ++i) merged[i] = static_cast<std::uint8_t>(merged[i] & part[i]);
    if (!file_.write(offset + done, merged)) return Failure{FlashError::Failed};
    done += part.size();
  }
  return {};
}

Result<void, FlashError> HostFlash::eraseSector(std::size_t index) {
  if (index >= kSectorCount) return Failure{FlashError::OutOfRange};
  std::array<std::uint8_t, kPieceBytes> erased{};
  erased.fill(0xFF);
  for (std::size_t done = 0; done < kSectorBytes; done += kPieceBytes) {
    if (!file_.write(index * kSectorBytes + done, erased)) return Failure{FlashError::Failed};
  }
  return {};
}

}  // namespace smartkar::ports
