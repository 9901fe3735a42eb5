#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "ports/linux/actuator_log_file.hpp"
#include "ports/linux/config_file.hpp"
#include "ports/linux/console_port.hpp"
#include "ports/linux/file_flash.hpp"
#include "ports/linux/linux_pins.hpp"
#include "ports/linux/options.hpp"
#include "ports/linux/processor.hpp"
#include "ports/linux/runner.hpp"
#include "ports/linux/stderr_log.hpp"

namespace {

using namespace smartkar;
using namespace smartkar::ports;

int cannotStart(const std::string& why) {
  std::fprintf(stderr, "smartkar-device: %s\n", why.c_str());
  return kExitCannotStart;
}

Result<std::unique_ptr<LinuxPins>, std::string> openPins(const Options& options) {
  if (!options.modem_control.empty()) return openControlPins(options.modem_control);
  const std::string beside = options.modem + ".ctl";
  if (std::filesystem::exists(beside)) return openControlPins(beside);
  return openSerialPins(options.modem);
}

device::EGolfSettings vehicleSettings(const Options& options) {
  device::EGolfSettings settings;
  settings.seed = options.vehicle_seed;
  settings.speed = options.vehicle_speed;
  settings.soc = options.vehicle_soc;
  settings.plugged = !options.unplugged;
  settings.has_supply = !options.unplugged;
  return settings;
}

int run(const Options& options, Processor& processor) {
  auto config = loadConfig(options.config);
  if (!config) return cannotStart(config.error());
  if (const auto done = applyOptions(options, (*config)->device); !done) return cannotStart(done.error());
  std::error_code error;
  std::filesystem::create_directories(options.storage, error);
  if (error) return cannotStart("--storage " + options.storage + ": " + error.message());
  auto flash = FileFlash::open(options.storage + "/journal.flash");
  if (!flash) return cannotStart(flash.error());
  auto settings_flash = FileFlash::open(options.storage + "/settings.flash");
  if (!settings_flash) return cannotStart(settings_flash.error());
  std::optional<ActuatorLogFile> actuators;
  if (!options.actuator_log.empty()) {
    auto opened = ActuatorLogFile::open(options.actuator_log);
    if (!opened) return cannotStart("--actuator-log " + opened.error());
    actuators.emplace(std::move(*opened));
  }
  Signals signals;
  const auto pins = openPins(options);
  if (!pins) return cannotStart(pins.error());
  StderrLog log(options.log_level, options.json);
  device::EGolfModel vehicle(vehicleSettings(options), actuators ? &*actuators : nullptr);
  PowerFile power(options.power_file);
  std::optional<ConsolePort> console;
  if (options.console) console.emplace(STDIN_FILENO, STDOUT_FILENO);
  Runner runner({options, (*config)->device, processor, **pins, vehicle, power, *flash, *settings_flash, signals,
                 console ? &*console : nullptr, log});
  return runner.run();
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = parseOptions(argc, argv);
  if (!options) return options.error();
  Processor processor(argv);
  return run(*options, processor);
}
