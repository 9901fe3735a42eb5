#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "device/app/device_config.hpp"

namespace smartkar::ports {

// Settings of one device, with the certificates its views point to.
struct LoadedConfig {
  device::DeviceConfig device;
  std::string ca_pem;
  std::string certificate_pem;
  std::string key_pem;
};

// Reads a device.toml as smartkarctl device add makes it:
//   ccid, topic_prefix, tls, ca, cert, key, [settings] with the names of docs/operating.md, of which brokerHost is
//   required
// Relative paths are relative to the file. Failure: a sentence that names file, key and range.
Result<std::unique_ptr<LoadedConfig>, std::string> loadConfig(const std::string& path);

}  // namespace smartkar::ports
