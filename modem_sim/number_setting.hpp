#pragma once

#include <string>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"

namespace smartkar::modem_sim {

inline int& settingOf(Core& core, int SavedSettings::*member) { return core.saved.*member; }
inline int& settingOf(Core& core, int VolatileSettings::*member) { return core.settings.*member; }

// The read and write form of a command that only keeps one number. kAllowed: its values.
template <auto kMember, int... kAllowed>
Reply numberSetting(Core& core, const Command& command) {
  int& value = settingOf(core, kMember);
  if (command.form == Form::Read) return Reply::ok().line(command.name + ": " + std::to_string(value));
  if (command.parameters.size() > 1) return Reply::failed(Cme::ParamCountBeyond);
  const auto number = command.parameters[0].number();
  if (!number || !((*number == kAllowed) || ...)) return Reply::failed(Cme::ParamRange);
  value = static_cast<int>(*number);
  return Reply::ok();
}

}  // namespace smartkar::modem_sim
