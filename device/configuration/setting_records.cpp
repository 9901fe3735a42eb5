#include "device/configuration/setting_records.hpp"

#include <cstdint>

namespace smartkar::device {

using protocol::Setting;
using protocol::SettingValue;

namespace {

constexpr std::size_t kHeadBytes = 2;
constexpr std::size_t kNumberBytes = 4;

struct Record {
  std::uint8_t number;
  std::string_view value;
};

// Takes the first record off; nothing: there is no whole one.
std::optional<Record> takeRecord(std::string_view& rest) {
  if (rest.size() < kHeadBytes) return std::nullopt;
  const std::size_t size = static_cast<std::uint8_t>(rest[1]);
  if (rest.size() < kHeadBytes + size) return std::nullopt;
  const Record record{static_cast<std::uint8_t>(rest[0]), rest.substr(kHeadBytes, size)};
  rest.remove_prefix(kHeadBytes + size);
  return record;
}

std::optional<SettingValue> decode(const protocol::SettingSpec& spec, std::string_view bytes) {
  SettingValue value;
  if (spec.isText()) {
    value.text = bytes;
  } else {
    if (bytes.size() != kNumberBytes) return std::nullopt;
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < kNumberBytes; ++i)
      number |= std::uint32_t{static_cast<std::uint8_t>(bytes[i])} << 8 * i;
    value.number = static_cast<std::int32_t>(number);
  }
  if (!spec.allows(value)) return std::nullopt;
  return value;
}

}  // namespace

std::optional<SettingValue> SettingRecords::find(Setting setting) const {
  std::string_view rest = bytes_;
  while (const auto record = takeRecord(rest)) {
    if (record->number == static_cast<std::uint8_t>(setting)) return decode(settingSpec(setting), record->value);
  }
  return std::nullopt;
}

bool SettingRecords::set(Setting setting, const SettingValue& value) {
  if (find(setting) == value) return true;
  char number[kNumberBytes];
  for (std::size_t i = 0; i < kNumberBytes; ++i) number[i] = static_cast<char>(value.number >> 8 * i);
  const std::string_view content = settingSpec(setting).isText() ? value.text : std::string_view(number, kNumberBytes);
  SettingRecords changed = *this;
  changed.erase(setting);
  const char head[kHeadBytes] = {static_cast<char>(setting), static_cast<char>(content.size())};
  if (content.size() > 0xFF || !changed.bytes_.append(std::string_view(head, kHeadBytes))) return false;
  if (!changed.bytes_.append(content)) return false;
  *this = changed;
  return true;
}

void SettingRecords::erase(Setting setting) {
  FixedString<kBytesMax> kept;
  std::string_view rest = bytes_;
  for (std::string_view from = rest; const auto record = takeRecord(rest); from = rest) {
    if (record->number == static_cast<std::uint8_t>(setting)) continue;
    SK_ASSERT(kept.append(from.substr(0, from.size() - rest.size())));
  }
  bytes_ = kept;
}

bool SettingRecords::assign(std::string_view bytes) {
  std::string_view rest = bytes;
  while (takeRecord(rest)) continue;
  return rest.empty() && bytes_.assign(bytes);
}

}  // namespace smartkar::device
