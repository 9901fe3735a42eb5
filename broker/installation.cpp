#include "broker/installation.hpp"

#include <openssl/rand.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <set>
#include <sstream>
#include <system_error>
#include <utility>

#include "broker/files.hpp"
#include "broker/mosquitto_config.hpp"
#include "broker/toml_files.hpp"
#include "protocol/topics.hpp"

namespace smartkar::broker {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSettingsFile = "smartkar.toml";
constexpr const char* kDeviceToml = "device.toml";
constexpr const char* kLegacyToml = "legacy.toml";
constexpr const char* kNumber = "number";
constexpr const char* kClientCertificate = "client.crt";
constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kNumberBytesMax = 64;

Failure<Problem> invalid(std::string text) {
  return Failure{Problem{ProvisionError::InvalidArgument, std::move(text)}};
}

// Fine if it is not there.
Result<void, Problem> removeFile(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  if (error) return Failure{Problem{ProvisionError::FileFailed, path.string() + ": " + error.message()}};
  return {};
}

bool validListen(std::string_view listen) {
  const std::size_t colon = listen.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  unsigned port = 0;
  const char* const end = listen.data() + listen.size();
  const auto [rest, error] = std::from_chars(listen.data() + colon + 1, end, port);
  return error == std::errc{} && rest == end && port >= 1 && port <= 65535;
}

Result<void, Problem> check(const InstallationSettings& settings) {
  for (const std::string& host : settings.hosts) {
    if (!validHost(host)) return invalid("--host: '" + host + "' is no host name and no IP address");
  }
  const std::set<std::uint16_t> ports = {settings.broker_port, settings.server_port, settings.tcp_port};
  if (ports.contains(0)) return invalid("a port must be 1 to 65535");
  if (ports.size() < 3) return invalid("cars and server need three different ports");
  if (!validListen(settings.http_listen)) {
    return invalid("--http-listen: '" + settings.http_listen + "' is not ADDRESS:PORT");
  }
  if (!protocol::validTopicPrefix(settings.topic_prefix)) {
    return invalid("--topic-prefix: '" + settings.topic_prefix + "' cannot begin a topic");
  }
  return {};
}

std::string userName() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry != nullptr ? entry->pw_name : std::to_string(::geteuid());
}

Result<std::string, Problem> newToken() {
  std::array<unsigned char, kTokenBytes> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return Failure{Problem{ProvisionError::CryptoFailed, "OpenSSL has no random numbers"}};
  }
  static constexpr char kHex[] = "0123456789abcdef";
  std::string token;
  for (const unsigned char byte : bytes) (token += kHex[byte >> 4]) += kHex[byte & 15];
  return token;
}

std::string isoDate(std::chrono::year_month_day day) {
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                static_cast<unsigned>(day.day()));
  return text;
}

struct NewFile {
  fs::path path;
  std::string text;
  Access access;
};

Result<void, Problem> writeFiles(const std::vector<NewFile>& files) {
  for (const NewFile& file : files) SK_TRY(writeFile(file.path, file.text, file.access));
  return {};
}

// A registered car of an installation that is about to be replaced.
struct KeptCar {
  std::string ccid;
  std::string apn;
  std::vector<std::pair<const char*, std::string>> files;  // name and text
};

std::vector<KeptCar> carsToKeep(const Installation& installation) {
  std::vector<KeptCar> cars;
  const auto devices = installation.devices();
  if (!devices) return cars;
  for (const Device& device : *devices) {
    const auto text = readFile(device.directory / kDeviceToml);
    const auto apn = text ? readDeviceApn(*text) : Result<std::string, Problem>(std::string());
    KeptCar& car = cars.emplace_back(KeptCar{device.ccid, apn ? *apn : std::string(), {}});
    for (const char* const name : {kLegacyToml, kNumber}) {
      if (auto file = readFile(device.directory / name)) car.files.emplace_back(name, *std::move(file));
    }
  }
  return cars;
}

}  // namespace

Installation::Installation(fs::path directory, InstallationSettings settings)
    : directory_(std::move(directory)), settings_(std::move(settings)) {}

fs::path Installation::brokerConfig() const { return directory_ / "broker" / broker_file::kConfig; }
fs::path Installation::serverConfig() const { return directory_ / "server" / "server.toml"; }

Result<Installation, Problem> Installation::create(const fs::path& directory, const InstallationSettings& settings,
                                                   bool force, UnixTime now) {
  SK_TRY(check(settings));
  SK_TRY(makeDirectory(directory));
  std::error_code error;
  Installation installation(fs::canonical(directory, error), settings);
  if (error) return Failure{Problem{ProvisionError::FileFailed, directory.string() + ": " + error.message()}};
  if (fs::exists(installation.directory_ / kSettingsFile) && !force) {
    return Failure{Problem{ProvisionError::AlreadyExists, directory.string() + " holds an installation already"}};
  }
  const auto cars = carsToKeep(installation);
  fs::remove_all(installation.directory_ / "devices", error);
  SK_TRY(installation.writeAll(now));
  for (const KeptCar& car : cars) {
    const auto added = installation.addDevice(car.ccid, car.apn, now);
    if (!added) return Failure{added.error()};
    for (const auto& [name, text] : car.files) SK_TRY(writeFile(added->directory / name, text, Access::Public));
  }
  // Last, because it says that everything else is there.
  SK_TRY(writeFile(installation.directory_ / kSettingsFile, installationToml(settings), Access::Public));
  return installation;
}

Result<void, Problem> Installation::writeAll(UnixTime now) const {
  for (const char* name : {"ca", "broker", "broker/data", "server", "devices"}) {
    SK_TRY(makeDirectory(directory_ / name));
  }
  auto authority = CertificateAuthority::create("SmartKar " + std::to_string(unixSeconds(now)), now);
  if (!authority) return Failure{authority.error()};
  auto broker = authority->issueHost("SmartKar broker", settings_.hosts, now);
  if (!broker) return Failure{broker.error()};
  const std::string& root = authority->identity().certificate;
  const BrokerSettings broker_settings{directory_ / "broker", userName(), !settings_.hosts.empty(),
                                       settings_.broker_port, settings_.server_port};
  SK_TRY(writeFiles({
      {directory_ / "ca/ca.key", authority->identity().key, Access::Private},
      {directory_ / "ca/ca.crt", root, Access::Public},
      {directory_ / "broker" / broker_file::kKey, broker->key, Access::Private},
      {directory_ / "broker" / broker_file::kCertificate, broker->certificate, Access::Public},
      {directory_ / "broker" / broker_file::kAuthority, root, Access::Public},
      {brokerConfig(), mosquittoConfig(broker_settings), Access::Public},
  }));
  SK_TRY(writeServer(*authority, now));
  SK_TRY(writeRevocations({}, now));
  return writeAccessRules({});
}

std::string Installation::serverToml() const {
  const std::string address = settings_.hosts.empty() ? "127.0.0.1" : "0.0.0.0";
  return "# Made by smartkarctl init. Relative paths are relative to this file.\n"
         "[mqtt]\nhost = \"127.0.0.1\"\nport = " +
         std::to_string(settings_.server_port) +
         "\nca = \"ca.crt\"\ncert = \"server.crt\"\nkey = \"server.key\"\nclient_id = \"smartkar-server\"\n"
         "topic_prefix = " +
         tomlString(settings_.topic_prefix) + "\n\n[http]\nlisten = " + tomlString(settings_.http_listen) +
         "\ntoken_file = \"token\"\n\n# Cars that cannot reach the broker. For old firmware: legacy = "
         "\"0.0.0.0:4589\"\n"
         "[tcp]\nlisten = \"" +
         address + ":" + std::to_string(settings_.tcp_port) +
         "\"\nca = \"ca.crt\"\ncert = \"tcp.crt\"\nkey = \"tcp.key\"\nrevoked = \"../broker/" + broker_file::kRevoked +
         "\"\n\n[store]\npath = \"smartkar.db\"\n\n[devices]\ndirectory = \"../devices\"\n\n[log]\nlevel = \"info\"\n";
}

Result<void, Problem> Installation::writeServer(const CertificateAuthority& authority, UnixTime now) const {
  auto server = makePinnedClient(kServerName, now);
  if (!server) return Failure{server.error()};
  auto gate = authority.issueHost("SmartKar server", settings_.hosts, now);
  if (!gate) return Failure{gate.error()};
  auto token = newToken();
  if (!token) return Failure{token.error()};
  const fs::path directory = directory_ / "server";
  return writeFiles({
      {directory / "server.key", server->key, Access::Private},
      {directory / "server.crt", server->certificate, Access::Public},
      {directory_ / "broker" / broker_file::kServers, server->certificate, Access::Public},
      {directory / "tcp.key", gate->key, Access::Private},
      {directory / "tcp.crt", gate->certificate, Access::Public},
      {directory / "ca.crt", authority.identity().certificate, Access::Public},
      {directory / "token", *token + "\n", Access::Private},
      {serverConfig(), serverToml(), Access::Public},
  });
}

Result<Installation, Problem> Installation::open(const fs::path& directory) {
  std::error_code error;
  const fs::path absolute = fs::canonical(directory, error);
  const auto text = error ? readFile(directory / kSettingsFile) : readFile(absolute / kSettingsFile);
  if (!text) return Failure{text.error()};
  auto settings = readInstallationToml(*text);
  if (!settings) return Failure{settings.error()};
  SK_TRY(check(*settings));
  return Installation(absolute, std::move(*settings));
}

Result<CertificateAuthority, Problem> Installation::authority() const {
  const auto certificate = readFile(directory_ / "ca/ca.crt");
  if (!certificate) return Failure{certificate.error()};
  const auto key = readFile(directory_ / "ca/ca.key");
  if (!key) return Failure{key.error()};
  return CertificateAuthority::load({*certificate, *key});
}

std::string Installation::deviceToml(std::string_view ccid, std::string_view apn) const {
  const std::string host = settings_.hosts.empty() ? "127.0.0.1" : settings_.hosts.front();
  return "# Made by smartkarctl device add. Relative paths are relative to this file.\nccid = " + tomlString(ccid) +
         "\ntopic_prefix = " + tomlString(settings_.topic_prefix) +
         "\nca = \"ca.crt\"\ncert = \"client.crt\"\nkey = \"client.key\"\n\n[settings]\napn = " + tomlString(apn) +
         "\nbrokerHost = " + tomlString(host) + "\nbrokerPort = " + std::to_string(settings_.broker_port) +
         "\ntcpHost = " + tomlString(host) + "\ntcpPort = " + std::to_string(settings_.tcp_port) + "\n";
}

Result<Device, Problem> Installation::addDevice(std::string_view ccid, std::string_view apn, UnixTime now) {
  const fs::path target = directory_ / "devices" / ccid;
  const auto ca = authority();
  if (!ca) return Failure{ca.error()};
  auto identity = ca->issueDevice(ccid, now);
  if (!identity) return Failure{identity.error()};
  if (fs::exists(target)) {
    return Failure{Problem{ProvisionError::AlreadyExists, "car " + std::string(ccid) + " is registered already"}};
  }
  // The rename is what registers the car, when all its files are there.
  const fs::path prepared = directory_ / "devices" / ("." + std::string(ccid) + ".new");
  std::error_code error;
  fs::remove_all(prepared, error);
  SK_TRY(makeDirectory(prepared));
  SK_TRY(writeFiles({
      {prepared / "client.key", identity->key, Access::Private},
      {prepared / kClientCertificate, identity->certificate, Access::Public},
      {prepared / "ca.crt", ca->identity().certificate, Access::Public},
      {prepared / kDeviceToml, deviceToml(ccid, apn), Access::Public},
  }));
  fs::rename(prepared, target, error);
  if (error) return Failure{Problem{ProvisionError::FileFailed, target.string() + ": " + error.message()}};
  const auto revoked = revocations();
  if (!revoked) return Failure{revoked.error()};
  SK_TRY(writeAccessRules(*revoked));
  return Device{std::string(ccid), target};
}

Result<void, Problem> Installation::allowLegacy(std::string_view ccid,
                                                std::optional<std::chrono::year_month_day> until) const {
  const auto car = device(ccid);
  if (!car) return Failure{car.error()};
  const fs::path file = car->directory / kLegacyToml;
  if (until) {
    return writeFile(
        file,
        "# Made by smartkarctl device allow-legacy: this car may connect without a certificate.\nuntil = " +
            isoDate(*until) + "\n",
        Access::Public);
  }
  return removeFile(file);
}

Result<void, Problem> Installation::setNumber(std::string_view ccid, const std::optional<std::string>& number) const {
  const auto car = device(ccid);
  if (!car) return Failure{car.error()};
  const fs::path file = car->directory / kNumber;
  if (!number) return removeFile(file);
  const bool printable = std::all_of(number->begin(), number->end(), [](char c) { return c > ' ' && c <= '~'; });
  if (!printable || number->empty() || number->size() > kNumberBytesMax) {
    return invalid("'" + *number + "' is no number: 1 to 64 printable characters without spaces");
  }
  return writeFile(file, *number + "\n", Access::Public);
}

Result<void, Problem> Installation::removeDevice(std::string_view ccid, UnixTime now) {
  const auto car = device(ccid);
  if (!car) return Failure{car.error()};
  const auto certificate = readFile(car->directory / kClientCertificate);
  if (!certificate) return Failure{certificate.error()};
  auto serial = certificateSerial(*certificate);
  if (!serial) return Failure{serial.error()};
  auto revoked = revocations();
  if (!revoked) return Failure{revoked.error()};
  revoked->push_back({{*serial, now}, std::string(ccid)});
  SK_TRY(writeRevocations(*revoked, now));
  std::error_code error;
  fs::remove_all(car->directory, error);
  if (error) return Failure{Problem{ProvisionError::FileFailed, car->directory.string() + ": " + error.message()}};
  return writeAccessRules(*revoked);
}

Result<std::vector<Device>, Problem> Installation::devices() const {
  std::vector<Device> devices;
  std::error_code error;
  for (fs::directory_iterator entry(directory_ / "devices", error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (protocol::validCcid(name)) devices.push_back({name, entry->path()});
  }
  if (error) {
    return Failure{Problem{ProvisionError::FileFailed, (directory_ / "devices").string() + ": " + error.message()}};
  }
  std::sort(devices.begin(), devices.end(), [](const Device& a, const Device& b) { return a.ccid < b.ccid; });
  return devices;
}

Result<Device, Problem> Installation::device(std::string_view ccid) const {
  if (!protocol::validCcid(ccid))
    return invalid("'" + std::string(ccid) + "' is no CCID: it must have 19 or 20 digits");
  const fs::path path = directory_ / "devices" / ccid;
  if (!fs::exists(path)) {
    return Failure{Problem{ProvisionError::NotFound, "car " + std::string(ccid) + " is not registered"}};
  }
  return Device{std::string(ccid), path};
}

Result<HttpEndpoint, Problem> Installation::httpEndpoint() const {
  const auto text = readFile(serverConfig());
  if (!text) return Failure{text.error()};
  const auto server = readServerToml(*text);
  if (!server) return Failure{server.error()};
  auto token = readFile(directory_ / "server" / server->token_file);
  if (!token) return Failure{token.error()};
  token->erase(token->find_last_not_of(" \r\n\t") + 1);
  // A server that listens on every address is reached on this machine's own.
  std::string listen = server->http_listen;
  if (listen.starts_with("0.0.0.0:")) listen.replace(0, 7, "127.0.0.1");
  if (listen.starts_with("[::]:")) listen.replace(0, 4, "[::1]");
  return HttpEndpoint{"http://" + listen, *token};
}

// One line for each certificate: serial, CCID, when (Unix seconds).
Result<std::vector<Installation::Revocation>, Problem> Installation::revocations() const {
  const fs::path path = directory_ / "ca/revoked";
  const auto text = readFile(path);
  if (!text) return Failure{text.error()};
  std::vector<Revocation> revocations;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    Revocation revocation;
    std::int64_t seconds = 0;
    if (!(fields >> revocation.certificate.serial >> revocation.ccid >> seconds) ||
        !protocol::validCcid(revocation.ccid)) {
      return Failure{Problem{ProvisionError::Damaged, path.string() + ": cannot understand '" + line + "'"}};
    }
    revocation.certificate.revoked_at = unixTime(seconds);
    revocations.push_back(std::move(revocation));
  }
  return revocations;
}

Result<void, Problem> Installation::writeRevocations(const std::vector<Revocation>& revocations, UnixTime now) const {
  const auto ca = authority();
  if (!ca) return Failure{ca.error()};
  std::string lines;
  std::vector<RevokedCertificate> certificates;
  for (const auto& [certificate, ccid] : revocations) {
    lines += certificate.serial + " " + ccid + " " + std::to_string(unixSeconds(certificate.revoked_at)) + "\n";
    certificates.push_back(certificate);
  }
  auto list = ca->revocationList(certificates, now);
  if (!list) return Failure{list.error()};
  SK_TRY(writeFile(directory_ / "ca/revoked", lines, Access::Public));
  return writeFile(directory_ / "broker" / broker_file::kRevoked, *list, Access::Public);
}

Result<void, Problem> Installation::writeAccessRules(const std::vector<Revocation>& revocations) const {
  std::set<std::string> removed;  // a car that came back has a new certificate and its rights again
  for (const Revocation& revocation : revocations) {
    if (!fs::exists(directory_ / "devices" / revocation.ccid)) removed.insert(revocation.ccid);
  }
  return writeFile(directory_ / "broker" / broker_file::kAccess,
                   accessRules(settings_.topic_prefix, std::vector<std::string>(removed.begin(), removed.end())),
                   Access::Public);
}

Reload Installation::reloadBroker() const {
  const auto text = readFile(directory_ / "broker" / broker_file::kProcess);
  if (!text) return Reload::NotRunning;
  pid_t pid = 0;
  std::from_chars(text->data(), text->data() + text->size(), pid);
  if (pid <= 1) return Reload::NotRunning;
  // The file outlives a killed broker, and its number may be somebody else's by now.
  const auto name = readFile("/proc/" + std::to_string(pid) + "/comm");
  if (!name || *name != "mosquitto\n") return Reload::NotRunning;
  return ::kill(pid, SIGHUP) == 0 ? Reload::Done : Reload::NotRunning;
}

}  // namespace smartkar::broker
