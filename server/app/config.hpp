#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "server/app/config_section.hpp"
#include "server/app/history_config.hpp"
#include "server/app/sms_config.hpp"
#include "server/mqtt/tls_context.hpp"
#include "server/store/durability.hpp"
#include "server/tcp/gateway.hpp"

namespace smartkar::server {

// What the configuration file says; paths are absolute or relative to the working directory.
struct Config {
  struct Broker {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8883;
    std::optional<TlsFiles> tls;  // nothing: plain TCP

    friend bool operator==(const Broker&, const Broker&) = default;
  };
  struct Mqtt {
    Broker first;
    std::optional<Broker> second;  // that cars fall back to
    std::string client_id = "smartkar-server";
    std::string topic_prefix = "smartkar";

    friend bool operator==(const Mqtt&, const Mqtt&) = default;
  };
  struct Http {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8420;              // 0: any free one
    std::string token;                      // read from http.token_file
    std::vector<std::string> cors_origins;  // other origins whose pages may use the API
    double requests_per_second = 100;       // of one client; 0: no limit

    friend bool operator==(const Http&, const Http&) = default;
  };
  // The cars' own connections.
  struct Tcp {
    std::optional<Gateway::Endpoint> listen;  // with TLS; nothing: off
    EntranceFiles files;
    std::optional<Gateway::Endpoint> legacy;  // old firmware, without TLS; nothing: off

    friend bool operator==(const Tcp&, const Tcp&) = default;
  };

  Mqtt mqtt;
  Http http;
  Tcp tcp;
  std::string store;  // as in openStore, like the next
  Durability durability = Durability::Full;
  std::filesystem::path devices;  // one folder per registered car, named by its CCID
  HistoryConfig history;
  std::optional<SmsConfig> sms;  // nothing: none are sent
  LogLevel log_level = LogLevel::Info;
};

// Reads the file and the token file it names. Relative paths are relative to its folder. environment: NAME=VALUE each;
// what it says has precedence over the file (environment.hpp).
Result<Config, ConfigProblems> loadConfig(const std::filesystem::path& file,
                                          std::span<const std::string> environment = {});

}  // namespace smartkar::server
