#include "modem_sim/program/fleet.hpp"

#include <sys/resource.h>

#include <fstream>
#include <iterator>

#include "modem_sim/program/identity.hpp"

namespace smartkar::modem_sim {
namespace {

// A modem has up to four descriptors of its own, and more with sockets and control clients.
void raiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

UnixTime networkTimeAtStart() {
  const auto wall = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return wall - std::chrono::floor<std::chrono::seconds>(programTime().time_since_epoch());
}

SimulatorOptions modemOptions(const FleetOptions& options, std::size_t index) {
  SimulatorOptions simulator = options.first;
  simulator.modem = modemNumber(index, options.first.modem);
  simulator.modem.network_time = networkTimeAtStart();
  simulator.seed += index;
  return simulator;
}

Result<std::string, std::string> readFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Failure{path + ": cannot be read"};
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Result<Fleet, std::string> Fleet::make(const FleetOptions& options) {
  raiseDescriptorLimit();
  auto loop = EventLoop::make();
  if (!loop) return Failure{loop.error()};
  Fleet fleet(std::move(*loop));
  std::string script;
  if (!options.script.empty()) {
    auto text = readFile(options.script);
    if (!text) return Failure{text.error()};
    script = std::move(*text);
  }
  for (std::size_t index = 0; index < options.count; ++index) {
    if (!options.script.empty()) {
      SK_TRY(fleet.addScripted(options, index, script));
      continue;
    }
    SK_TRY(fleet.addSimulator(modemOptions(options, index),
                              options.count == 1 ? options.link : options.link + "-" + std::to_string(index)));
  }
  return fleet;
}

Result<void, std::string> Fleet::addSimulator(const SimulatorOptions& options, const std::string& link) {
  auto pty = Pty::open(link);
  if (!pty) return Failure{pty.error()};
  auto nmea = Pty::open(link + ".nmea");
  if (!nmea) return Failure{nmea.error()};
  auto control = ControlServer::open(link + ".ctl");
  if (!control) return Failure{control.error()};
  ports_.push_back({link, pty->device(), link + ".ctl"});
  members_.push_back(std::make_unique<Simulator>(options, std::move(*pty), std::move(*nmea), std::move(*control)));
  loop_.add(*members_.back());
  return {};
}

Result<void, std::string> Fleet::addScripted(const FleetOptions& options, std::size_t index,
                                             const std::string& script) {
  const SimulatorOptions simulator = modemOptions(options, index);
  Variables variables = options.variables;
  variables["imei"] = simulator.modem.imei;
  variables["ccid"] = simulator.modem.ccid;
  variables["index"] = std::to_string(index);
  auto transcript = parseTranscript(script, variables);
  if (!transcript) return Failure{options.script + ": " + transcript.error()};
  const Instant begin = programTime() + options.stagger * static_cast<std::int64_t>(index);
  members_.push_back(std::make_unique<ScriptedModem>(simulator, std::move(*transcript), begin));
  loop_.add(*members_.back());
  return {};
}

}  // namespace smartkar::modem_sim
