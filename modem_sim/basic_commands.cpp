// Identity, echo and power: AT Manual V1.05 chapters 2, 3 and 5.
#include <array>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"

namespace smartkar::modem_sim {
namespace {

Reply accept(Core&, const Command&) { return Reply::ok(); }

Reply echo(Core& core, const Command& command) {
  const std::int64_t on = numberOr(command, 0, 0);
  if (on > 1) return Reply::failed(Cme::ParamRange);
  core.settings.echo = on == 1;
  return Reply::ok();
}

Reply sRegister(Core&, const Command& command) {
  constexpr std::array<std::pair<int, const char*>, 3> kRegisters = {{{3, "013"}, {4, "010"}, {5, "008"}}};
  if (command.form != Form::Read) return Reply::ok();
  for (const auto& [number, text] : kRegisters) {
    if (numberOr(command, 0, -1) == number) return Reply::ok().line(text);
  }
  return Reply::ok().line("000");
}

Reply maker(Core&, const Command&) { return Reply::ok().line("SIMCOM_Ltd"); }
Reply model(Core&, const Command&) { return Reply::ok().line("SIMCOM_SIM7080"); }

Reply revision(Core& core, const Command&) { return Reply::ok().line("Revision:" + core.config.revision); }
Reply imei(Core& core, const Command&) { return Reply::ok().line(core.config.imei); }

Reply simText(Core& core, const std::string& text) {
  if (!core.config.sim_inserted) return Reply::failed(Cme::SimNotInserted);
  if (!core.radio.simReady()) return Reply::failed(Cme::SimBusy);
  return Reply::ok().line(text);
}

Reply imsi(Core& core, const Command&) { return simText(core, core.config.imsi); }
// A bare line, no "+CCID:" (§5.2.8).
Reply ccid(Core& core, const Command&) { return simText(core, core.config.ccid); }

Reply pin(Core& core, const Command&) {
  if (core.settings.cfun == 0) return Reply::ok().line("+CPIN: NOT READY");
  return simText(core, "+CPIN: READY");
}

Reply rate(Core& core, const Command& command) {
  constexpr std::array<int, 17> kRates = {0,     300,    600,    1200,   2400,    4800,    9600,    19200,  38400,
                                          57600, 115200, 230400, 921600, 2000000, 2900000, 3200000, 4000000};
  if (command.form == Form::Read) return Reply::ok().line("+IPR: " + std::to_string(core.saved.ipr));
  const std::int64_t wanted = numberOr(command, 0, -1);
  for (const int known : kRates) {
    if (known != wanted) continue;
    Reply reply = Reply::ok();
    reply.after = [&core, known] {
      core.saved.ipr = known;  // in force after the result code
      core.autobaud.reset();
    };
    return reply;
  }
  return Reply::failed(Cme::ParamRange);
}

void rebootAfterAnswer(Core& core) {
  // The answer needs its time on the wire: OK is 6 bytes.
  core.events.after(20ms, EventQueue::Owner::Firmware, [&core] { core.power.reboot(); });
}

Reply reboot(Core& core, const Command&) {
  Reply reply = Reply::ok();
  reply.after = [&core] { rebootAfterAnswer(core); };
  return reply;
}

// §3.2.19: the level is saved except 0; 7 can only be left by 6.
Reply function(Core& core, const Command& command) {
  if (command.form == Form::Read) return Reply::ok().line("+CFUN: " + std::to_string(core.settings.cfun));
  const std::int64_t level = numberOr(command, 0, -1);
  const std::int64_t restart = numberOr(command, 1, 0);
  const bool known = level == 0 || level == 1 || (level >= 4 && level <= 7);
  const bool stuck = core.settings.cfun == 7 && level != 6;
  if (!known || restart < 0 || restart > 1) return Reply::failed(Cme::ParamRange);
  if (stuck) return Reply::failed();
  if (level == 6 || restart == 1) {
    if (level != 6 && level != 0) core.saved.cfun = static_cast<int>(level);
    return reboot(core, command);
  }
  Reply reply = Reply::ok();
  const int wanted = static_cast<int>(level);
  if (wanted == core.settings.cfun) return reply;
  if (wanted == 0) {
    core.radio.setFunction(0);
    reply.line("+CPIN: NOT READY");
  } else {
    reply.after = [&core, wanted] { core.radio.setFunction(wanted); };
  }
  return reply;
}

Reply powerDown(Core& core, const Command& command) {
  if (!inRange(command, 0, 0, 1)) return Reply::failed(Cme::ParamRange);
  const bool graceful = numberOr(command, 0, 0) == 1;
  core.events.after(Duration{0}, EventQueue::Owner::Hardware, [&core, graceful] { core.power.shutDown(graceful); });
  return Reply::silent();
}

Reply urcGroups(Core& core, const Command& command) {
  if (command.form == Form::Read) {
    Reply reply;
    for (const auto& [group, on] : core.saved.urc_groups) {
      reply.more("+CURCCFG: " + quoted(group) + "," + std::to_string(on));
    }
    return reply;
  }
  const auto group = core.saved.urc_groups.find(upperCase(textAt(command, 0)));
  if (group == core.saved.urc_groups.end() || !inRange(command, 1, 0, 1)) return Reply::failed(Cme::ParamRange);
  group->second = static_cast<int>(numberOr(command, 1, 0));
  return Reply::ok();
}

Reply flowControl(Core&, const Command& command) {
  return command.form == Form::Read ? Reply::ok().line("+IFC: 0,0") : Reply::ok();
}
Reply characterFrame(Core&, const Command& command) {
  return command.form == Form::Read ? Reply::ok().line("+ICF: 3,3") : Reply::ok();
}
Reply battery(Core&, const Command&) { return Reply::ok().line("+CBC: 0,62,3810"); }

constexpr std::array kCommands = {
    CommandSpec{"E", kExecute | kWrite, "", echo},
    CommandSpec{"I", kExecute | kWrite, "", model},
    CommandSpec{"V", kExecute | kWrite, "", accept},
    CommandSpec{"Q", kExecute | kWrite, "", accept},
    CommandSpec{"Z", kExecute | kWrite, "", accept},
    CommandSpec{"&F", kExecute | kWrite, "", accept},
    CommandSpec{"&W", kExecute | kWrite, "", accept},
    CommandSpec{"S", kWrite | kRead, "", sRegister},
    CommandSpec{"+CGMI", kExecute, "", maker},
    CommandSpec{"+GMI", kExecute, "", maker},
    CommandSpec{"+CGMM", kExecute, "", model},
    CommandSpec{"+GMM", kExecute, "", model},
    CommandSpec{"+CGMR", kExecute, "", revision},
    CommandSpec{"+GMR", kExecute, "", revision},
    CommandSpec{"+CGSN", kExecute, "", imei},
    CommandSpec{"+GSN", kExecute, "", imei},
    CommandSpec{"+CIMI", kExecute, "", imsi},
    CommandSpec{"+CCID", kExecute, "", ccid},
    CommandSpec{"+CPIN", kRead, "", pin},
    CommandSpec{"+IPR", kRead | kWrite,
                "(),(0,300,600,1200,2400,4800,9600,19200,38400,57600,115200,230400,921600,2000000,2900000,3200000,"
                "4000000)",
                rate},
    CommandSpec{"+IFC", kRead | kWrite, "(0-2),(0-2)", flowControl},
    CommandSpec{"+ICF", kRead | kWrite, "(1-6),(0-3)", characterFrame},
    CommandSpec{"+CFUN", kRead | kWrite, "(0,1,4,5,6,7),(0,1)", function},
    CommandSpec{"+CREBOOT", kExecute, "", reboot},
    CommandSpec{"+CPOWD", kWrite, "(0,1)", powerDown},
    CommandSpec{"+CURCCFG", kRead | kWrite, "", urcGroups},
    CommandSpec{"+CBC", kExecute, "", battery},
};

}  // namespace

std::span<const CommandSpec> basicCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
