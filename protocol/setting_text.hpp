#pragma once

#include <string_view>

#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "protocol/configuration.hpp"
#include "protocol/limits.hpp"

// Settings as people write and read them: in files, on command lines and on a console.
namespace smartkar::protocol {

using SettingText = FixedString<kErrorTextBytesMax>;

struct WrittenSetting {
  const SettingSpec* spec;
  SettingValue value;  // its text lies in what was read
};

// nullptr: there is no such setting.
const SettingSpec* findSetting(std::string_view name);
// What a setting may be: "10-3600 s", "true or false", "native or socket", "1-64 characters without …".
SettingText settingRange(const SettingSpec& spec);
// "true", "60", "socket", or a text without quotes. Failure: a sentence that names setting and range: "idleTime must be
// 10-3600 s", "idelTime is no setting".
Result<WrittenSetting, SettingText> readSetting(std::string_view name, std::string_view value);

}  // namespace smartkar::protocol
