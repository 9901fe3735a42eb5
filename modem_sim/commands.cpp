#include "modem_sim/commands.hpp"

#include <algorithm>
#include <array>

#include "modem_sim/core.hpp"

namespace smartkar::modem_sim {
namespace {

// A command that only keeps one number.
struct NumberSetting {
  std::string_view name;
  std::string_view ranges;
  std::span<const int> allowed;
  int SavedSettings::*saved = nullptr;
  int VolatileSettings::*current = nullptr;
};

constexpr std::array kSwitch = {0, 1};
constexpr std::array kZeroToTwo = {0, 1, 2};
constexpr std::array kCnmp = {2, 13, 38, 51};
constexpr std::array kCmnb = {1, 2, 3};

constexpr std::array kNumberSettings = {
    NumberSetting{"+CMEE", "(0-2)", kZeroToTwo, nullptr, &VolatileSettings::cmee},
    NumberSetting{"+CFGRI", "(0-2)", kZeroToTwo, nullptr, &VolatileSettings::cfgri},
    NumberSetting{"+CMGF", "(0,1)", kSwitch, nullptr, &VolatileSettings::cmgf},
    NumberSetting{"+CPSMSTATUS", "(0,1)", kSwitch, nullptr, &VolatileSettings::cpsmstatus},
    NumberSetting{"+CBATCHK", "(0,1)", kSwitch, nullptr, &VolatileSettings::cbatchk},
    NumberSetting{"+SMPUBHEX", "(0,1)", kSwitch, nullptr, &VolatileSettings::sm_pub_hex},
    NumberSetting{"+CSCLK", "(0,1)", kSwitch, &SavedSettings::csclk, nullptr},
    NumberSetting{"+CLTS", "(0,1)", kSwitch, &SavedSettings::clts, nullptr},
    NumberSetting{"+CNETLIGHT", "(0,1)", kSwitch, &SavedSettings::cnetlight, nullptr},
    NumberSetting{"+CNMP", "((2-Automatic),(13-GSM Only),(38-LTE Only),(51-GSM And LTE Only))", kCnmp,
                  &SavedSettings::cnmp, nullptr},
    NumberSetting{"+CMNB", "((1-CAT-M),(2-NB-IoT),(3-CAT-M And NB-IoT))", kCmnb, &SavedSettings::cmnb, nullptr},
};

int& value(Core& core, const NumberSetting& setting) {
  return setting.saved != nullptr ? core.saved.*setting.saved : core.settings.*setting.current;
}

Reply runSetting(Core& core, const NumberSetting& setting, const Command& command) {
  const std::string label = std::string(setting.name) + ": ";
  switch (command.form) {
    case Form::Test:
      return Reply::ok().line(label + std::string(setting.ranges));
    case Form::Read:
      return Reply::ok().line(label + std::to_string(value(core, setting)));
    case Form::Execute:
      return Reply::failed(Cme::SyntaxError);
    case Form::Write:
      break;
  }
  const auto number = command.parameters[0].number();
  if (command.parameters.size() != 1) return Reply::failed(Cme::ParamCountBeyond);
  if (!number || std::find(setting.allowed.begin(), setting.allowed.end(), *number) == setting.allowed.end()) {
    return Reply::failed(Cme::ParamRange);
  }
  value(core, setting) = static_cast<int>(*number);
  return Reply::ok();
}

const CommandSpec* findSpec(std::string_view name) {
  for (const auto table : {basicCommands(), radioCommands(), mqttCommands(), tlsCommands(), clockCommands(),
                           fileCommands(), gnssCommands(), httpCommands(), smsCommands(), socketCommands()}) {
    for (const CommandSpec& spec : table) {
      if (spec.name == name) return &spec;
    }
  }
  return nullptr;
}

}  // namespace

Reply runCommand(Core& core, const Command& command) {
  if (const CommandSpec* spec = findSpec(command.name)) {
    if ((spec->forms & static_cast<unsigned>(command.form)) != 0) return spec->run(core, command);
    if (command.form != Form::Test) return Reply::failed();
    if (spec->ranges.empty()) return Reply::ok();
    return Reply::ok().line(command.name + ": " + std::string(spec->ranges));
  }
  for (const NumberSetting& setting : kNumberSettings) {
    if (setting.name == command.name) return runSetting(core, setting, command);
  }
  return Reply::failed(Cme::UnrecognizedCommand);
}

bool inRange(const Command& command, std::size_t index, std::int64_t low, std::int64_t high) {
  if (index >= command.parameters.size()) return false;
  const auto number = command.parameters[index].number();
  return number && *number >= low && *number <= high;
}

std::int64_t numberOr(const Command& command, std::size_t index, std::int64_t fallback) {
  if (index >= command.parameters.size()) return fallback;
  return command.parameters[index].number().value_or(fallback);
}

std::string_view textAt(const Command& command, std::size_t index) {
  return index < command.parameters.size() ? std::string_view(command.parameters[index].text) : std::string_view();
}

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

std::string upperCase(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

}  // namespace smartkar::modem_sim
