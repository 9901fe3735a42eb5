#pragma once

#include <string_view>

#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "device/app/device_config.hpp"

namespace smartkar::ports {

using SettingsError = FixedString<160>;

// Reads what a folder of the host says of the device: `settings` with a line NAME=VALUE for ccid, topic_prefix, idle_s
// and each setting of docs/operating.md, and the certificates ca.crt, client.crt and client.key. config: gets views
// into memory that this function keeps. Failure: what is wrong, with file and name.
Result<void, SettingsError> readSettings(std::string_view folder, device::DeviceConfig& config);

}  // namespace smartkar::ports
