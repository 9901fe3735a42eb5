#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "device/app/device_config.hpp"

namespace smartkar::ports {

// The command line.
struct Options {
  std::string modem;
  std::string modem_control;  // empty: MODEM.ctl if there is one, else the lines of the serial port
  std::string storage;
  std::string config;
  std::string actuator_log;
  LogLevel log_level = LogLevel::Info;
  bool json = false;
  bool plaintext_actuation = false;
  bool console = false;
  std::vector<std::string> settings;  // NAME=VALUE
  std::optional<double> idle_s;
  std::optional<double> wake_interval_s;
  std::uint64_t vehicle_seed = 1;
  double vehicle_speed = 1;
  double vehicle_soc = 55;
  bool unplugged = false;
  std::string power_file;  // empty: the unit's own cell is full and supplied
};

// Exit codes of the program.
enum ExitCode : int { kExitDone = 0, kExitCannotStart = 1, kExitUsage = 2, kExitModemLost = 3 };

// Reads the command line. A failure is the exit code; help and errors are printed.
Result<Options, int> parseOptions(int argc, char** argv);

// Puts the options that concern the device into its settings. Failure: a sentence that names the option.
Result<void, std::string> applyOptions(const Options& options, device::DeviceConfig& config);

}  // namespace smartkar::ports
