#include "ports/linux/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "ports/linux/written_settings.hpp"

namespace smartkar::ports {
namespace {

constexpr const char* kFooter = R"(Examples:
  smartkar-device --modem /tmp/modem --storage car --config .smartkar/devices/CCID/device.toml --idle 5
  smartkar-device --modem /dev/ttyUSB2 --storage /var/lib/smartkar --config device.toml
  kill -USR1 PID                  somebody opens a door of the simulated car, which wakes it

Deep sleep is a real one: the device is destroyed, its serial port closed, only 6 KiB are kept. It ends by the modem's
RI, by the timer, by SIGUSR1 or by what --power-file says. SIGTERM and Ctrl-C announce the shutdown.
Exit codes: 0 stopped, 1 could not start, 2 wrong usage, 3 the modem's port is gone.)";

void declare(CLI::App& app, Options& options) {
  app.add_option("--modem", options.modem, "Serial port or pseudo terminal of the modem")->required();
  app.add_option("--modem-control", options.modem_control,
                 "Control socket of a simulated modem (default: MODEM.ctl if there is one)");
  app.add_option("--storage", options.storage, "Directory of journal and settings; made if missing")->required();
  app.add_option("--config", options.config, "device.toml, as made by smartkarctl device add")->required();
  const std::map<std::string, LogLevel> levels = {
      {"debug", LogLevel::Debug}, {"info", LogLevel::Info}, {"warning", LogLevel::Warning}, {"error", LogLevel::Error}};
  app.add_option("--log-level", options.log_level, "debug, info, warning or error")
      ->transform(CLI::CheckedTransformer(levels, CLI::ignore_case).description(""))
      ->default_str("info");
  app.add_flag("--json", options.json, "Log one JSON object a line");
  app.add_flag("--allow-plaintext-actuation", options.plaintext_actuation,
               "Obey commands that change the car also over a link without TLS: for tests");
  app.add_flag("--console", options.console,
               "Read settings and commands from standard input, answer on standard output; `help` lists them");
  app.add_option("--set", options.settings,
                 "NAME=VALUE: a setting (docs/operating.md), instead of what device.toml says")
      ->allow_extra_args(false);
  const CLI::Range seconds(1, 604800);
  app.add_option("--idle", options.idle_s, "Like idleTime in seconds, also less than it may be: for tests")
      ->check(seconds);
  app.add_option("--wake-interval", options.wake_interval_s, "Likewise wakeInterval")->check(seconds);
  app.add_option("--actuator-log", options.actuator_log, "Append every frame that changes the car, as JSON lines");
  app.add_option("--vehicle-seed", options.vehicle_seed, "Seed of the simulated car")->capture_default_str();
  app.add_option("--vehicle-speed", options.vehicle_speed, "How much faster the simulated car charges and warms")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  app.add_option("--vehicle-soc", options.vehicle_soc, "Its state of charge at the start, percent")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  app.add_flag("--unplugged", options.unplugged, "Its charging cable is not connected");
  app.add_option(
      "--power-file", options.power_file,
      "File that says how the unit's own cell is, read again and again: percent=9 supply=no charging=no mv=3480");
  app.footer(kFooter);
}

Duration fromSeconds(double value) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(value));
}

}  // namespace

Result<Options, int> parseOptions(int argc, char** argv) {
  CLI::App app{"A SmartKar device on Linux: the firmware core, a modem on a serial port, a simulated e-Golf"};
  Options options;
  declare(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return Failure{app.exit(error) == 0 ? static_cast<int>(kExitDone) : static_cast<int>(kExitUsage)};
  }
  return options;
}

Result<void, std::string> applyOptions(const Options& options, device::DeviceConfig& config) {
  for (const std::string& text : options.settings) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) return Failure{"--set " + text + ": NAME=VALUE is wanted"};
    const auto done = putSetting(config, text.substr(0, equals), text.substr(equals + 1));
    if (!done) return Failure{"--set " + done.error()};
  }
  if (const auto checked = checkSettings(config); !checked) return Failure{"--set " + checked.error()};
  device::ControllerSettings& controller = config.controller;
  if (options.idle_s) controller.sleep.idle = fromSeconds(*options.idle_s);
  controller.sleep.min_awake = std::min(controller.sleep.min_awake, controller.sleep.idle);
  if (options.wake_interval_s) controller.sleep.wake_interval = fromSeconds(*options.wake_interval_s);
  controller.plaintext_actuation = options.plaintext_actuation;
  return {};
}

}  // namespace smartkar::ports
