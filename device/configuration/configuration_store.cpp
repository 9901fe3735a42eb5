#include "device/configuration/configuration_store.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "base/crc32.hpp"

namespace smartkar::device {
namespace {

// A slot, little endian: layout, generation, sizes of both rows of records (2 bytes each), settings rolled back (8
// bytes), minutes of the trial (4 bytes), the records; at the end what was learned (blank: nothing), and the CRC-32 of
// all that precedes it.
constexpr std::uint32_t kLayout = 0x534B4301;
constexpr std::size_t kHeadBytes = 24;
constexpr std::size_t kCrcOffset = kConfigurationSlotBytes - 4;
constexpr std::size_t kLearnedOffset = kCrcOffset - sizeof(LearnedBytes);
static_assert(kHeadBytes + 2 * SettingRecords::kBytesMax <= kLearnedOffset);

using Slot = std::array<std::uint8_t, kConfigurationSlotBytes>;

void put(Slot& slot, std::size_t offset, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) slot[offset + i] = static_cast<std::uint8_t>(value >> 8 * i);
}

std::uint64_t take(const Slot& slot, std::size_t offset, std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) value |= std::uint64_t{slot[offset + i]} << 8 * i;
  return value;
}

std::uint32_t checksum(const Slot& slot) { return crc32(std::span(slot).first(kCrcOffset)); }

template <class Bytes>
bool isBlank(const Bytes& bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0xFF; });
}

Slot encode(const StoredConfiguration& configuration, std::uint32_t generation) {
  Slot slot;
  slot.fill(0xFF);
  const std::string_view confirmed = configuration.confirmed.bytes();
  const std::string_view trial = configuration.trial.bytes();
  put(slot, 0, kLayout, 4);
  put(slot, 4, generation, 4);
  put(slot, 8, confirmed.size(), 2);
  put(slot, 10, trial.size(), 2);
  put(slot, 12, configuration.rolled_back.bits(), 8);
  put(slot, 20, configuration.trial_minutes, 4);
  auto* const end = std::copy(confirmed.begin(), confirmed.end(), slot.begin() + kHeadBytes);
  std::copy(trial.begin(), trial.end(), end);
  std::copy(configuration.learned.begin(), configuration.learned.end(), slot.begin() + kLearnedOffset);
  put(slot, kCrcOffset, checksum(slot), 4);
  return slot;
}

std::uint32_t generationOf(const Slot& slot) { return static_cast<std::uint32_t>(take(slot, 4, 4)); }

// Nothing: no whole copy, or one of another layout.
std::optional<StoredConfiguration> decode(const Slot& slot) {
  if (take(slot, 0, 4) != kLayout || take(slot, kCrcOffset, 4) != checksum(slot)) return std::nullopt;
  const auto confirmed = static_cast<std::size_t>(take(slot, 8, 2));
  const auto trial = static_cast<std::size_t>(take(slot, 10, 2));
  if (confirmed + trial > kLearnedOffset - kHeadBytes) return std::nullopt;
  const auto* const records = reinterpret_cast<const char*>(slot.data()) + kHeadBytes;
  StoredConfiguration configuration;
  if (!configuration.confirmed.assign({records, confirmed})) return std::nullopt;
  if (!configuration.trial.assign({records + confirmed, trial})) return std::nullopt;
  configuration.rolled_back = protocol::SettingSet(take(slot, 12, 8));
  configuration.trial_minutes = static_cast<std::uint8_t>(take(slot, 20, 4));
  std::copy_n(slot.begin() + kLearnedOffset, sizeof(LearnedBytes), configuration.learned.begin());
  if (isBlank(configuration.learned)) configuration.learned = {};
  return configuration;
}

}  // namespace

Result<StoredConfiguration, FlashError> ConfigurationStore::load() {
  if (flash_.sectorCount() < 2 || slots() == 0) return Failure{FlashError::OutOfRange};
  StoredConfiguration newest;
  for (const std::size_t sector : {0u, 1u}) SK_TRY(loadSector(sector, newest));
  return newest;
}

// A copy that a power cut left incomplete is passed over, its slot stays unused.
Result<void, FlashError> ConfigurationStore::loadSector(std::size_t sector, StoredConfiguration& newest) {
  std::size_t used = 0;
  for (std::size_t i = 0; i < slots(); ++i) {
    Slot slot;
    SK_TRY(flash_.read(offset(sector, i), slot));
    if (!isBlank(slot)) used = i + 1;
    const auto copy = decode(slot);
    if (!copy || generationOf(slot) <= generation_) continue;
    generation_ = generationOf(slot);
    sector_ = sector;
    newest = *copy;
  }
  if (sector_ == sector) next_slot_ = used;
  return {};
}

Result<void, FlashError> ConfigurationStore::save(const StoredConfiguration& configuration) {
  const Slot slot = encode(configuration, generation_ + 1);
  if (generation_ != 0 && next_slot_ < slots()) {
    SK_TRY(flash_.write(offset(sector_, next_slot_++), slot));  // used even if it fails: part may have been written
  } else {
    const std::size_t target = 1 - sector_;
    SK_TRY(flash_.eraseSector(target));
    SK_TRY(flash_.write(offset(target, 0), slot));
    sector_ = target;
    next_slot_ = 1;
  }
  ++generation_;
  return {};
}

}  // namespace smartkar::device
