#include "server/app/config.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include "protocol/topics.hpp"
#include "server/app/config_section.hpp"
#include "server/app/environment.hpp"
#include "server/app/nearest.hpp"

namespace smartkar::server {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 9> kSections{"mqtt",    "mqtt2",   "http", "tcp", "store",
                                                    "devices", "history", "sms",  "log"};
// 16 characters of hex are 64 bits: what a guesser must at least be up against.
constexpr std::size_t kTokenCharactersMin = 16;
constexpr std::int64_t kRequestsPerSecondMax = 1'000'000;

struct LevelName {
  std::string_view name;
  LogLevel level;
};
constexpr std::array<LevelName, 4> kLevels{
    {{"debug", LogLevel::Debug}, {"info", LogLevel::Info}, {"warning", LogLevel::Warning}, {"error", LogLevel::Error}}};

// Reads one file into one Config, collecting problems.
class Loader {
 public:
  Loader(const fs::path& file, const toml::table& root)
      : file_(file.string()), folder_(file.parent_path()), root_(root) {}

  Result<Config, ConfigProblems> load() {
    readMqtt();
    readHttp();
    readTcp();
    readStore();
    readDevices();
    ConfigSection history = section("history");
    config_.history = readHistoryConfig(history);
    ConfigSection sms = section("sms");
    config_.sms = readSms(sms, folder_);
    readLog();
    findUnknownSections();
    if (!problems_.empty()) return Failure{std::move(problems_)};
    return std::move(config_);
  }

 private:
  ConfigSection section(std::string_view name) { return {root_, file_, name, problems_}; }
  fs::path absolute(const std::string& path) const { return folder_ / path; }

  void readMqtt() {
    ConfigSection mqtt = section("mqtt");
    readBroker(mqtt, config_.mqtt.first);
    if (const auto client_id = mqtt.text("client_id")) config_.mqtt.client_id = *client_id;
    if (const auto prefix = mqtt.text("topic_prefix")) {
      config_.mqtt.topic_prefix = *prefix;
      if (!protocol::validTopicPrefix(*prefix)) mqtt.reject("topic_prefix", "cannot be the beginning of topics");
    }
    mqtt.finish();
    ConfigSection second = section("mqtt2");
    if (!second.present()) return;
    config_.mqtt.second = config_.mqtt.first;  // the same files, unless it has its own
    if (const auto host = second.requiredText("host")) config_.mqtt.second->host = *host;
    readBroker(second, *config_.mqtt.second);
    second.finish();
  }

  void readBroker(ConfigSection& mqtt, Config::Broker& broker) {
    if (const auto host = mqtt.text("host")) broker.host = *host;
    if (const auto port = mqtt.integer("port", 1, 65535)) broker.port = static_cast<std::uint16_t>(*port);
    readTls(mqtt, broker);
  }

  void readTls(ConfigSection& mqtt, Config::Broker& broker) {
    constexpr std::array<std::string_view, 3> kKeys{"ca", "cert", "key"};
    std::array<fs::path, kKeys.size()> paths;
    std::size_t given = 0;
    for (std::size_t i = 0; i < kKeys.size(); ++i) {
      paths[i] = readFileName(mqtt, kKeys[i]);
      if (!paths[i].empty()) ++given;
    }
    if (given == kKeys.size()) broker.tls = TlsFiles{paths[0], paths[1], paths[2]};
    if (given == 0 || given == kKeys.size()) return;
    for (std::size_t i = 0; i < kKeys.size(); ++i) {
      if (paths[i].empty()) mqtt.reject(kKeys[i], "is missing; TLS needs ca, cert and key");
    }
  }

  void readHttp() {
    ConfigSection http = section("http");
    if (const auto at = readEndpoint(http, "listen")) {
      config_.http.address = at->address;
      config_.http.port = at->port;
    }
    if (const auto token_file = http.requiredText("token_file")) readToken(http, absolute(*token_file));
    readOrigins(http);
    if (const auto rate = http.integer("requests_per_second", 0, kRequestsPerSecondMax)) {
      config_.http.requests_per_second = static_cast<double>(*rate);
    }
    http.finish();
  }

  // Nothing: absent or wrong.
  static std::optional<Gateway::Endpoint> readEndpoint(ConfigSection& section, std::string_view key) {
    const auto text = section.text(key);
    if (!text) return std::nullopt;
    const std::string_view listen = *text;
    const std::size_t colon = listen.rfind(':');
    std::string_view address = listen.substr(0, colon);
    const std::string_view port = colon == std::string_view::npos ? "" : listen.substr(colon + 1);
    if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
    Gateway::Endpoint at{.address = std::string(address), .port = 0};
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), at.port);
    if (!address.empty() && !port.empty() && error == std::errc() && end == port.data() + port.size()) return at;
    section.reject(key, "must be an address and a port, such as 127.0.0.1:8420 or [::1]:8420");
    return std::nullopt;
  }

  void readTcp() {
    ConfigSection tcp = section("tcp");
    config_.tcp.listen = readEndpoint(tcp, "listen");
    config_.tcp.legacy = readEndpoint(tcp, "legacy");
    EntranceFiles& files = config_.tcp.files;
    for (const auto& [key, file] : {std::pair{"ca", &files.ca}, {"cert", &files.cert}, {"key", &files.key}}) {
      *file = readFileName(tcp, key);
      if (config_.tcp.listen && file->empty()) tcp.reject(key, "is missing; listen needs ca, cert and key");
    }
    files.revoked = readFileName(tcp, "revoked");
    tcp.finish();
  }

  // Of a file that exists. Empty: absent or wrong.
  fs::path readFileName(ConfigSection& section, std::string_view key) const {
    const auto name = section.text(key);
    if (!name) return {};
    const fs::path path = absolute(*name);
    if (!fs::exists(path)) section.reject(key, "names a file that does not exist: " + path.string());
    return path;
  }

  void readOrigins(ConfigSection& http) {
    config_.http.cors_origins = http.texts("cors_origins");
    for (const std::string& origin : config_.http.cors_origins) {
      const std::size_t host = origin.find("://") + 3;
      const bool good = origin.starts_with("http://") || origin.starts_with("https://");
      if (origin != "*" && (!good || origin.size() == host || origin.find('/', host) != std::string::npos)) {
        http.reject("cors_origins",
                    "must hold origins, such as \"https://fleet.example.org\", or \"*\"; not " + origin);
      }
    }
  }

  void readToken(ConfigSection& http, const fs::path& path) {
    std::ifstream file(path);
    if (!file) return http.reject("token_file", "names a file that cannot be read: " + path.string());
    file >> config_.http.token;
    if (config_.http.token.size() < kTokenCharactersMin) {
      http.reject("token_file", "holds a token of less than " + std::to_string(kTokenCharactersMin) + " characters");
    }
  }

  void readStore() {
    ConfigSection store = section("store");
    const auto url = store.text("url");
    const auto path = url ? store.text("path") : store.requiredText("path");
    if (path) config_.store = absolute(*path).string();
    if (url) config_.store = *url;
    if (path && url) store.reject("url", "stands beside path: there is one store");
    if (url && !url->starts_with("postgresql://")) store.reject("url", "must begin with postgresql://");
    if (const auto durability = store.text("durability")) {
      config_.durability = *durability == "normal" ? Durability::Normal : Durability::Full;
      if (*durability != "full" && *durability != "normal") store.reject("durability", "must be full or normal");
      if (url) store.reject("durability", "is of a file; commits to PostgreSQL are always synchronous");
    }
    store.finish();
  }

  void readDevices() {
    ConfigSection devices = section("devices");
    if (const auto directory = devices.requiredText("directory")) config_.devices = absolute(*directory);
    devices.finish();
  }

  void readLog() {
    ConfigSection log = section("log");
    if (const auto level = log.text("level")) {
      const auto* const found =
          std::find_if(kLevels.begin(), kLevels.end(), [&](const LevelName& one) { return one.name == *level; });
      if (found != kLevels.end()) {
        config_.log_level = found->level;
      } else {
        log.reject("level", "must be debug, info, warning or error");
      }
    }
    log.finish();
  }

  void findUnknownSections() {
    for (const auto& [key, value] : root_) {
      const std::string_view name = key.str();
      if (std::find(kSections.begin(), kSections.end(), name) != kSections.end()) continue;
      const std::string_view meant = nearest(name, kSections);
      std::string problem = position(file_, key.source()) + "unknown key " + std::string(name);
      if (!meant.empty()) problem += "; did you mean [" + std::string(meant) + "]?";
      problems_.push_back(std::move(problem));
    }
  }

  const std::string file_;
  const fs::path folder_;
  const toml::table& root_;
  Config config_;
  ConfigProblems problems_;
};

}  // namespace

Result<Config, ConfigProblems> loadConfig(const fs::path& file, std::span<const std::string> environment) {
  std::ifstream stream(file);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) return Failure{ConfigProblems{file.string() + ": cannot be read"}};
  try {
    toml::table root = toml::parse(text);
    applyEnvironment(root, environment, kSections);
    return Loader(file, root).load();
  } catch (const toml::parse_error& error) {
    return Failure{ConfigProblems{position(file.string(), error.source()) + std::string(error.description())}};
  }
}

}  // namespace smartkar::server
