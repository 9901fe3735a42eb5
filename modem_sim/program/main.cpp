#include <signal.h>
#include <sys/signalfd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "modem_sim/answer_sets.hpp"
#include "modem_sim/commands.hpp"
#include "modem_sim/program/simulator.hpp"
#include "modem_sim/switches.hpp"

namespace {

using namespace smartkar;
using namespace smartkar::modem_sim;

constexpr int kExitCannotStart = 1;
constexpr int kExitUsage = 2;

struct Arguments {
  SimulatorOptions simulator;
  std::string link;
  std::string preset = "typical";
  std::string power = "off";
  std::vector<std::string> settings;  // NAME=VALUE
  bool list_commands = false;
  bool list_questions = false;
  std::string list_answers;
  std::optional<std::int64_t> boot_ms;
  std::optional<std::int64_t> attach_ms;
  std::optional<std::int64_t> latency_ms;
  bool json = false;
};

void declare(CLI::App& app, Arguments& arguments) {
  Config& modem = arguments.simulator.modem;
  app.add_option("--link", arguments.link, "Symbolic link to make for the modem's serial port");
  app.add_option("--seed", arguments.simulator.seed, "Seed of everything random")->capture_default_str();
  app.add_option("--ccid", modem.ccid, "ICCID of the SIM")->capture_default_str();
  app.add_option("--imei", modem.imei, "IMEI")->capture_default_str();
  app.add_option("--power", arguments.power, "on: the modem runs already; off: PWRKEY must be pressed")
      ->check(CLI::IsMember({"on", "off"}))
      ->capture_default_str();
  app.add_option("--ipr", modem.factory_baud, "AT+IPR as delivered; 0 = autobaud")->capture_default_str();
  app.add_option("--preset", arguments.preset, "Delays: typical of the field, or fast for tests")
      ->check(CLI::IsMember({"typical", "fast"}))
      ->capture_default_str();
  app.add_option("--boot-ms", arguments.boot_ms, "PWRKEY low to UART alive");
  app.add_option("--attach-ms", arguments.attach_ms, "SMS Ready to registered");
  app.add_option("--latency-ms", arguments.latency_ms, "Downlink delay");
  app.add_option("--set", arguments.settings, "NAME=VALUE, a switch or delay from the list below")
      ->allow_extra_args(false);
  app.add_flag("--list-commands", arguments.list_commands,
               "Print the AT commands with their forms, the manual's section and what is saved, and exit");
  app.add_flag("--list-questions", arguments.list_questions,
               "Print what no document says about the modem and which switches answer it, and exit");
  app.add_option("--list-answers", arguments.list_answers,
                 "Print other answers to the questions, a line of NAME=VALUE... for each set, and exit: each alone, or "
                 "so that every two meet in a set")
      ->check(CLI::IsMember({"alone", "pairwise"}));
  app.add_flag("--log", arguments.simulator.log, "Show the dialogue on standard error");
  app.add_flag("--json", arguments.json,
               "Print one line of JSON when ready; with --list-commands or --list-questions: JSON");
  app.footer(controlHelp() +
             "\nExamples:\n"
             "  smartkar-modem-sim --link /tmp/modem --power on --preset fast --log\n"
             "  smartkar-modem-sim --link /tmp/modem --set paging_ms=20480 --ccid 89470000000000000042\n"
             "  echo 'pwrkey press' | socat - UNIX-CONNECT:/tmp/modem.ctl\n"
             "\nExit codes: 0 stopped by Ctrl-C or SIGTERM, 1 could not start, 2 wrong usage.");
}

// False: a name or value is wrong.
bool applySettings(Arguments& arguments) {
  Config& modem = arguments.simulator.modem;
  if (arguments.preset == "fast") modem.timing = Timing::fast();
  const auto set = [&modem](std::string_view name, const std::optional<std::int64_t>& value) {
    return !value || setSwitch(modem, name, std::to_string(*value));
  };
  if (!set("boot_ms", arguments.boot_ms) || !set("attach_ms", arguments.attach_ms) ||
      !set("latency_ms", arguments.latency_ms)) {
    std::fprintf(stderr, "--boot-ms, --attach-ms, --latency-ms: 0 ms to 24 h\n");
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

void listQuestions(const Arguments& arguments) {
  const Config& modem = arguments.simulator.modem;
  std::fputs((arguments.json ? questionsJson(modem) + "\n" : questionsText(modem)).c_str(), stdout);
}

void listAnswers(const Arguments& arguments) {
  for (const Answers& set : arguments.list_answers == "alone" ? answersAlone() : answersPairwise()) {
    std::string line;
    for (const auto& [name, value] : set) line.append(line.empty() ? "" : " ").append(name).append("=").append(value);
    std::puts(line.c_str());
  }
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

int run(const Arguments& arguments) {
  const FileDescriptor stop = stopSignals();
  const std::string control_path = arguments.link + ".ctl";
  auto pty = Pty::open(arguments.link);
  if (!pty) {
    std::fprintf(stderr, "smartkar-modem-sim: %s\n", pty.error().c_str());
    return kExitCannotStart;
  }
  auto control = ControlServer::open(control_path);
  if (!control) {
    std::fprintf(stderr, "smartkar-modem-sim: %s\n", control.error().c_str());
    return kExitCannotStart;
  }
  const std::string device = pty->device();
  Simulator simulator(arguments.simulator, std::move(*pty), std::move(*control));
  const char* format = arguments.json ? "{\"ready\":true,\"link\":\"%s\",\"device\":\"%s\",\"control\":\"%s\"}\n"
                                      : "modem at %s (%s), control socket %s\n";
  std::printf(format, arguments.link.c_str(), device.c_str(), control_path.c_str());
  std::fflush(stdout);
  simulator.run(stop.get());
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
  arguments.simulator.powered = arguments.power == "on";
  if (!applySettings(arguments)) return kExitUsage;
  if (!arguments.list_answers.empty()) {
    listAnswers(arguments);
    return 0;
  }
  if (arguments.list_commands) {
    std::fputs((arguments.json ? commandsJson() : commandsText()).c_str(), stdout);
    return 0;
  }
  if (arguments.list_questions) {
    listQuestions(arguments);
    return 0;
  }
  if (arguments.link.empty()) {
    std::fprintf(stderr, "--link is required\n");
    return kExitUsage;
  }
  return run(arguments);
} catch (const std::exception& error) {
  std::fprintf(stderr, "smartkar-modem-sim: %s\n", error.what());
  return kExitCannotStart;
}
