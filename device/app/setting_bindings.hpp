#pragma once

#include <optional>

#include "device/app/device_config.hpp"
#include "protocol/configuration.hpp"

namespace smartkar::device {

// Where each setting of the table is in the configuration. The value's text is valid until config changes; nothing: the
// port gave one that the table has no word for.
std::optional<protocol::SettingValue> settingOf(const DeviceConfig& config, protocol::Setting setting);
// value: one that the table allows.
void applySetting(DeviceConfig& config, protocol::Setting setting, const protocol::SettingValue& value);

}  // namespace smartkar::device
