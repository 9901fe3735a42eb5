#include "ports/cortex_m/host_settings.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <optional>

#include "base/crc32.hpp"
#include "base/hex.hpp"
#include "device/app/setting_bindings.hpp"
#include "ports/cortex_m/semihosting.hpp"
#include "protocol/setting_text.hpp"
#include "protocol/topics.hpp"

namespace smartkar::ports {
namespace {

// Longest file the modem takes in one piece (docs/sources.md, files, AT+CFSWFILE).
constexpr std::size_t kPemBytesMax = 10240;

using PathText = std::array<char, 512>;

Failure<SettingsError> wrong(std::string_view what, std::string_view why) {
  SettingsError error;
  const bool fits = error.append(what) && error.append(" ") && error.append(why);
  return Failure{fits ? error : SettingsError("a setting cannot be used")};
}

// Nothing: it is not there, or larger than the memory for it.
std::optional<std::string_view> readFile(std::string_view folder, const char* name, std::span<char> into) {
  PathText path{};
  std::snprintf(path.data(), path.size(), "%.*s/%s", static_cast<int>(folder.size()), folder.data(), name);
  const auto file = semihosting::File::open(path.data(), semihosting::File::Mode::Read);
  if (!file || file->size() > into.size()) return std::nullopt;
  const std::span bytes(reinterpret_cast<std::uint8_t*>(into.data()), file->size());
  if (!file->read(0, bytes)) return std::nullopt;
  return std::string_view(into.data(), bytes.size());
}

// The certificate and a name for it in the modem that changes with the content.
Result<void, SettingsError> readPem(std::string_view folder, const char* name, std::string_view extension,
                                    std::span<char> into, device::ModemFile& file) {
  const auto pem = readFile(folder, name, into);
  if (!pem || pem->empty()) return wrong(name, "cannot be read");
  char digest[8];
  encodeHex32(crc32(*pem), digest);
  file.name.clear();
  if (!file.name.append({digest, sizeof digest}) || !file.name.append(extension)) return wrong(name, "has no name");
  file.pem = *pem;
  return {};
}

Result<void, SettingsError> putSeconds(Duration& into, std::string_view name, std::string_view value) {
  unsigned seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error != std::errc{} || end != value.data() + value.size()) return wrong(name, "is no number of seconds");
  into = std::chrono::seconds(seconds);
  return {};
}

Result<void, SettingsError> put(device::DeviceConfig& config, std::string_view name, std::string_view value) {
  if (name == "ccid") {
    if (!config.mqtt.ccid.assign(value) || !protocol::validCcid(value)) return wrong(name, "must be 19 or 20 digits");
    config.mqtt.client_id = value;
    return {};
  }
  if (name == "topic_prefix") {
    if (!protocol::validTopicPrefix(value) || !config.mqtt.topic_prefix.assign(value)) {
      return wrong(name, "cannot be used for topics");
    }
    return {};
  }
  // Less than the setting idleTime may be: for tests.
  if (name == "idle_s") {
    SK_TRY(putSeconds(config.controller.sleep.idle, name, value));
    config.controller.sleep.min_awake = std::min(config.controller.sleep.min_awake, config.controller.sleep.idle);
    return {};
  }
  const auto setting = protocol::readSetting(name, value);
  if (!setting) return Failure{SettingsError(setting.error().view())};
  device::applySetting(config, setting->spec->setting, setting->value);
  return {};
}

Result<void, SettingsError> readLines(std::string_view text, device::DeviceConfig& config) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return wrong("settings:", "NAME=VALUE is wanted in each line");
    SK_TRY(put(config, line.substr(0, equals), line.substr(equals + 1)));
  }
  if (config.mqtt.ccid.empty()) return wrong("settings:", "ccid is missing");
  if (config.mqtt.broker.host.empty()) return wrong("settings:", "brokerHost is missing");
  return {};
}

}  // namespace

Result<void, SettingsError> readSettings(std::string_view folder, device::DeviceConfig& config) {
  static std::array<char, 4096> lines;
  static std::array<std::array<char, kPemBytesMax>, 3> pems;
  const auto text = readFile(folder, "settings", lines);
  if (!text) return wrong(folder, "holds no file `settings`");
  SK_TRY(readLines(*text, config));
  device::TlsIdentity& identity = config.mqtt.identity;
  SK_TRY(readPem(folder, "ca.crt", ".ca", pems[0], identity.ca));
  SK_TRY(readPem(folder, "client.crt", ".crt", pems[1], identity.certificate));
  return readPem(folder, "client.key", ".key", pems[2], identity.key);
}

}  // namespace smartkar::ports
