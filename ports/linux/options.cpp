#include "ports/linux/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

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
  app.add_option("--storage", options.storage, "Directory of the journal; made if missing")->required();
  app.add_option("--config", options.config, "device.toml, as made by smartkarctl device add")->required();
  const std::map<std::string, LogLevel> levels = {
      {"debug", LogLevel::Debug}, {"info", LogLevel::Info}, {"warning", LogLevel::Warning}, {"error", LogLevel::Error}};
  app.add_option("--log-level", options.log_level, "debug, info, warning or error")
      ->transform(CLI::CheckedTransformer(levels, CLI::ignore_case).description(""))
      ->default_str("info");
  app.add_flag("--json", options.json, "Log one JSON object a line");
  const CLI::Range seconds(1, 604800);
  app.add_option("--idle", options.idle_s, "Seconds without activity before sleep")
      ->check(seconds)
      ->capture_default_str();
  app.add_option("--wake-interval", options.wake_interval_s, "Longest sleep in seconds")
      ->check(seconds)
      ->capture_default_str();
  app.add_option("--keep-alive", options.keep_alive_s, "MQTT keep-alive and announcements while awake, seconds")
      ->check(CLI::Range(5, 1740))
      ->capture_default_str();
  const std::map<std::string, device::MqttEngineKind> engines = {{"native", device::MqttEngineKind::Native},
                                                                 {"socket", device::MqttEngineKind::Socket}};
  app.add_option("--engine", options.engine, "Who speaks MQTT: the modem (native) or this program (socket)")
      ->transform(CLI::CheckedTransformer(engines).description(""))
      ->default_str("native");
  app.add_option("--edrx", options.edrx, "eDRX cycle as four binary digits; 'off' for none")
      ->check([](const std::string& text) {
        const bool digits = text.size() == 4 && text.find_first_not_of("01") == std::string::npos;
        return digits || text == "off" ? std::string() : std::string("four binary digits or off");
      })
      ->capture_default_str();
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

void applyOptions(const Options& options, device::DeviceConfig& config) {
  device::ControllerSettings& controller = config.controller;
  controller.sleep.idle = fromSeconds(options.idle_s);
  controller.sleep.min_awake = std::min(controller.sleep.min_awake, controller.sleep.idle);
  controller.sleep.wake_interval = fromSeconds(options.wake_interval_s);
  controller.keep_alive = fromSeconds(options.keep_alive_s);
  config.mqtt.keep_alive_s = static_cast<std::uint16_t>(options.keep_alive_s);
  config.mqtt.engine = options.engine;
  config.modem.edrx_cycle = options.edrx == "off" ? std::string_view() : std::string_view(options.edrx);
}

}  // namespace smartkar::ports
