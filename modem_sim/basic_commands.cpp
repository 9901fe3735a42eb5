// Identity, echo and power: AT Manual V1.05 chapters 2, 3 and 5.
#include <algorithm>
#include <array>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"
#include "modem_sim/number_setting.hpp"

namespace smartkar::modem_sim {
namespace {

Reply accept(Core&, const Command&) { return Reply::ok(); }

// A letter that switches: alone it means 0 (V.250 §5.3.1).
template <bool VolatileSettings::*kMember>
Reply letterSwitch(Core& core, const Command& command) {
  const std::int64_t on = numberOr(command, 0, 0);
  if (on > 1) return Reply::failed(Cme::ParamRange);
  core.settings.*kMember = on == 1;
  return Reply::ok();
}

// How the modem talks is as after a restart.
Reply defaults(Core& core, const Command&) {
  const VolatileSettings initial;
  core.settings.echo = initial.echo;
  core.settings.verbose = initial.verbose;
  core.settings.quiet = initial.quiet;
  core.settings.cmee = initial.cmee;
  core.settings.s_registers = initial.s_registers;
  return Reply::ok();
}

// §2.2.11 to §2.2.18; the characters of the command line are fixed.
struct SRegister {
  int number;
  int value;
  int low;
  int high;
};
constexpr std::array kSRegisters = {SRegister{0, 0, 0, 255}, SRegister{3, 13, 13, 13}, SRegister{4, 10, 10, 10},
                                    SRegister{5, 8, 8, 8},   SRegister{6, 2, 0, 999},  SRegister{7, 60, 0, 255},
                                    SRegister{8, 2, 0, 255}, SRegister{10, 14, 1, 255}};

Reply sRegister(Core& core, const Command& command) {
  const std::int64_t number = numberOr(command, 0, -1);
  for (const SRegister& known : kSRegisters) {
    if (known.number != number) continue;
    int& value = core.settings.s_registers.try_emplace(known.number, known.value).first->second;
    if (command.form == Form::Read) {
      const std::string digits = std::to_string(value);
      return Reply::ok().line(std::string(3 - digits.size(), '0') + digits);
    }
    if (command.parameters.size() < 2) return Reply::ok();  // only points to the register
    if (!inRange(command, 1, known.low, known.high)) return Reply::failed(Cme::ParamRange);
    value = static_cast<int>(numberOr(command, 1, 0));
    return Reply::ok();
  }
  return Reply::failed(Cme::ParamRange);
}

Reply maker(Core&, const Command&) { return Reply::ok().line("SIMCOM_Ltd"); }
Reply model(Core&, const Command&) { return Reply::ok().line("SIMCOM_SIM7080"); }

Reply capabilities(Core&, const Command&) { return Reply::ok().line("+GCAP: +CGSM,+DS"); }

Reply productInformation(Core& core, const Command&) {
  Reply reply = Reply::ok().line("SIMCOM_Ltd");
  reply.more("SIMCOM_SIM7080").more("Revision:" + core.config.revision);
  return reply;
}

// In no manual; as captured in lewisxhe/TinyGSM-fork. The revision is 1951Bxx and the module's name.
Reply everyRevision(Core& core, const Command&) {
  const std::string& revision = core.config.revision;
  const std::string sub_version = revision.substr(std::min<std::size_t>(4, revision.size()), 3) + "V01";
  Reply reply;
  reply.line("Revision:" + revision).more("CSUB:" + sub_version);
  reply.more(std::string("APRev:").append(revision).append(",").append(sub_version));
  reply.more("QCN:SIM7080G_P1.03_20210823").more("IMEI:" + core.config.imei);
  return reply;
}

Reply revision(Core& core, const Command&) { return Reply::ok().line("Revision:" + core.config.revision); }
Reply imei(Core& core, const Command&) { return Reply::ok().line(core.config.imei); }

// What a SIM that is not ready answers to whoever wants to read it.
Cme simError(SimCard::State state) {
  switch (state) {
    case SimCard::State::Missing:
      return Cme::SimNotInserted;
    case SimCard::State::Failed:
      return Cme::SimFailure;
    case SimCard::State::PinWanted:
      return Cme::SimPinRequired;
    case SimCard::State::PukWanted:
      return Cme::SimPukRequired;
    case SimCard::State::Unread:
    case SimCard::State::Ready:
      break;
  }
  return Cme::SimBusy;
}

Reply simText(Core& core, const std::string& text) {
  if (!core.sim_card.ready()) return Reply::failed(simError(core.sim_card.state()));
  return Reply::ok().line(text);
}

Reply imsi(Core& core, const Command&) { return simText(core, core.config.imsi); }
// A bare line, no "+CCID:" (§5.2.8).
Reply ccid(Core& core, const Command&) { return simText(core, core.config.ccid); }

Reply pinState(const Core& core) {
  const SimCard& card = core.sim_card;
  const EarlyCpin early = core.config.behaviour.early_cpin;
  const bool unreadable = card.state() == SimCard::State::Missing || card.state() == SimCard::State::Failed;
  if (unreadable) return Reply::failed(simError(card.state()));
  const bool starting = card.state() == SimCard::State::Unread && core.settings.cfun != 0;
  if (starting && early != EarlyCpin::NotReady) {
    return Reply::failed(early == EarlyCpin::SimBusy ? Cme::SimBusy : Cme::SimNotInserted);
  }
  return Reply::ok().line("+CPIN: " + std::string(card.text()));
}

Reply pin(Core& core, const Command& command) {
  SimCard& card = core.sim_card;
  if (command.form == Form::Read) return pinState(core);
  const bool wanted = card.state() == SimCard::State::PinWanted || card.state() == SimCard::State::PukWanted;
  if (!wanted) return Reply::failed();
  const bool right = card.state() == SimCard::State::PinWanted ? card.unlock(textAt(command, 0))
                                                               : card.unblock(textAt(command, 0), textAt(command, 1));
  if (!right) return Reply::failed(Cme::IncorrectPassword);
  Reply reply = Reply::ok();
  reply.after = [&core] { core.radio.simUnlocked(); };
  return reply;
}

Reply rate(Core& core, const Command& command) {
  constexpr std::array kRates = {0,      300,    600,    1200,    2400,    4800,    9600,    19200,   38400,  57600,
                                 115200, 230400, 921600, 2000000, 2900000, 3000000, 3200000, 3686400, 4000000};
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
  if (command.parameters.size() > 1) return Reply::failed(Cme::ParamCountBeyond);
  if (!inRange(command, 0, 0, 1)) return Reply::failed(Cme::ParamRange);
  const bool graceful = numberOr(command, 0, 0) == 1;
  core.events.after(Duration{0}, EventQueue::Owner::Hardware, [&core, graceful] { core.power.shutDown(graceful); });
  return Reply::silent();
}

Reply urcGroups(Core& core, const Command& command) {
  if (command.form == Form::Read) {
    Reply reply;
    for (const std::string_view group : {"QUALCOMM", "SYS", "SIMCARD", "SMS", "NETWORK", "TCPIP"}) {
      reply.more("+CURCCFG: " + quoted(group) + "," + std::to_string(core.saved.urc_groups.find(group)->second));
    }
    return reply;
  }
  const auto group = core.saved.urc_groups.find(upperCase(textAt(command, 0)));
  if (group == core.saved.urc_groups.end() || !inRange(command, 1, 0, 1)) return Reply::failed(Cme::ParamRange);
  group->second = static_cast<int>(numberOr(command, 1, 0));
  return Reply::ok();
}

// Kept only: neither RTS, CTS nor XON, XOFF reach the host of a simulator.
Reply flowControl(Core& core, const Command& command) {
  auto& [by_host, by_modem] = core.settings.flow_control;
  if (command.form == Form::Read) {
    return Reply::ok().line("+IFC: " + std::to_string(by_host) + "," + std::to_string(by_modem));
  }
  if (command.parameters.size() > 2) return Reply::failed(Cme::ParamCountBeyond);
  if (!inRange(command, 0, 0, 2) || (command.parameters.size() == 2 && !inRange(command, 1, 0, 2))) {
    return Reply::failed(Cme::ParamRange);
  }
  by_host = static_cast<int>(numberOr(command, 0, 0));
  by_modem = static_cast<int>(numberOr(command, 1, by_modem));
  return Reply::ok();
}

Reply netLight(Core& core, const Command& command) {
  auto& periods = core.settings.net_light;
  Reply reply;
  if (command.form == Form::Read) {
    for (std::size_t i = 0; i < periods.size(); ++i) {
      const auto [on, off] = periods[i];
      reply.more("+SLEDS: " + std::to_string(i + 1) + "," + std::to_string(on) + "," + std::to_string(off));
    }
    return reply;
  }
  const auto period = [&command](std::size_t index) {
    return inRange(command, index, 0, 0) || inRange(command, index, 40, 65535);
  };
  if (command.parameters.size() != 3 || !inRange(command, 0, 1, 3) || !period(1) || !period(2)) {
    return Reply::failed(Cme::ParamRange);
  }
  periods[static_cast<std::size_t>(numberOr(command, 0, 1)) - 1] = {static_cast<int>(numberOr(command, 1, 0)),
                                                                    static_cast<int>(numberOr(command, 2, 0))};
  return reply;
}

// 8 data bits, no parity, 1 stop bit is all there is; a parity is ignored (§2.2.30).
Reply characterFrame(Core&, const Command& command) {
  if (command.form == Form::Read) return Reply::ok().line("+ICF: 3,3");
  if (command.parameters.size() > 2) return Reply::failed(Cme::ParamCountBeyond);
  const bool known = inRange(command, 0, 3, 3) && (command.parameters.size() == 1 || inRange(command, 1, 0, 3));
  return known ? Reply::ok() : Reply::failed(Cme::ParamRange);
}
Reply activity(Core&, const Command&) { return Reply::ok().line("+CPAS: 0"); }

Reply characterSet(Core& core, const Command& command) {
  if (command.form == Form::Read) return Reply::ok().line("+CSCS: " + quoted(core.settings.character_set));
  const std::string name = upperCase(textAt(command, 0));
  if (name != "IRA" && name != "GSM" && name != "UCS2") return Reply::failed(Cme::ParamRange);
  core.settings.character_set = name;
  return Reply::ok();
}

Reply battery(Core&, const Command&) { return Reply::ok().line("+CBC: 0,62,3810"); }

constexpr std::array kCommands = {
    CommandSpec{"E", kExecute | kWrite, "", letterSwitch<&VolatileSettings::echo>, "2.2.3"},
    CommandSpec{"I", kExecute | kWrite, "", model, "2.2.5"},
    CommandSpec{"V", kExecute | kWrite, "", letterSwitch<&VolatileSettings::verbose>, "2.2.19"},
    CommandSpec{"Q", kExecute | kWrite, "", letterSwitch<&VolatileSettings::quiet>, "2.2.10"},
    CommandSpec{"Z", kExecute | kWrite, "", defaults, "2.1"},
    CommandSpec{"&F", kExecute | kWrite, "", defaults, "V.250 6.1.2"},
    CommandSpec{"&W", kExecute | kWrite, "", accept, "V.250 6.1"},
    CommandSpec{"H", kExecute | kWrite, "", accept, "2.2.4"},
    CommandSpec{"L", kExecute | kWrite, "", accept, "2.2.6"},
    CommandSpec{"M", kExecute | kWrite, "", accept, "2.2.7"},
    CommandSpec{"X", kExecute | kWrite, "", accept, "2.2.20"},
    CommandSpec{"&C", kExecute | kWrite, "", accept, "2.2.21"},
    CommandSpec{"&D", kExecute | kWrite, "", accept, "2.2.22"},
    CommandSpec{"&E", kExecute | kWrite, "", accept, "2.2.23"},
    CommandSpec{"+GCAP", kExecute, "", capabilities, "2.2.24"},
    CommandSpec{"+GSV", kExecute, "", productInformation, "5.2.9"},
    CommandSpec{"+CSCS", kRead | kWrite, "(\"IRA\",\"GSM\",\"UCS2\")", characterSet, "3.2.5"},
    CommandSpec{"+CPAS", kExecute, "(0,3,4)", activity, "3.2.10"},
    CommandSpec{"S", kWrite | kRead, "", sRegister, "2.2.12"},
    CommandSpec{"+CGMI", kExecute, "", maker, "3.2.1"},
    CommandSpec{"+GMI", kExecute, "", maker, "2.2.25"},
    CommandSpec{"+CGMM", kExecute, "", model, "3.2.2"},
    CommandSpec{"+GMM", kExecute, "", model, "2.2.26"},
    CommandSpec{"+CGMR", kExecute, "", revision, "3.2.3"},
    CommandSpec{"+GMR", kExecute, "", revision, "2.2.27"},
    CommandSpec{"+SIMCOMATI", kExecute, "", everyRevision, "field"},
    CommandSpec{"+CGSN", kExecute, "", imei, "3.2.4"},
    CommandSpec{"+GSN", kExecute, "", imei, "2.2.29"},
    CommandSpec{"+CIMI", kExecute, "", imsi, "3.2.6"},
    CommandSpec{"+CCID", kExecute, "", ccid, "5.2.8"},
    CommandSpec{"+CPIN", kRead | kWrite, "", pin, "3.2.11"},
    CommandSpec{"+IPR", kRead | kWrite,
                "(),(0,300,600,1200,2400,4800,9600,19200,38400,57600,115200,230400,921600,2000000,2900000,3000000,"
                "3200000,3686400,4000000)",
                rate, "2.2.32", Saving::AtOnce},
    CommandSpec{"+IFC", kRead | kWrite, "(0-2),(0-2)", flowControl, "2.2.31"},
    CommandSpec{"+ICF", kRead | kWrite, "(3),(0-3)", characterFrame, "2.2.30"},
    CommandSpec{"+CFUN", kRead | kWrite, "(0-1,4-7),(0-1)", function, "3.2.19", Saving::AtOnce},
    CommandSpec{"+CREBOOT", kExecute, "", reboot, "5.2.46"},
    CommandSpec{"+CPOWD", kWrite, "(0,1)", powerDown, "5.2.1"},
    CommandSpec{"+CURCCFG", kRead | kWrite, R"(("QUALCOMM","SYS","SIMCARD","SMS","NETWORK","TCPIP"),(0-1))", urcGroups,
                "5.2.49", Saving::AtOnce},
    CommandSpec{"+CBC", kExecute, "(0-2),(1-100),(voltage)", battery, "3.2.22"},
    CommandSpec{"+CMEE", kRead | kWrite, "(0,1,2)", numberSetting<&VolatileSettings::cmee, 0, 1, 2>, "3.2.8"},
    CommandSpec{"+CFGRI", kRead | kWrite, "(0-2)", numberSetting<&VolatileSettings::cfgri, 0, 1, 2>, "5.2.3"},
    CommandSpec{"+CBATCHK", kRead | kWrite, "(0,1)", numberSetting<&SavedSettings::cbatchk, 0, 1>, "5.2.15",
                Saving::AtOnce},
    CommandSpec{"+CSCLK", kRead | kWrite, "(0-1)", numberSetting<&SavedSettings::csclk, 0, 1>, "5.2.7", Saving::AtOnce},
    CommandSpec{"+SLEDS", kRead | kWrite, "(1-3),(0,40-65535),(0,40-65535)", netLight, "5.2.11"},
    CommandSpec{"+CNETLIGHT", kRead | kWrite, "(0,1)", numberSetting<&SavedSettings::cnetlight, 0, 1>, "5.2.12",
                Saving::AtOnce},
};

}  // namespace

std::span<const CommandSpec> basicCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
