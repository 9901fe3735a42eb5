// Registration, application network and eDRX: AT Manual V1.05 chapters 3, 5 and 7.
#include <algorithm>
#include <array>
#include <bitset>
#include <cstdio>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"
#include "modem_sim/number_setting.hpp"

namespace smartkar::modem_sim {
namespace {

Reply signal(Core& core, const Command&) {
  const int level = core.radio.registered() ? core.config.signal : 99;
  return Reply::ok().line("+CSQ: " + std::to_string(level) + ",99");
}

// What the modem measures of its cell: dBm, as CSQ has it (AT Manual V1.05 §3.2.16), and dB.
struct Measurement {
  int rssi;
  int rsrp;
  int rsrq = -11;
  int sinr = 12;
};
Measurement measure(const Config& config) {
  const int rssi = 2 * config.signal - 114;
  return {.rssi = rssi, .rsrp = rssi - 28};
}

// The rest of the cell is one in band 20, the same in +CPSI and +CENG.
Reply systemInformation(Core& core, const Command&) {
  if (!core.radio.registered()) return Reply::ok().line("+CPSI: NO SERVICE,Online");
  const Measurement level = measure(core.config);
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(),
                "+CPSI: LTE CAT-M1,Online,242-01,0x%04X,%d,281,EUTRAN-BAND20,6300,3,3,%d,%d,%d,%d", core.config.tac,
                core.config.cell, level.rsrq, level.rsrp, level.rssi, (level.sinr + 20) / 2);
  return Reply::ok().line(text.data());
}

// §5.2.26
constexpr std::array kBands = {1, 2, 3, 4, 5, 8, 12, 13, 14, 18, 19, 20, 25, 26, 27, 28, 66, 71, 85};

Reply bands(Core& core, const Command& command) {
  if (command.form == Form::Read) {
    Reply reply;
    for (const auto& [kind, list] : core.saved.bands) reply.more("+CBANDCFG: " + quoted(kind) + "," + list);
    return reply;
  }
  const auto kind = core.saved.bands.find(upperCase(textAt(command, 0)));
  if (kind == core.saved.bands.end() || command.parameters.size() < 2) return Reply::failed(Cme::ParamRange);
  std::string list;
  for (std::size_t i = 1; i < command.parameters.size(); ++i) {
    if (std::find(kBands.begin(), kBands.end(), numberOr(command, i, 0)) == kBands.end())
      return Reply::failed(Cme::ParamRange);
    list += (i > 1 ? "," : "") + command.parameters[i].text;
  }
  kind->second = list;
  return Reply::ok();
}

// The names of the only operator by their format: long, short, digits.
std::array<std::string, 3> operatorNames(const Core& core) { return {core.config.operator_name, "Sim", "24201"}; }

Reply operatorRead(const Core& core) {
  const std::string mode = "+COPS: " + std::to_string(core.saved.cops_mode);
  if (!core.radio.registered()) return Reply::ok().line(mode);
  const int format = core.settings.cops_format;
  const std::string name = operatorNames(core)[static_cast<std::size_t>(format)];
  return Reply::ok().line(mode + "," + std::to_string(format) + "," + quoted(name) + ",7");
}

// §3.2.9: mode 0 automatic, 1 manual, 2 away from the network, 3 only the format, 4 manual or else automatic.
Reply operatorSelection(Core& core, const Command& command) {
  if (command.form == Form::Read) return operatorRead(core);
  const auto names = operatorNames(core);
  if (command.form == Form::Test) {
    return Reply::ok().line("+COPS: (2," + quoted(names[0]) + "," + quoted(names[1]) + "," + quoted(names[2]) +
                            ",7),,(0,1,2,3,4),(0,1,2)");
  }
  const bool has_format = command.parameters.size() > 1;
  if (!inRange(command, 0, 0, 4) || (has_format && !inRange(command, 1, 0, 2))) return Reply::failed(Cme::ParamRange);
  const auto mode = static_cast<int>(numberOr(command, 0, 0));
  const auto format = static_cast<int>(numberOr(command, 1, core.settings.cops_format));
  const bool manual = mode == 1 || mode == 4;
  if (manual && command.parameters.size() < 3) return Reply::failed(Cme::ParamCountNotEnough);
  const bool found = textAt(command, 2) == names[static_cast<std::size_t>(format)];
  if (mode == 1 && !found) return Reply::failed(Cme::NoNetworkService);
  core.settings.cops_format = format;
  if (mode != 3) core.radio.setOperatorMode(mode == 4 ? (found ? 1 : 0) : mode);
  return Reply::ok();
}

Reply registration(Core& core, const Command& command) {
  int& n = command.name == "+CEREG"   ? core.settings.cereg
           : command.name == "+CGREG" ? core.settings.cgreg
                                      : core.settings.creg;
  if (command.form == Form::Read) {
    return Reply::ok().line(command.name + ": " + std::to_string(n) + "," + core.radio.registrationText(n));
  }
  if (command.parameters.size() > 1) return Reply::failed(Cme::ParamCountBeyond);
  const std::int64_t wanted = command.form == Form::Execute ? 0 : numberOr(command, 0, -1);
  if (wanted != 0 && wanted != 1 && wanted != 2 && (wanted != 4 || command.name == "+CREG"))
    return Reply::failed(Cme::ParamRange);
  n = static_cast<int>(wanted);
  return Reply::ok();
}

Reply attach(Core& core, const Command& command) {
  if (command.form == Form::Read) return Reply::ok().line(core.radio.attached() ? "+CGATT: 1" : "+CGATT: 0");
  if (!inRange(command, 0, 0, 1)) return Reply::failed(Cme::ParamRange);
  if (numberOr(command, 0, 0) == 0) {
    core.radio.setAttached(false);
    return Reply::ok();
  }
  if (core.radio.attached()) return Reply::ok();
  core.events.after(core.config.timing.gprs_attach, EventQueue::Owner::Firmware, [&core] {
    core.radio.setAttached(true);
    core.at.finish(core.radio.attached() ? Reply::ok() : Reply::failed(Cme::NoNetworkService));
  });
  return Reply::later();
}

constexpr std::array<std::string_view, 4> kPdpTypes = {"IP", "IPV6", "IPV4V6", "Non-IP"};

Reply pdpContext(Core& core, const Command& command) {
  if (command.form == Form::Test) {
    Reply reply;
    for (const std::string_view type : kPdpTypes) reply.more("+CGDCONT: (1-15)," + quoted(type) + ",,,(0-2),(0-4),(0)");
    return reply;
  }
  if (command.form == Form::Read) {
    Reply reply;
    for (const auto& [cid, text] : core.saved.pdp_contexts) {
      reply.more("+CGDCONT: " + std::to_string(cid) + "," + text + ",\"0.0.0.0\",0,0,0,0");
    }
    return reply;
  }
  if (!inRange(command, 0, 1, 15)) return Reply::failed(Cme::ParamRange);
  const auto cid = static_cast<int>(numberOr(command, 0, 1));
  if (command.parameters.size() == 1) {
    core.saved.pdp_contexts.erase(cid);
    return Reply::ok();
  }
  const auto type = std::find_if(kPdpTypes.begin(), kPdpTypes.end(), [&command](std::string_view known) {
    return upperCase(known) == upperCase(textAt(command, 1));
  });
  if (type == kPdpTypes.end()) return Reply::failed(Cme::ParamRange);
  core.saved.pdp_contexts[cid] = quoted(*type) + "," + quoted(textAt(command, 2));
  return Reply::ok();
}

// The name that the network assigned: that of the first context, or its own if the host has named none.
Reply networkApn(Core& core, const Command&) {
  if (!core.radio.registered()) return Reply::ok().line("+CGNAPN: 0,\"\"");
  const auto context = core.saved.pdp_contexts.find(1);
  if (context == core.saved.pdp_contexts.end()) return Reply::ok().line("+CGNAPN: 1," + quoted(core.config.apn));
  return Reply::ok().line("+CGNAPN: 1," + context->second.substr(context->second.find(',') + 1));
}

Reply networkConfig(Core& core, const Command& command) {
  constexpr int kContexts = static_cast<int>(Radio::kContexts);
  auto& configs = core.settings.network_configs;
  if (command.form == Form::Read) {
    Reply reply;
    for (int i = 0; i < kContexts; ++i) {
      const NetworkConfig config = configs.contains(i) ? configs.at(i) : NetworkConfig();
      reply.more("+CNCFG: " + std::to_string(i) + "," + std::to_string(config.type) + "," + config.rest);
    }
    return reply;
  }
  constexpr std::array<std::size_t, 3> kLimits = {150, 127, 127};  // apn, user, password
  if (!inRange(command, 0, 0, kContexts - 1) || !inRange(command, 1, 0, 4)) return Reply::failed(Cme::ParamRange);
  NetworkConfig wanted{static_cast<int>(numberOr(command, 1, 0)), {}};
  for (std::size_t i = 0; i < kLimits.size(); ++i) {
    if (textAt(command, 2 + i).size() > kLimits[i]) return Reply::failed(Cme::TextStringTooLong);
    wanted.rest += quoted(textAt(command, 2 + i)) + ",";
  }
  if (command.parameters.size() > 5 && !inRange(command, 5, 0, 3)) return Reply::failed(Cme::ParamRange);
  wanted.rest += std::to_string(numberOr(command, 5, 0));
  configs[static_cast<int>(numberOr(command, 0, 0))] = wanted;
  return Reply::ok();
}

Reply networkActive(Core& core, const Command& command) {
  constexpr int kContexts = static_cast<int>(Radio::kContexts);
  if (command.form == Form::Read) {
    Reply reply;
    for (std::size_t i = 0; i < Radio::kContexts; ++i) {
      const Radio::Pdp state = core.radio.pdp(i);
      const bool has_address = state == Radio::Pdp::On && core.radio.carriesIp(i);
      const std::string address = has_address ? core.config.ip_address : "0.0.0.0";
      reply.more("+CNACT: " + std::to_string(i) + "," + std::to_string(static_cast<int>(state)) + "," +
                 quoted(address));
    }
    return reply;
  }
  if (!inRange(command, 0, 0, kContexts - 1) || !inRange(command, 1, 0, 2)) return Reply::failed(Cme::ParamRange);
  const auto index = static_cast<std::size_t>(numberOr(command, 0, 0));
  const auto action = static_cast<int>(numberOr(command, 1, 0));
  const bool done = action == 0 ? core.radio.deactivate(index) : core.radio.activate(index, action);
  return done ? Reply::ok() : Reply::failed();
}

std::string fourBits(unsigned value) { return std::bitset<4>(value).to_string(); }

// Type, requested, granted, paging time window (§5.2.42).
std::string grantedEdrx(const Core& core) {
  const auto cycle = core.paging.edrxCycle();
  if (!cycle || !core.radio.registered()) return "0";
  return "4," + quoted(core.saved.edrx.at(4)) + "," + quoted(fourBits(*cycle)) + "," +
         quoted(fourBits(static_cast<unsigned>(core.config.behaviour.paging_window)));
}

Reply edrx(Core& core, const Command& command) {
  SavedSettings& saved = core.saved;
  if (command.form == Form::Read) {
    if (saved.edrx.empty()) return Reply::failed();
    Reply reply;
    for (const auto& [type, code] : saved.edrx) reply.more("+CEDRXS: " + std::to_string(type) + "," + quoted(code));
    return reply;
  }
  if (!core.sim_card.ready()) return Reply::failed();  // refused right after boot (technocreatives/sim7000)
  if (!inRange(command, 0, 0, 3) || command.parameters.size() > 3) return Reply::failed(Cme::ParamRange);
  const auto mode = static_cast<int>(numberOr(command, 0, 0));
  if (command.parameters.size() > 1) {
    const std::string_view code = textAt(command, 2);
    if (!inRange(command, 1, 4, 5) || code.size() != 4 || code.find_first_not_of("01") != std::string_view::npos) {
      return Reply::failed(Cme::ParamRange);
    }
    saved.edrx[static_cast<int>(numberOr(command, 1, 4))] = code;
  }
  saved.edrx_mode = mode == 3 ? 0 : mode;
  if (mode == 3) saved.edrx.clear();
  Reply reply = Reply::ok();
  if (mode == 2) {
    reply.after = [&core] {
      const std::string granted = grantedEdrx(core);
      if (granted != "0") core.urc(UrcKind::Other, "+CEDRXP: " + granted);
    };
  }
  return reply;
}

Reply edrxGranted(Core& core, const Command&) { return Reply::ok().line("+CEDRXRDP: " + grantedEdrx(core)); }

// +CRRCSTATE: <n>,<state>: 1 while there is a radio connection (§5.2.25).
Reply radioConnection(Core& core, const Command& command) {
  if (command.form == Form::Write) return numberSetting<&VolatileSettings::crrcstate, 0, 1>(core, command);
  const std::string state = core.data.radioIdle() ? ",0" : ",1";
  return Reply::ok().line("+CRRCSTATE: " + std::to_string(core.settings.crrcstate) + state);
}

// LTE M1 or no service (§5.2.6).
Reply systemMode(Core& core, const Command& command) {
  if (command.form == Form::Write) return numberSetting<&VolatileSettings::cnsmod, 0, 1>(core, command);
  return Reply::ok().line("+CNSMOD: " + std::to_string(core.settings.cnsmod) + (core.radio.registered() ? ",7" : ",0"));
}

// The serving cell; the simulated world has no neighbours (§5.2.30).
Reply engineering(Core& core, const Command& command) {
  if (command.form == Form::Write) {
    if (command.parameters.size() > 2) return Reply::failed(Cme::ParamCountBeyond);
    if (!inRange(command, 0, 0, 1) || (command.parameters.size() == 2 && !inRange(command, 1, 1, 1))) {
      return Reply::failed(Cme::ParamRange);
    }
    core.settings.engineering = static_cast<int>(numberOr(command, 0, 0));
    return Reply::ok();
  }
  const std::string head = "+CENG: " + std::to_string(core.settings.engineering);
  if (!core.radio.registered()) return Reply::ok().line(head + ",1,0,NO SERVICE");
  Reply reply = Reply::ok().line(head + ",1,1,LTE CAT-M1");
  const Measurement level = measure(core.config);
  std::array<char, 128> cell{};
  std::snprintf(cell.data(), cell.size(), "+CENG: 0,\"6300,281,%d,%d,%d,%d,%d,%d,242,01,255\"", level.rsrp, level.rssi,
                level.rsrq, level.sinr, core.config.tac, core.config.cell);
  return reply.more(cell.data());
}

// The same cycles as +CEDRXS, by number (§5.2.43): network type 2 NB-IoT, 3 CAT-M.
Reply edrxNumbers(Core& core, const Command& command) {
  auto& parameters = core.saved.edrx_numbers;
  if (command.form == Form::Read) {
    Reply reply;
    for (const auto& [mode, values] : parameters) {
      std::string line = "+CEDRX: " + std::to_string(mode);
      for (const int value : values) line.append(",").append(std::to_string(value));
      reply.more(line);
    }
    return reply;
  }
  if (command.parameters.size() < 4) return Reply::failed(Cme::ParamCountNotEnough);
  if (command.parameters.size() > 4) return Reply::failed(Cme::ParamCountBeyond);
  if (!inRange(command, 0, 2, 3) || !inRange(command, 1, 0, 1) || !inRange(command, 2, 0, 15) ||
      !inRange(command, 3, 0, 15)) {
    return Reply::failed(Cme::ParamRange);
  }
  const auto number = [&command](std::size_t index) { return static_cast<int>(numberOr(command, index, 0)); };
  parameters[number(0)] = {number(1), number(2), number(3)};
  return Reply::ok();
}

Reply releaseAssistance(Core& core, const Command& command) {
  auto& [indication, validity] = core.settings.release_assistance;
  if (command.form == Form::Read) {
    return Reply::ok().line("+CRAI: " + std::to_string(indication) + "," + std::to_string(validity));
  }
  if (command.parameters.size() > 2) return Reply::failed(Cme::ParamCountBeyond);
  if (!inRange(command, 0, 0, 2) || (command.parameters.size() == 2 && !inRange(command, 1, 0, 1))) {
    return Reply::failed(Cme::ParamRange);
  }
  indication = static_cast<int>(numberOr(command, 0, 0));
  validity = static_cast<int>(numberOr(command, 1, 0));
  return Reply::ok();
}

constexpr std::array kCommands = {
    CommandSpec{"+CSQ", kExecute, "(0-31,99),(0-7,99)", signal, "3.2.16"},
    CommandSpec{"+CPSI", kRead, "", systemInformation, "5.2.19"},
    CommandSpec{"+CBANDCFG", kRead | kWrite, "(CAT-M,NB-IOT),(1,2,3,4,5,8,12,13,14,18,19,20,25,26,27,28,66,71,85)",
                bands, "5.2.26", Saving::AtOnce},
    CommandSpec{"+COPS", kRead | kWrite | kTest, "", operatorSelection, "3.2.9", Saving::AtOnce},
    CommandSpec{"+CEREG", kExecute | kRead | kWrite, "(0-2,4)", registration, "6.2.7"},
    CommandSpec{"+CGREG", kExecute | kRead | kWrite, "(0-2,4)", registration, "6.2.5"},
    CommandSpec{"+CREG", kExecute | kRead | kWrite, "(0-2)", registration, "3.2.14"},
    CommandSpec{"+CGATT", kRead | kWrite, "(0,1)", attach, "6.2.1"},
    CommandSpec{"+CGDCONT", kTest | kRead | kWrite, "", pdpContext, "6.2.2", Saving::AtOnce},
    CommandSpec{"+CGNAPN", kExecute, "(0,1),120", networkApn, "5.2.20"},
    CommandSpec{"+CNCFG", kRead | kWrite, "(0-3),(0-4),150,127,127,(0-3)", networkConfig, "7.2.2"},
    CommandSpec{"+CNACT", kRead | kWrite, "(0-3),(0-2)", networkActive, "7.2.1"},
    CommandSpec{"+CEDRXS", kRead | kWrite, "(0-3),(4,5),(\"0000\"-\"1111\")", edrx, "5.2.42", Saving::AtOnce},
    CommandSpec{"+CEDRXRDP", kExecute, "", edrxGranted, "5.2.44"},
    CommandSpec{"+CRRCSTATE", kRead | kWrite, "(0,1)", radioConnection, "5.2.25"},
    CommandSpec{"+CNSMOD", kRead | kWrite, "(0-1)", systemMode, "5.2.6"},
    CommandSpec{"+CENG", kRead | kWrite, "(0,1),(1)", engineering, "5.2.30"},
    CommandSpec{"+CEDRX", kRead | kWrite, "(2-3),(0-1),(0-15),(0-15)", edrxNumbers, "5.2.43", Saving::AtRestart},
    CommandSpec{"+CRAI", kRead | kWrite, "(0-2),(0,1)", releaseAssistance, "5.2.45"},
    CommandSpec{"+CSDP", kRead | kWrite, "(0-2)", numberSetting<&SavedSettings::csdp, 0, 1, 2>, "5.2.21",
                Saving::AtRestart},
    CommandSpec{"+CNMP", kRead | kWrite, "((2-Automatic),(13-GSM Only),(38-LTE Only),(51-GSM And LTE Only))",
                numberSetting<&SavedSettings::cnmp, 2, 13, 38, 51>, "5.2.16", Saving::AtOnce},
    CommandSpec{"+CMNB", kRead | kWrite, "((1-Cat-M),(2-NB-IoT),(3-Cat-M And NB-IoT))",
                numberSetting<&SavedSettings::cmnb, 1, 2, 3>, "5.2.17", Saving::AtOnce},
};

}  // namespace

void requestNumberedEdrx(SavedSettings& saved) {
  constexpr int kCatM = 3;          // network type of +CEDRX
  constexpr int kCatMOfCedrxs = 4;  // of +CEDRXS
  const auto& [enabled, window, cycle] = saved.edrx_numbers.at(kCatM);
  if (enabled == 0) return;
  saved.edrx_mode = 1;
  saved.edrx[kCatMOfCedrxs] = fourBits(static_cast<unsigned>(cycle));
}

std::span<const CommandSpec> radioCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
