#include "modem_sim/commands.hpp"

#include <array>

#include "modem_sim/core.hpp"

namespace smartkar::modem_sim {
namespace {

const CommandSpec* findSpec(std::string_view name) {
  for (const std::span<const CommandSpec> table : commandTables()) {
    for (const CommandSpec& spec : table) {
      if (spec.name == name) return &spec;
    }
  }
  return nullptr;
}

}  // namespace

std::span<const std::span<const CommandSpec>> commandTables() {
  static const std::array kTables = {
      basicCommands(),  radioCommands(),          packetCommands(), psmCommands(),    mqttCommands(), tlsCommands(),
      clockCommands(),  fileCommands(),           gnssCommands(),   httpCommands(),   smsCommands(),  smsSendCommands(),
      socketCommands(), socketSettingsCommands(), dnsCommands(),    alibabaCommands()};
  return kTables;
}

Reply runCommand(Core& core, const Command& command) {
  const CommandSpec* spec = findSpec(command.name);
  if (spec == nullptr) return Reply::failed(Cme::UnrecognizedCommand);
  if ((spec->forms & static_cast<unsigned>(command.form)) != 0) return spec->run(core, command);
  if ((spec->answered() & static_cast<unsigned>(command.form)) == 0) return Reply::failed();
  if (spec->ranges.empty()) return Reply::ok();
  return Reply::ok().line(command.name + ": " + std::string(spec->ranges));
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
