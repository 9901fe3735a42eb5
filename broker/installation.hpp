#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "broker/pki.hpp"
#include "broker/problem.hpp"

namespace smartkar::broker {

struct InstallationSettings {
  // Names and addresses cars reach the broker by; the first is what cars are told. Empty: this machine only.
  std::vector<std::string> hosts;
  std::uint16_t broker_port = 8883;
  std::uint16_t server_port = 8884;            // second listener, loopback, for our server
  std::uint16_t tcp_port = 4590;               // of the server, for cars that cannot reach the broker
  std::string http_listen = "127.0.0.1:8420";  // ADDRESS:PORT of the server's HTTP interface
  std::string topic_prefix = "smartkar";
};

struct Device {
  std::string ccid;
  std::filesystem::path directory;  // holds device.toml, client.crt, client.key, ca.crt
};

// How to reach the server's HTTP interface.
struct HttpEndpoint {
  std::string url;
  std::string token;
};

enum class Reload {
  Done,        // the broker was told to read its files again
  NotRunning,  // no broker runs from this installation's configuration
};

// The directory that holds everything one installation consists of:
//   smartkar.toml                    what init was told
//   ca/      ca.crt ca.key revoked   the authority, and which certificates it took back
//   broker/  mosquitto.conf acl …    see broker_file
//   server/  server.toml server.crt server.key ca.crt token, tcp.crt and tcp.key for the cars' own connections
//   devices/CCID/                    one for each car; a car is registered while its directory exists
class Installation {
 public:
  // Makes a new one. force: replaces what is there with a new authority and new certificates, also for the cars that
  // were registered; the server's database and the broker's sessions stay. Fails with AlreadyExists, InvalidArgument
  // (the text names the setting), FileFailed or CryptoFailed.
  static Result<Installation, Problem> create(const std::filesystem::path& directory,
                                              const InstallationSettings& settings, bool force, UnixTime now);
  // Fails with NotFound or Damaged.
  static Result<Installation, Problem> open(const std::filesystem::path& directory);

  const std::filesystem::path& directory() const { return directory_; }
  const InstallationSettings& settings() const { return settings_; }
  std::filesystem::path brokerConfig() const;
  std::filesystem::path serverConfig() const;

  // Registers a car. apn: access point of its SIM, empty for the network's own choice. Fails with AlreadyExists,
  // InvalidArgument, FileFailed or CryptoFailed.
  Result<Device, Problem> addDevice(std::string_view ccid, std::string_view apn, UnixTime now);
  // Revokes the car's certificate and deletes its directory; call reloadBroker() afterwards. Fails with NotFound,
  // Damaged or FileFailed.
  Result<void, Problem> removeDevice(std::string_view ccid, UnixTime now);
  // Lets the car connect with old firmware, which has no certificate and is believed. until: the last day, UTC;
  // nothing: not any more. Takes effect at once. Fails with NotFound or FileFailed.
  Result<void, Problem> allowLegacy(std::string_view ccid, std::optional<std::chrono::year_month_day> until) const;
  // Where text messages that wake the car go, as the provider names its SIM: 1 to 64 printable characters, no space.
  // Nothing: none. Takes effect at once. Fails with NotFound, InvalidArgument or FileFailed.
  Result<void, Problem> setNumber(std::string_view ccid, const std::optional<std::string>& number) const;
  // By CCID, ascending. Fails with FileFailed.
  Result<std::vector<Device>, Problem> devices() const;
  // Fails with NotFound.
  Result<Device, Problem> device(std::string_view ccid) const;

  // From server.toml and its token file. Fails with NotFound or Damaged.
  Result<HttpEndpoint, Problem> httpEndpoint() const;

  // Makes a running broker read its revocation list and access rules again.
  Reload reloadBroker() const;

 private:
  struct Revocation {
    RevokedCertificate certificate;
    std::string ccid;
  };

  Installation(std::filesystem::path directory, InstallationSettings settings);

  Result<void, Problem> writeAll(UnixTime now) const;
  Result<void, Problem> writeServer(const CertificateAuthority& authority, UnixTime now) const;
  std::string serverToml() const;
  Result<CertificateAuthority, Problem> authority() const;
  Result<std::vector<Revocation>, Problem> revocations() const;
  Result<void, Problem> writeRevocations(const std::vector<Revocation>& revocations, UnixTime now) const;
  Result<void, Problem> writeAccessRules(const std::vector<Revocation>& revocations) const;
  std::string deviceToml(std::string_view ccid, std::string_view apn) const;

  std::filesystem::path directory_;  // absolute
  InstallationSettings settings_;
};

}  // namespace smartkar::broker
