#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace smartkar::broker {

// Files of a broker directory, by the names the configuration gives them.
namespace broker_file {
inline constexpr const char* kConfig = "mosquitto.conf";
inline constexpr const char* kAccess = "acl";
inline constexpr const char* kAuthority = "ca.crt";
inline constexpr const char* kCertificate = "broker.crt";
inline constexpr const char* kKey = "broker.key";
inline constexpr const char* kServers = "servers.crt";    // certificates that are accepted as our server
inline constexpr const char* kRevoked = "revoked.crl";    // certificates of cars that are no longer accepted
inline constexpr const char* kProcess = "mosquitto.pid";  // written by the running broker
inline constexpr const char* kData = "data";              // sessions and retained messages
}  // namespace broker_file

// The name the server has at the broker (common name of its certificate). No CCID can be equal to it.
inline constexpr std::string_view kServerName = "server";

struct BrokerSettings {
  std::filesystem::path directory;   // absolute; Mosquitto reads relative names against the folder it was started in
  std::string user;                  // owner of the directory: what a broker started by root turns into
  bool public_listener = false;      // false: cars on this machine only
  std::uint16_t port = 8883;         // for cars
  std::uint16_t server_port = 8884;  // for our server, on 127.0.0.1
};

// The part of mosquitto.conf that bounds messages, queues and sessions.
std::string mosquittoLimits();

// Text of mosquitto.conf (Mosquitto 2.0).
std::string mosquittoConfig(const BrokerSettings& settings);

// Text of the access rules. removed: cars that may do nothing any more, also on a connection they still have.
std::string accessRules(std::string_view topic_prefix, std::span<const std::string> removed);

}  // namespace smartkar::broker
