#include "ports/linux/written_settings.hpp"

#include "device/app/setting_bindings.hpp"
#include "protocol/setting_text.hpp"

namespace smartkar::ports {

Result<void, std::string> putSetting(device::DeviceConfig& config, std::string_view name, std::string_view value) {
  const auto read = protocol::readSetting(name, value);
  if (!read) return Failure{std::string(read.error().view())};
  device::applySetting(config, read->spec->setting, read->value);
  return {};
}

Result<void, std::string> checkSettings(const device::DeviceConfig& config) {
  const auto number = [&](protocol::Setting setting) { return device::settingOf(config, setting)->number; };
  if (!protocol::ascending(number)) return Failure{std::string(protocol::kAscendingText)};
  return {};
}

}  // namespace smartkar::ports
