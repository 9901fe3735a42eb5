#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/result.hpp"
#include "device/configuration/setting_records.hpp"
#include "device/platform/flash.hpp"

namespace smartkar::device {

// What the car found out by itself, as bytes that only their owner reads; all zero: nothing.
using LearnedBytes = std::array<std::uint8_t, 48>;

// What is kept of the configuration: only what differs from what the port gives.
struct StoredConfiguration {
  SettingRecords confirmed;
  SettingRecords trial;              // on top of it, until a contact confirms them; empty: no trial
  std::uint8_t trial_minutes = 0;    // begun so far
  protocol::SettingSet rolled_back;  // and the server does not know it yet
  LearnedBytes learned{};

  friend bool operator==(const StoredConfiguration&, const StoredConfiguration&) = default;
};

// One copy in flash.
inline constexpr std::size_t kConfigurationSlotBytes = 1024;

// The configuration in flash. Two sectors take turns; each holds several copies, one after the other, with generation
// and CRC, and the newest whole one counts. The sector that holds it is never erased, so a power cut at any byte leaves
// the old configuration or the new one.
class ConfigurationStore {
 public:
  // flash: a partition of its own, at least two sectors; only the first two are used. Must outlive the store.
  explicit ConfigurationStore(Flash& flash) : flash_(flash) {}

  // The newest copy; an empty configuration if there is none. OutOfRange: the partition is too small. Once, before
  // save().
  Result<StoredConfiguration, FlashError> load();
  // Ok: it is durable. A failure leaves the configuration that was there.
  Result<void, FlashError> save(const StoredConfiguration& configuration);

 private:
  std::size_t slots() const { return flash_.sectorBytes() / kConfigurationSlotBytes; }
  std::size_t offset(std::size_t sector, std::size_t slot) const {
    return sector * flash_.sectorBytes() + slot * kConfigurationSlotBytes;
  }
  Result<void, FlashError> loadSector(std::size_t sector, StoredConfiguration& newest);

  Flash& flash_;
  std::uint32_t generation_ = 0;  // of the newest copy; 0: none
  std::size_t sector_ = 1;        // where it is; without one the next goes to sector 0
  std::size_t next_slot_ = 0;     // of that sector: only blank ones from here on
};

}  // namespace smartkar::device
