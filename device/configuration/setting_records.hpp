#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/fixed_string.hpp"
#include "protocol/configuration.hpp"

namespace smartkar::device {

// Settings that have a value of their own, as they lie in flash: one record after the other, each number, size and
// value (a text, or four bytes little endian). Records this firmware does not know are kept as they are.
class SettingRecords {
 public:
  // Two rows of records and a header make one copy (configuration_store.hpp).
  static constexpr std::size_t kBytesMax = 448;

  // The value, its text valid until the next change; nothing: it has no value here, or one this firmware cannot use.
  std::optional<protocol::SettingValue> find(protocol::Setting setting) const;
  bool contains(protocol::Setting setting) const { return find(setting).has_value(); }
  // value: within its range; its text may lie anywhere but in this object. False: no room, nothing is changed.
  [[nodiscard]] bool set(protocol::Setting setting, const protocol::SettingValue& value);
  void erase(protocol::Setting setting);
  void clear() { bytes_.clear(); }
  bool empty() const { return bytes_.empty(); }

  std::string_view bytes() const { return bytes_; }
  // bytes: what bytes() returned once. False: they are no row of records, nothing is changed.
  [[nodiscard]] bool assign(std::string_view bytes);

  friend bool operator==(const SettingRecords&, const SettingRecords&) = default;

 private:
  FixedString<kBytesMax> bytes_;
};

}  // namespace smartkar::device
