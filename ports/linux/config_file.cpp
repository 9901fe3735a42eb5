#include "ports/linux/config_file.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <utility>

#include "base/crc32.hpp"
#include "base/hex.hpp"
#include "ports/linux/written_settings.hpp"
#include "protocol/setting_text.hpp"
#include "protocol/topics.hpp"

namespace smartkar::ports {
namespace {

// Longest file the modem takes in one piece (docs/sources.md, files, AT+CFSWFILE).
constexpr std::size_t kPemBytesMax = 10240;

using Error = Failure<std::string>;

class Reader {
 public:
  Reader(const std::string& path, const toml::table& table) : path_(path), table_(table) {}

  // Failure names file and key.
  template <class T>
  Result<T, std::string> get(const char* key, std::optional<T> otherwise = std::nullopt) const {
    const auto node = table_.at_path(key);
    if (!node && otherwise) return *otherwise;
    if (!node) return wrong(key, "is missing");
    const auto value = node.value_exact<T>();
    if (!value) return wrong(key, "has the wrong type");
    return *value;
  }
  template <std::size_t N>
  Result<void, std::string> text(const char* key, FixedString<N>& into,
                                 std::optional<std::string> otherwise = std::nullopt) const {
    const auto value = get<std::string>(key, std::move(otherwise));
    if (!value) return Error{value.error()};
    if (!into.assign(*value)) return wrong(key, "is longer than " + std::to_string(N) + " bytes");
    return {};
  }
  // The content of the file named by the key, and a name for it in the modem that changes with the content.
  Result<void, std::string> pem(const char* key, const char* extension, std::string& content,
                                device::ModemFile& file) const {
    const auto name = get<std::string>(key);
    if (!name) return Error{name.error()};
    const auto full = std::filesystem::path(path_).parent_path() / *name;
    std::ifstream stream(full, std::ios::binary);
    content.assign(std::istreambuf_iterator<char>(stream), {});
    if (!stream || content.empty()) return wrong(key, "cannot be read: " + full.string());
    if (content.size() > kPemBytesMax) return wrong(key, "is larger than the modem's limit: " + full.string());
    char digest[8];
    encodeHex32(crc32(std::string_view(content)), digest);
    file.name = std::string_view(std::string(digest, sizeof(digest)) + extension);
    file.pem = content;
    return {};
  }
  Error wrong(const char* key, const std::string& what) const { return Error{path_ + ": " + key + " " + what}; }

 private:
  const std::string& path_;
  const toml::table& table_;
};

// What is not here is a setting of the car, or unknown.
constexpr std::array<std::string_view, 7> kKeys = {"ccid", "topic_prefix", "tls", "ca", "cert", "key", "settings"};

Result<void, std::string> refuseUnknownKeys(const Reader& reader, const toml::table& table) {
  for (const auto& [key, node] : table) {
    if (std::find(kKeys.begin(), kKeys.end(), key.str()) == kKeys.end()) {
      return reader.wrong(std::string(key.str()).c_str(), "is no key of this file");
    }
  }
  return {};
}

// As it would be typed. Nothing: not of the type that the setting has.
std::optional<std::string> asTyped(const protocol::SettingSpec* spec, const toml::node& node) {
  using protocol::FieldType;
  const FieldType type = spec == nullptr ? FieldType::String : spec->parameter.type;
  if (const auto* text = node.as_string(); text != nullptr && type == FieldType::String) return text->get();
  if (const auto* flag = node.as_boolean(); flag != nullptr && type == FieldType::Boolean) {
    return flag->get() ? "true" : "false";
  }
  if (const auto* number = node.as_integer(); number != nullptr && type == FieldType::Integer) {
    return std::to_string(number->get());
  }
  return std::nullopt;
}

Result<void, std::string> readSettings(const std::string& path, const toml::table& table,
                                       device::DeviceConfig& device) {
  const std::string place = path + ": settings.";
  const toml::table* settings = table["settings"].as_table();
  if (settings == nullptr) return Error{place + "brokerHost is missing"};
  for (const auto& [key, node] : *settings) {
    // Of a wrong type is what no setting can be.
    const std::string value = asTyped(protocol::findSetting(key.str()), node).value_or("\n");
    const auto done = putSetting(device, key.str(), value);
    if (!done) return Error{place + done.error()};
  }
  if (device.mqtt.broker.host.empty()) return Error{place + "brokerHost is missing"};
  const auto checked = checkSettings(device);
  if (!checked) return Error{place + checked.error()};
  return {};
}

// All links are secured by the same certificates.
Result<void, std::string> readSecurity(const Reader& reader, LoadedConfig& loaded) {
  device::MqttSettings& mqtt = loaded.device.mqtt;
  const auto tls = reader.get<bool>("tls", true);
  if (!tls) return Error{tls.error()};
  mqtt.tls = loaded.device.tcp.tls = *tls;
  if (!mqtt.tls) return {};
  SK_TRY(reader.pem("ca", ".ca", loaded.ca_pem, mqtt.identity.ca));
  SK_TRY(reader.pem("cert", ".crt", loaded.certificate_pem, mqtt.identity.certificate));
  SK_TRY(reader.pem("key", ".key", loaded.key_pem, mqtt.identity.key));
  return {};
}

Result<void, std::string> readIdentity(const Reader& reader, device::DeviceConfig& device) {
  SK_TRY(reader.text("ccid", device.mqtt.ccid));
  if (!protocol::validCcid(device.mqtt.ccid)) return reader.wrong("ccid", "must be 19 or 20 digits");
  device.mqtt.client_id = device.mqtt.ccid.view();
  SK_TRY(reader.text("topic_prefix", device.mqtt.topic_prefix, std::string(protocol::kDefaultTopicPrefix)));
  if (!protocol::validTopicPrefix(device.mqtt.topic_prefix)) {
    return reader.wrong("topic_prefix", "cannot be used for topics");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<LoadedConfig>, std::string> loadConfig(const std::string& path) {
  if (!std::filesystem::is_regular_file(path)) return Error{path + ": no such file"};
  try {
    const toml::table table = toml::parse_file(path);
    auto loaded = std::make_unique<LoadedConfig>();
    const Reader reader(path, table);
    SK_TRY(refuseUnknownKeys(reader, table));
    SK_TRY(readIdentity(reader, loaded->device));
    SK_TRY(readSecurity(reader, *loaded));
    SK_TRY(readSettings(path, table, loaded->device));
    return loaded;
  } catch (const toml::parse_error& error) {
    std::ostringstream text;
    text << path << ", line " << error.source().begin.line << ": " << error.description();
    return Error{text.str()};
  }
}

}  // namespace smartkar::ports
