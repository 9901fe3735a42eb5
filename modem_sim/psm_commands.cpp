// Power saving mode: AT Manual V1.05 §5.2.18 and §5.2.38 to §5.2.41.
#include <array>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"
#include "modem_sim/gprs_timer.hpp"
#include "modem_sim/number_setting.hpp"

namespace smartkar::modem_sim {
namespace {

Reply powerSaving(Core& core, const Command& command) {
  SavedSettings& saved = core.saved;
  if (command.form == Form::Read) {
    return Reply::ok().line("+CPSMS: " + std::to_string(saved.cpsms) + ",,," + quoted(saved.psm_tau) + "," +
                            quoted(saved.psm_active));
  }
  if (!inRange(command, 0, 0, 1)) return Reply::failed(Cme::ParamRange);
  for (std::size_t i = 3; i < command.parameters.size(); ++i) {
    if (!isTimerCode(textAt(command, i))) return Reply::failed(Cme::ParamFormat);
  }
  if (command.parameters.size() > 3) saved.psm_tau = textAt(command, 3);
  if (command.parameters.size() > 4) saved.psm_active = textAt(command, 4);
  core.psm.setMode(static_cast<int>(numberOr(command, 0, 0)));
  return Reply::ok();
}

// In whole seconds; a deactivated timer shows as 0.
std::string seconds(std::optional<Duration> time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time.value_or(Duration{0})).count());
}

// Mode, requested T3324 and T3412, granted ones, the network's ordinary T3412: 54 min (3GPP TS 24.301 table 10.2.1).
Reply granted(Core& core, const Command&) {
  const SavedSettings& saved = core.saved;
  const auto& network = core.psm.granted();
  const std::string asked = seconds(activeTime(saved.psm_active)) + "," + seconds(updateTime(saved.psm_tau));
  const std::string given =
      network ? seconds(activeTime(network->active)) + "," + seconds(updateTime(network->update)) : std::string("0,0");
  return Reply::ok().line("+CPSMRDP: " + std::to_string(saved.cpsms) + "," + asked + "," + given + ",3240");
}

Reply threshold(Core& core, const Command& command) {
  VolatileSettings& settings = core.settings;
  if (command.form == Form::Read) {
    return Reply::ok().line("+CPSMCFG: " + std::to_string(settings.psm_threshold_s) + "," +
                            std::to_string(settings.psm_versions));
  }
  if (!inRange(command, 0, 20, 86400) || (command.parameters.size() > 1 && !inRange(command, 1, 0, 15))) {
    return Reply::failed(Cme::ParamRange);
  }
  settings.psm_threshold_s = static_cast<int>(numberOr(command, 0, 20));
  settings.psm_versions = static_cast<int>(numberOr(command, 1, settings.psm_versions));
  return Reply::ok();
}

constexpr std::array kCommands = {
    CommandSpec{"+CPSMS", kRead | kWrite,
                "(0-1),(<Units(0-6)><TimerValue(0-31)> in bits),(<Units(0-2)><TimerValue(0-31)> in bits),"
                "(<Units(0-6)><TimerValue(0-31)> in bits),(<Units(0-2)><TimerValue(0-31)> in bits)",
                powerSaving, "5.2.18", Saving::AtOnce},
    CommandSpec{"+CPSMRDP", kExecute, "(0,1)", granted, "5.2.38"},
    CommandSpec{"+CPSMCFG", kRead | kWrite, "(20-86400),(0-15)", threshold, "5.2.39"},
    CommandSpec{"+CPSMSTATUS", kRead | kWrite, "(0-1)", numberSetting<&VolatileSettings::cpsmstatus, 0, 1>, "5.2.41"},
};

}  // namespace

std::span<const CommandSpec> psmCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
