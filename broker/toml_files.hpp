#pragma once

#include <string>

#include "base/result.hpp"
#include "broker/installation.hpp"
#include "broker/problem.hpp"

namespace smartkar::broker {

// Text of smartkar.toml.
std::string installationToml(const InstallationSettings& settings);
// Fails with Damaged.
Result<InstallationSettings, Problem> readInstallationToml(const std::string& text);

// What the command line needs to know of server.toml.
struct ServerToml {
  std::string http_listen;
  std::string token_file;  // relative to the directory of server.toml
};
// Fails with Damaged.
Result<ServerToml, Problem> readServerToml(const std::string& text);

// The access point in a device.toml; empty if it names none. Fails with Damaged.
Result<std::string, Problem> readDeviceApn(const std::string& text);

// A TOML string with its quotes.
std::string tomlString(std::string_view text);

}  // namespace smartkar::broker
