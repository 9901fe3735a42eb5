#include <boost/json/serialize.hpp>
#include <ostream>
#include <random>

#include "base/random.hpp"
#include "broker/ccid.hpp"
#include "broker/installation.hpp"
#include "cli/verbs.hpp"

namespace smartkar::cli {
namespace {

using broker::Device;
using broker::Installation;
using broker::Problem;
using broker::ProvisionError;

UnixTime now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

int report(const Problem& problem, const char* advice, Streams streams) {
  streams.err << "smartkarctl: " << problem.text << '\n';
  if (*advice != '\0') streams.err << advice << '\n';
  return problem.cause == ProvisionError::InvalidArgument ? exit_code::kUsage : exit_code::kFailed;
}

Result<Installation, int> openInstallation(const Arguments& arguments, Streams streams) {
  auto installation = Installation::open(arguments.directory);
  if (installation) return std::move(*installation);
  return Failure{
      report(installation.error(), "Make one with: smartkarctl init, or give the right one with --dir.", streams)};
}

json::object describe(const Device& device) {
  return {{"ccid", device.ccid}, {"directory", device.directory.string()}};
}

void tellAboutReload(broker::Reload reload, Streams streams) {
  if (reload == broker::Reload::Done) {
    streams.out << "The running broker was told.\n";
  } else {
    streams.out << "No broker runs from this directory; if it runs elsewhere, copy broker/ there and send it SIGHUP.\n";
  }
}

}  // namespace

int init(const InitVerb& verb, bool json_output, Streams streams) {
  const auto made = Installation::create(verb.directory, verb.settings, verb.force, now());
  if (!made) {
    const bool exists = made.error().cause == ProvisionError::AlreadyExists;
    return report(made.error(), exists ? "Replace its keys and settings with: smartkarctl init --force" : "", streams);
  }
  const std::string directory = made->directory().string();
  if (json_output) {
    streams.out << json::serialize(json::object{{"directory", directory},
                                                {"brokerConfig", made->brokerConfig().string()},
                                                {"serverConfig", made->serverConfig().string()},
                                                {"brokerPort", verb.settings.broker_port},
                                                {"serverPort", verb.settings.server_port},
                                                {"tcpPort", verb.settings.tcp_port}})
                << '\n';
    return exit_code::kOk;
  }
  const std::string reach = verb.settings.hosts.empty() ? "on this machine only" : "on every address";
  streams.out << "Made " << directory << ":\n"
              << "  ca/       certificate authority; keep ca.key secret and backed up\n"
              << "  broker/   Mosquitto: cars on port " << verb.settings.broker_port << " (" << reach
              << "), the server on " << verb.settings.server_port << "\n"
              << "  server/   settings, certificates and the token for its HTTP interface at "
              << verb.settings.http_listen << ";\n            cars that cannot reach the broker on port "
              << verb.settings.tcp_port << "\n  devices/  one directory for each car\n\nNext:\n"
              << "  mosquitto -c " << made->brokerConfig().string() << "\n"
              << "  smartkar-server --config " << made->serverConfig().string() << "\n"
              << "  smartkarctl device add --dir " << directory << "\n";
  return exit_code::kOk;
}

int addDevice(const DeviceAddVerb& verb, const Arguments& arguments, Streams streams) {
  auto installation = openInstallation(arguments, streams);
  if (!installation) return installation.error();
  std::string ccid = verb.ccid;
  if (ccid.empty()) {
    std::random_device entropy;
    Random random((std::uint64_t{entropy()} << 32) | entropy());
    ccid = broker::inventCcid(random);
  }
  const auto added = installation->addDevice(ccid, verb.apn, now());
  if (!added) return report(added.error(), "", streams);
  installation->reloadBroker();  // matters only to a car that was removed before
  if (arguments.json) {
    streams.out << json::serialize(describe(*added)) << '\n';
    return exit_code::kOk;
  }
  streams.out << "Registered car " << ccid << (verb.ccid.empty() ? " (invented, for tests)" : "") << ".\n"
              << "Its settings and certificate: " << added->directory.string() << "\n"
              << "Watch it with: smartkarctl watch " << ccid << "\n";
  return exit_code::kOk;
}

int listDevices(const Arguments& arguments, Streams streams) {
  const auto installation = openInstallation(arguments, streams);
  if (!installation) return installation.error();
  const auto devices = installation.value().devices();
  if (!devices) return report(devices.error(), "", streams);
  for (const Device& device : *devices) {
    if (arguments.json) {
      streams.out << json::serialize(describe(device)) << '\n';
    } else {
      streams.out << device.ccid << '\n';
    }
  }
  if (devices->empty()) streams.err << "No car is registered. Register one with: smartkarctl device add\n";
  return exit_code::kOk;
}

int showDevice(const DeviceShowVerb& verb, const Arguments& arguments, Streams streams) {
  const auto installation = openInstallation(arguments, streams);
  if (!installation) return installation.error();
  const auto device = installation.value().device(verb.ccid);
  if (!device) return report(device.error(), "See all with: smartkarctl device list", streams);
  if (arguments.json) {
    streams.out << json::serialize(describe(*device)) << '\n';
    return exit_code::kOk;
  }
  const std::string directory = device->directory.string();
  streams.out << "car          " << device->ccid << "\nsettings     " << directory << "/device.toml\ncertificate  "
              << directory << "/client.crt\nkey          " << directory << "/client.key\nauthority    " << directory
              << "/ca.crt\n";
  return exit_code::kOk;
}

int allowLegacy(const AllowLegacyVerb& verb, const Arguments& arguments, Streams streams) {
  const auto installation = openInstallation(arguments, streams);
  if (!installation) return installation.error();
  const auto done = installation.value().allowLegacy(verb.ccid, verb.until);
  if (!done) return report(done.error(), "See all with: smartkarctl device list", streams);
  if (arguments.json) {
    streams.out << json::serialize(json::object{{"ccid", verb.ccid}, {"legacy", verb.until.has_value()}}) << '\n';
  } else {
    streams.out << "Car " << verb.ccid << (verb.until ? " may" : " may not")
                << " connect with old firmware, without a certificate.\n";
  }
  return exit_code::kOk;
}

int setNumber(const DeviceNumberVerb& verb, const Arguments& arguments, Streams streams) {
  const auto installation = openInstallation(arguments, streams);
  if (!installation) return installation.error();
  const auto done = installation.value().setNumber(verb.ccid, verb.number);
  if (!done) return report(done.error(), "See all with: smartkarctl device list", streams);
  if (arguments.json) {
    json::object answer{{"ccid", verb.ccid}, {"number", nullptr}};
    if (verb.number) answer["number"] = *verb.number;
    streams.out << json::serialize(answer) << '\n';
  } else if (verb.number) {
    streams.out << "Text messages for car " << verb.ccid << " go to " << *verb.number << ".\n";
  } else {
    streams.out << "Car " << verb.ccid << " gets no text messages.\n";
  }
  return exit_code::kOk;
}

int removeDevice(const DeviceRemoveVerb& verb, const Arguments& arguments, Streams streams) {
  auto installation = openInstallation(arguments, streams);
  if (!installation) return installation.error();
  const auto removed = installation->removeDevice(verb.ccid, now());
  if (!removed) return report(removed.error(), "See all with: smartkarctl device list", streams);
  const broker::Reload reload = installation->reloadBroker();
  if (arguments.json) {
    streams.out << json::serialize(
                       json::object{{"ccid", verb.ccid}, {"brokerReloaded", reload == broker::Reload::Done}})
                << '\n';
    return exit_code::kOk;
  }
  streams.out << "Removed car " << verb.ccid << ": its certificate is no longer accepted.\n";
  tellAboutReload(reload, streams);
  return exit_code::kOk;
}

}  // namespace smartkar::cli
