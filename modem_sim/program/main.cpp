#include <signal.h>
#include <sys/signalfd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "modem_sim/answer_sets.hpp"
#include "modem_sim/commands.hpp"
#include "modem_sim/program/fleet.hpp"
#include "modem_sim/program/sessions.hpp"
#include "modem_sim/quirks.hpp"
#include "modem_sim/switches.hpp"

namespace {

using namespace smartkar;
using namespace smartkar::modem_sim;

constexpr int kExitCannotStart = 1;
constexpr int kExitUsage = 2;

struct Arguments {
  FleetOptions fleet;
  std::vector<std::string> variables;  // NAME=VALUE
  RecordOptions record;
  ReplayOptions replay;
  std::vector<std::string> redirections;  // HOST:PORT:NEWHOST:NEWPORT
  std::string preset = "typical";
  std::string power = "off";
  std::vector<std::string> settings;  // NAME=VALUE
  bool list_commands = false;
  std::vector<std::string> quirks;
  std::vector<std::string> faults;  // NAME=RATE
  bool list_questions = false;
  bool list_quirks = false;
  bool list_faults = false;
  std::string list_answers;
  std::optional<std::int64_t> boot_ms;
  std::optional<std::int64_t> attach_ms;
  std::optional<std::int64_t> latency_ms;
  bool json = false;
};

void declareSessions(CLI::App& app, Arguments& arguments) {
  CLI::App* record = app.add_subcommand("record", "Write down the session between a host and a modem at a serial port");
  record->add_option("--serial", arguments.record.serial, "The modem's serial port, also a simulated one")->required();
  record->add_option("--baud", arguments.record.baud, "Its rate")->capture_default_str();
  record->add_option("--link", arguments.record.link, "Symbolic link to make for the host's serial port")->required();
  record->add_option("--out", arguments.record.out, "Transcript to write")->required();
  CLI::App* replay =
      app.add_subcommand("replay", "Play one side of a transcript; exit code 3 if the other side differs");
  replay->add_option("file", arguments.replay.file, "Transcript")->required();
  auto* serial = replay->add_option("--serial", arguments.replay.serial, "Play the host to the modem at this port");
  replay->add_option("--baud", arguments.replay.baud, "Its rate")->capture_default_str();
  replay->add_option("--link", arguments.replay.link, "Play the modem to a host that opens this link")
      ->excludes(serial);
  replay->add_option("--variable", arguments.variables, "NAME=VALUE, for {NAME} in the transcript")
      ->allow_extra_args(false);
}

void declareFleet(CLI::App& app, Arguments& arguments) {
  FleetOptions& fleet = arguments.fleet;
  app.add_option("--link", fleet.link, "Symbolic link to make for the modem's serial port");
  app.add_option("--count", fleet.count, "So many modems; --link DIR/modem makes DIR/modem-0, DIR/modem-1 ...")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  app.add_option("--script", fleet.script, "File that plays the hosts: no serial ports then");
  app.add_option("--variable", arguments.variables,
                 "NAME=VALUE, for {NAME} in the script; {imei}, {ccid}, {index} have one")
      ->allow_extra_args(false);
  app.add_option("--seed", fleet.first.seed, "Seed of everything random")->capture_default_str();
  app.add_flag("--log", fleet.first.log, "Show the dialogue on standard error; of one modem with a port only");
  app.add_flag("--json", arguments.json, "Print one line of JSON when ready; with --list-...: JSON");
}

void declareModem(CLI::App& app, Arguments& arguments) {
  Config& modem = arguments.fleet.first.modem;
  app.add_option("--ccid", modem.ccid, "ICCID of the SIM")->capture_default_str();
  app.add_option("--imei", modem.imei, "IMEI")->capture_default_str();
  app.add_option("--power", arguments.power, "on: the modem runs already; off: PWRKEY must be pressed")
      ->check(CLI::IsMember({"on", "off"}))
      ->capture_default_str();
  app.add_option("--ipr", modem.factory_baud, "AT+IPR as delivered; 0 = autobaud")->capture_default_str();
  app.add_option("--connect-to", arguments.redirections,
                 "HOST:PORT:NEWHOST:NEWPORT, who is reached when the firmware names HOST and PORT")
      ->allow_extra_args(false);
  app.add_option("--preset", arguments.preset, "Delays: typical of the field, or fast for tests")
      ->check(CLI::IsMember({"typical", "fast"}))
      ->capture_default_str();
  app.add_option("--boot-ms", arguments.boot_ms, "PWRKEY low to UART alive");
  app.add_option("--attach-ms", arguments.attach_ms, "SMS Ready to registered");
  app.add_option("--latency-ms", arguments.latency_ms, "Downlink delay");
  app.add_option("--set", arguments.settings, "NAME=VALUE, a switch or delay from the list below")
      ->allow_extra_args(false);
  app.add_option("--quirk", arguments.quirks, "A habit of modems in the field, see --list-quirks")
      ->allow_extra_args(false);
  app.add_option("--fault", arguments.faults, "NAME=RATE, something that goes wrong by chance, see --list-faults")
      ->allow_extra_args(false);
}

void declareLists(CLI::App& app, Arguments& arguments) {
  app.add_flag("--list-commands", arguments.list_commands,
               "Print the AT commands with their forms, the manual's section and what is saved, and exit");
  app.add_flag("--list-quirks", arguments.list_quirks, "Print the quirks with the settings they stand for, and exit");
  app.add_flag("--list-faults", arguments.list_faults, "Print the faults and what their rates count by, and exit");
  app.add_flag("--list-questions", arguments.list_questions,
               "Print what no document says about the modem and which switches answer it, and exit");
  app.add_option("--list-answers", arguments.list_answers,
                 "Print other answers to the questions, a line of NAME=VALUE... for each set, and exit: each alone, or "
                 "so that every two meet in a set")
      ->check(CLI::IsMember({"alone", "pairwise"}));
}

void declare(CLI::App& app, Arguments& arguments) {
  declareFleet(app, arguments);
  declareModem(app, arguments);
  declareLists(app, arguments);
  declareSessions(app, arguments);
  app.footer(
      controlHelp() +
      "\nExamples:\n"
      "  smartkar-modem-sim --link /tmp/modem --power on --preset fast --log\n"
      "  smartkar-modem-sim --link /tmp/modem --set paging_ms=20480 --ccid 89470000000000000042\n"
      "  smartkar-modem-sim --link /tmp/modem --quirk late-prompt --fault uart-noise=0.001 --seed 7\n"
      "  smartkar-modem-sim --link /tmp/modem --connect-to broker.example:8883:127.0.0.1:8883\n"
      "  smartkar-modem-sim --count 1000 --script publish.script --variable host=127.0.0.1 --variable port=1883\n"
      "  echo 'pwrkey press' | socat - UNIX-CONNECT:/tmp/modem.ctl\n"
      "\nExit codes: 0 stopped by Ctrl-C or SIGTERM, 1 could not start, 2 wrong usage, 3 a replay that differs.");
}

// False: one of them is not NAME=VALUE.
bool readVariables(Arguments& arguments) {
  for (const std::string& variable : arguments.variables) {
    const std::size_t equals = variable.find('=');
    if (equals == std::string::npos) {
      std::fprintf(stderr, "--variable %s: NAME=VALUE\n", variable.c_str());
      return false;
    }
    const std::string name = variable.substr(0, equals);
    arguments.fleet.variables[name] = arguments.replay.variables[name] = variable.substr(equals + 1);
  }
  return true;
}

// False: one of them is not HOST:PORT:NEWHOST:NEWPORT.
bool readRedirections(Arguments& arguments) {
  for (const std::string& text : arguments.redirections) {
    auto redirection = parseRedirection(text);
    if (!redirection) {
      std::fprintf(stderr, "--connect-to %s: HOST:PORT:NEWHOST:NEWPORT\n", text.c_str());
      return false;
    }
    arguments.fleet.first.redirections.push_back(std::move(*redirection));
  }
  return true;
}

// False: a name or value is wrong.
bool applySettings(Arguments& arguments) {
  Config& modem = arguments.fleet.first.modem;
  if (arguments.preset == "fast") modem.timing = Timing::fast();
  const auto set = [&modem](std::string_view name, const std::optional<std::int64_t>& value) {
    return !value || setSwitch(modem, name, std::to_string(*value));
  };
  if (!set("boot_ms", arguments.boot_ms) || !set("attach_ms", arguments.attach_ms) ||
      !set("latency_ms", arguments.latency_ms)) {
    std::fprintf(stderr, "--boot-ms, --attach-ms, --latency-ms: 0 ms to 24 h\n");
    return false;
  }
  for (const std::string& name : arguments.quirks) {
    if (applyQuirk(modem, name)) continue;
    std::fprintf(stderr, "--quirk %s: no such quirk; --list-quirks prints them\n", name.c_str());
    return false;
  }
  for (const std::string& fault : arguments.faults) {
    const std::size_t equals = fault.find('=');
    if (equals != std::string::npos && modem.faults.set(fault.substr(0, equals), fault.substr(equals + 1))) continue;
    std::fprintf(stderr,
                 "--fault %s: NAME=RATE; --list-faults prints the names, a rate is 0 ... 1, per hour 0 ... 3600\n",
                 fault.c_str());
    return false;
  }
  for (const std::string& setting : arguments.settings) {
    const std::size_t equals = setting.find('=');
    if (equals != std::string::npos && setSwitch(modem, setting.substr(0, equals), setting.substr(equals + 1)))
      continue;
    std::fprintf(stderr, "--set %s: NAME=VALUE; --help lists both\n", setting.c_str());
    return false;
  }
  return true;
}

void print(bool json, const std::string& as_json, const std::string& as_text) {
  std::fputs((json ? as_json + "\n" : as_text).c_str(), stdout);
}

void listAnswers(const Arguments& arguments) {
  for (const Answers& set : arguments.list_answers == "alone" ? answersAlone() : answersPairwise()) {
    std::string line;
    for (const auto& [name, value] : set) line.append(line.empty() ? "" : " ").append(name).append("=").append(value);
    std::puts(line.c_str());
  }
}

// True if that was asked for.
bool printLists(const Arguments& arguments) {
  const Config& modem = arguments.fleet.first.modem;
  const bool json = arguments.json;
  if (!arguments.list_answers.empty()) listAnswers(arguments);
  if (arguments.list_commands) print(json, commandsJson(), commandsText());
  if (arguments.list_questions) print(json, questionsJson(modem), questionsText(modem));
  if (arguments.list_quirks) print(json, quirksJson(), quirksText());
  if (arguments.list_faults) print(json, faultsJson(), faultsText());
  return !arguments.list_answers.empty() || arguments.list_commands || arguments.list_questions ||
         arguments.list_quirks || arguments.list_faults;
}

// Readable when somebody asks to stop.
FileDescriptor stopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return FileDescriptor(signalfd(-1, &signals, SFD_CLOEXEC));
}

void printReady(const Fleet& fleet, const Arguments& arguments) {
  if (fleet.ports().empty()) {
    std::printf(arguments.json ? "{\"ready\":true,\"modems\":%zu}\n" : "%zu modems follow the script\n",
                arguments.fleet.count);
  }
  for (const Fleet::Port& port : fleet.ports()) {
    const char* format = arguments.json ? "{\"ready\":true,\"link\":\"%s\",\"device\":\"%s\",\"control\":\"%s\"}\n"
                                        : "modem at %s (%s), control socket %s\n";
    std::printf(format, port.link.c_str(), port.device.c_str(), port.control.c_str());
  }
  std::fflush(stdout);
}

int run(const Arguments& arguments) {
  const FileDescriptor stop = stopSignals();
  auto fleet = Fleet::make(arguments.fleet);
  if (!fleet) {
    std::fprintf(stderr, "smartkar-modem-sim: %s\n", fleet.error().c_str());
    return kExitCannotStart;
  }
  printReady(*fleet, arguments);
  fleet->run(stop.get());
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  CLI::App app{"A SIM7080G LTE-M modem in software, on a pseudo terminal, connected to the real network"};
  Arguments arguments;
  declare(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  arguments.fleet.first.powered = arguments.power == "on";
  if (!readVariables(arguments) || !readRedirections(arguments) || !applySettings(arguments)) return kExitUsage;
  if (printLists(arguments)) return 0;
  if (app.got_subcommand("record")) return record(arguments.record, stopSignals().get());
  if (app.got_subcommand("replay")) {
    if (arguments.replay.serial.empty() && arguments.replay.link.empty()) {
      std::fprintf(stderr, "replay: --serial or --link is required\n");
      return kExitUsage;
    }
    return replay(arguments.replay, stopSignals().get());
  }
  if (arguments.fleet.link.empty() == arguments.fleet.script.empty()) {
    std::fprintf(stderr, "either --link or --script is required\n");
    return kExitUsage;
  }
  if (arguments.fleet.first.log && (arguments.fleet.count > 1 || !arguments.fleet.script.empty())) {
    std::fprintf(stderr, "--log shows one modem: neither with --count nor with --script\n");
    return kExitUsage;
  }
  return run(arguments);
} catch (const std::exception& error) {
  std::fprintf(stderr, "smartkar-modem-sim: %s\n", error.what());
  return kExitCannotStart;
}
