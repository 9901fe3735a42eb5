#include "device/app/retained_state.hpp"

#include <cstring>
#include <span>

#include "base/crc32.hpp"

namespace smartkar::device {
namespace {

// Another layout of the state gives another checksum.
constexpr std::uint32_t kLayout = 0x534B0001U ^ static_cast<std::uint32_t>(sizeof(RetainedState));

std::uint32_t checksum(const RetainedState& state) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&state);
  return crc32(std::span(bytes, sizeof(state)), kLayout);
}

}  // namespace

bool RetainedMemory::restore() {
  if (crc == checksum(state)) return true;
  state = {};
  return false;
}

void RetainedMemory::seal() { crc = checksum(state); }

void RetainedMemory::invalidate() { crc = ~checksum(state); }

}  // namespace smartkar::device
