#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "modem_sim/at_line.hpp"
#include "modem_sim/reply.hpp"

namespace smartkar::modem_sim {

struct Core;
struct SavedSettings;

constexpr unsigned kExecute = static_cast<unsigned>(Form::Execute);
constexpr unsigned kTest = static_cast<unsigned>(Form::Test);
constexpr unsigned kRead = static_cast<unsigned>(Form::Read);
constexpr unsigned kWrite = static_cast<unsigned>(Form::Write);

// What becomes of what a command sets (AT Manual V1.05 §1.7).
enum class Saving : std::uint8_t {
  None,       // NO_SAVE, or not stated: lost at a restart
  AtOnce,     // AUTO_SAVE
  AtRestart,  // AUTO_SAVE_REBOOT: kept, and in force after a restart
};

// One row of a command table.
struct CommandSpec {
  std::string_view name;
  unsigned forms;           // Form values that reach `run`
  std::string_view ranges;  // answer to =? behind "+NAME: "; empty: just OK
  Reply (*run)(Core&, const Command&);
  std::string_view section = {};  // of AT Manual V1.05, or of the standard that has the command, or "field"
  Saving saving = Saving::None;

  // All forms that are answered: extended commands have a test form in any case.
  constexpr unsigned answered() const { return forms | (name.starts_with('+') ? kTest : 0U); }
};

std::span<const CommandSpec> basicCommands();
std::span<const CommandSpec> radioCommands();
std::span<const CommandSpec> packetCommands();
std::span<const CommandSpec> psmCommands();
std::span<const CommandSpec> mqttCommands();
std::span<const CommandSpec> alibabaCommands();
std::span<const CommandSpec> tlsCommands();
std::span<const CommandSpec> clockCommands();
std::span<const CommandSpec> fileCommands();
std::span<const CommandSpec> gnssCommands();
std::span<const CommandSpec> httpCommands();
std::span<const CommandSpec> smsCommands();
std::span<const CommandSpec> smsSendCommands();
std::span<const CommandSpec> socketCommands();
std::span<const CommandSpec> socketSettingsCommands();
std::span<const CommandSpec> dnsCommands();

// A restart: what +CEDRX has asked for is requested from the network.
void requestNumberedEdrx(SavedSettings& saved);

// All of them.
std::span<const std::span<const CommandSpec>> commandTables();

// The table for people and for programs: name, forms, section and saving mode of each command.
std::string commandsText();
std::string commandsJson();

// Carries out one command; unknown ones and forms a command does not have are errors.
Reply runCommand(Core& core, const Command& command);

// For the handlers. Parameter `index` is a number in low … high.
bool inRange(const Command& command, std::size_t index, std::int64_t low, std::int64_t high);
// The number of parameter `index`; fallback if it is omitted or no number.
std::int64_t numberOr(const Command& command, std::size_t index, std::int64_t fallback);
// The text of parameter `index`; empty if there is none.
std::string_view textAt(const Command& command, std::size_t index);
std::string quoted(std::string_view text);
std::string upperCase(std::string_view text);

}  // namespace smartkar::modem_sim
