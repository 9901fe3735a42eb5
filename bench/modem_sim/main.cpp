// Prints how fast the modem simulator is in virtual time, and what many idle modems cost in real time.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/support/process_usage.hpp"
#include "sim/broker.hpp"
#include "sim/sim_modem.hpp"
#include "test/support/child_process.hpp"
#include "test/support/mosquitto.hpp"

namespace smartkar::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kModems = 1000;
constexpr const char* kModemsText = "1000";

struct Figures {
  double device_hours_per_second;
  double idle_cpu_percent;
  double idle_rss_mib;
};

double seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

std::string readFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A modem that stays connected, pings every minute and publishes every hour.
double measureVirtualTime() {
  sim::VirtualTime time;
  sim::VirtualNetwork network(time, 1);
  sim::Broker broker(time, network);
  network.serve("broker", 1883, broker);
  time.add(broker);
  const auto script =
      modem_sim::parseTranscript(readFile(SMARTKAR_SCRIPT), {{"host", "broker"}, {"port", "1883"}, {"index", "0"}});
  sim::ScriptedSimModem modem(time, network, 1, *script);
  const auto start = Clock::now();
  double hours = 0;
  while (Clock::now() - start < std::chrono::seconds(2)) {
    time.runFor(24h);
    hours += 24;
  }
  return hours / seconds(Clock::now() - start);
}

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t found = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

// False: they do not all connect within two minutes.
bool waitUntilConnected(const test::Mosquitto& broker) {
  const auto deadline = Clock::now() + std::chrono::minutes(2);
  while (Clock::now() < deadline) {
    if (count(broker.log(), "New client connected") >= kModems) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  return false;
}

bool measureIdle(Figures& figures) {
  const test::Mosquitto broker({.global_lines = "max_connections -1\n"});
  test::ChildProcess program({SMARTKAR_MODEM_SIM, "--count", kModemsText, "--script", SMARTKAR_SCRIPT, "--preset",
                              "fast", "--variable", "host=127.0.0.1", "--variable",
                              "port=" + std::to_string(broker.port())});
  if (!waitUntilConnected(broker)) return false;
  // The first publishes pass; then a whole keep-alive interval is measured.
  std::this_thread::sleep_for(std::chrono::seconds(5));
  constexpr auto kMeasured = std::chrono::seconds(60);
  const double before = processorSeconds(program.pid());
  std::this_thread::sleep_for(kMeasured);
  figures.idle_cpu_percent = (processorSeconds(program.pid()) - before) / seconds(kMeasured) * 100;
  figures.idle_rss_mib = residentMib(program.pid());
  return true;
}

}  // namespace
}  // namespace smartkar::bench

int main(int argument_count, char** arguments) {
  using namespace smartkar::bench;
  const bool json = argument_count == 2 && std::strcmp(arguments[1], "--json") == 0;
  if (argument_count > 1 && !json) {
    std::fprintf(stderr, "usage: smartkar-bench-modem-sim [--json]\n");
    return 2;
  }
  Figures figures{};
  figures.device_hours_per_second = measureVirtualTime();
  if (!measureIdle(figures)) {
    std::fprintf(stderr, "smartkar-bench-modem-sim: not all modems connected within two minutes\n");
    return 1;
  }
  const char* format = json ? "{\"virtual_device_hours_per_second\":%.1f,\"idle_1000_cpu_percent\":%.2f,"
                              "\"idle_1000_rss_mib\":%.1f}\n"
                            : "virtual time: %.1f device-hours a second\n1000 idle connected modems: %.2f %% of a "
                              "processor, %.1f MiB\n";
  std::printf(format, figures.device_hours_per_second, figures.idle_cpu_percent, figures.idle_rss_mib);
  return 0;
}
