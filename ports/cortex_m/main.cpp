// The whole device on an emulated Cortex-M4 (QEMU, mps2-an386), beside a simulated modem and car.
#include <array>
#include <cstdio>
#include <optional>

#include "base/random.hpp"
#include "ports/cortex_m/host_flash.hpp"
#include "ports/cortex_m/host_log.hpp"
#include "ports/cortex_m/host_settings.hpp"
#include "ports/cortex_m/registers.hpp"
#include "ports/cortex_m/runner.hpp"
#include "ports/cortex_m/uart.hpp"

namespace {

using namespace smartkar;
using namespace smartkar::ports;

constexpr int kCannotStart = 1;

// An emulated processor has no source of chance but the moment.
class HostEntropy : public device::Entropy {
 public:
  std::uint32_t next() override { return random_.next(); }

 private:
  Random random_{std::uint64_t{semihosting::time()} << 32 ^ semihosting::elapsed()};
};

int cannotStart(std::string_view why) {
  std::array<char, 256> line{};
  std::snprintf(line.data(), line.size(), "cannot start: %.*s\n", static_cast<int>(why.size()), why.data());
  semihosting::print(line.data());
  return kCannotStart;
}

std::optional<HostFlash> openFlash(std::string_view folder, const char* name) {
  std::array<char, 512> path{};
  std::snprintf(path.data(), path.size(), "%.*s/%s", static_cast<int>(folder.size()), folder.data(), name);
  return HostFlash::open(path.data());
}

}  // namespace

// The emulator's `arg=` names the folder of the device: its settings (host_settings.hpp) and its flash.
int main() {
  TicklessClock::begin();
  modem_uart.begin(kUart0, kUart0ReceiveIrq);
  lines_uart.begin(kUart1, kUart1ReceiveIrq);
  static std::array<char, 256> argument;
  const std::string_view folder = semihosting::commandLine(argument);
  static device::DeviceConfig config;
  if (const auto read = readSettings(folder, config); !read) return cannotStart(read.error());
  static auto flash = openFlash(folder, "journal.flash");
  static auto settings_flash = openFlash(folder, "settings.flash");
  if (!flash || !settings_flash) return cannotStart("its flash files cannot be opened");
  static const TicklessClock clock;
  static HostLog log(clock, LogLevel::Info);
  static device::EGolfModel vehicle({}, &log);
  static HostEntropy entropy;
  static Processor processor;
  static ModemLines lines(lines_uart);
  static Runner runner({config, processor, lines, vehicle, *flash, *settings_flash, entropy, clock, log});
  runner.run();
}
