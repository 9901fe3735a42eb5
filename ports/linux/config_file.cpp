#include "ports/linux/config_file.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

#include "base/crc32.hpp"
#include "base/hex.hpp"
#include "protocol/topics.hpp"

namespace smartkar::ports {
namespace {

// Longest file the modem takes in one piece (docs/sources.md, files, AT+CFSWFILE).
constexpr std::size_t kPemBytesMax = 10240;

using Error = Failure<std::string>;

class Reader {
 public:
  Reader(const std::string& path, const toml::table& table) : path_(path), table_(table) {}

  // key: "broker.host". Failure names file and key.
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
  bool has(const char* section) const { return static_cast<bool>(table_[section]); }
  Error wrong(const char* key, const std::string& what) const { return Error{path_ + ": " + key + " " + what}; }

 private:
  const std::string& path_;
  const toml::table& table_;
};

Result<void, std::string> refuseUnknownKeys(const std::string& path, const toml::table& table) {
  constexpr std::array<std::string_view, 6> kTop = {"ccid", "topic_prefix", "apn", "broker", "broker2", "tcp"};
  constexpr std::array<std::string_view, 6> kBroker = {"host", "port", "tls", "ca", "cert", "key"};
  constexpr std::array<std::string_view, 2> kAddress = {"host", "port"};
  const auto unknown = [&](const toml::table& part, auto known, const std::string& prefix) -> std::string {
    for (const auto& [key, node] : part) {
      if (std::find(known.begin(), known.end(), key.str()) == known.end()) return prefix + std::string(key.str());
    }
    return {};
  };
  std::string key = unknown(table, kTop, "");
  const auto look = [&](const char* name, auto known) {
    const toml::table* part = table[name].as_table();
    if (key.empty() && part != nullptr) key = unknown(*part, known, std::string(name) + ".");
  };
  look("broker", kBroker);
  look("broker2", kAddress);
  look("tcp", kAddress);
  if (!key.empty()) return Error{path + ": " + key + " is no setting"};
  return {};
}

// The keys host and port of a section; port keeps its value if none is given.
template <std::size_t N>
Result<void, std::string> readAddress(const Reader& reader, const std::string& section, FixedString<N>& host,
                                      std::uint16_t& port) {
  const std::string host_key = section + ".host";
  const std::string port_key = section + ".port";
  SK_TRY(reader.text(host_key.c_str(), host));
  if (host.empty()) return reader.wrong(host_key.c_str(), "is empty");
  const auto given = reader.get<std::int64_t>(port_key.c_str(), port);
  if (!given) return Error{given.error()};
  if (*given < 1 || *given > 65535) return reader.wrong(port_key.c_str(), "must be 1-65535");
  port = static_cast<std::uint16_t>(*given);
  return {};
}

// Links beside the first broker; they have its certificates.
Result<void, std::string> readOtherLinks(const Reader& reader, device::DeviceConfig& device) {
  device::BrokerAddress& second = device.mqtt.second_broker;
  if (reader.has("broker2")) SK_TRY(readAddress(reader, "broker2", second.host, second.port));
  if (reader.has("tcp")) SK_TRY(readAddress(reader, "tcp", device.tcp.host, device.tcp.port));
  device.tcp.tls = device.mqtt.tls;
  return {};
}

Result<void, std::string> readBroker(const Reader& reader, LoadedConfig& loaded) {
  device::MqttSettings& mqtt = loaded.device.mqtt;
  SK_TRY(readAddress(reader, "broker", mqtt.broker.host, mqtt.broker.port));
  const auto tls = reader.get<bool>("broker.tls", true);
  if (!tls) return Error{tls.error()};
  mqtt.tls = *tls;
  if (!mqtt.tls) return {};
  SK_TRY(reader.pem("broker.ca", ".ca", loaded.ca_pem, mqtt.identity.ca));
  SK_TRY(reader.pem("broker.cert", ".crt", loaded.certificate_pem, mqtt.identity.certificate));
  SK_TRY(reader.pem("broker.key", ".key", loaded.key_pem, mqtt.identity.key));
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
  return reader.text("apn", device.modem.apn, std::string());
}

}  // namespace

Result<std::unique_ptr<LoadedConfig>, std::string> loadConfig(const std::string& path) {
  if (!std::filesystem::is_regular_file(path)) return Error{path + ": no such file"};
  try {
    const toml::table table = toml::parse_file(path);
    SK_TRY(refuseUnknownKeys(path, table));
    auto loaded = std::make_unique<LoadedConfig>();
    const Reader reader(path, table);
    SK_TRY(readIdentity(reader, loaded->device));
    SK_TRY(readBroker(reader, *loaded));
    SK_TRY(readOtherLinks(reader, loaded->device));
    return loaded;
  } catch (const toml::parse_error& error) {
    std::ostringstream text;
    text << path << ", line " << error.source().begin.line << ": " << error.description();
    return Error{text.str()};
  }
}

}  // namespace smartkar::ports
