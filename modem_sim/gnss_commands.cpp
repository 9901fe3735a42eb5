// The satellite receiver: AT Manual V1.05 chapter 8.
#include <algorithm>
#include <array>
#include <cstdio>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"

namespace smartkar::modem_sim {
namespace {

Reply power(Core& core, const Command& command) {
  if (command.form == Form::Read) return Reply::ok().line(core.gnss.on() ? "+CGNSPWR: 1" : "+CGNSPWR: 0");
  if (command.parameters.size() != 1 || !inRange(command, 0, 0, 1)) return Reply::failed(Cme::ParamRange);
  if (numberOr(command, 0, 0) == 1) {
    core.gnss.switchOn();
  } else {
    core.gnss.switchOff();
  }
  return Reply::ok();
}

// The lines without a fix and with the receiver off are from the manual and from TinyGSM, which reads 21 fields.
Reply information(Core& core, const Command&) {
  if (!core.gnss.on()) return Reply::ok().line("+CGNSINF: 0,,,,,,,,,,,,,,,,,,,,");
  if (!core.gnss.fixed()) {
    return Reply::ok().line("+CGNSINF: 1,,,0.000000,0.000000,-18.000,,,1,,0.1,0.1,0.1,,,,9999000.0,6144.0");
  }
  const CivilTime utc = civilTime(core.gnssTime());
  const GnssPosition& position = *core.gnss.position();
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(),
                "+CGNSINF: 1,1,%04d%02d%02d%02d%02d%02d.000,%.6f,%.6f,18.990,0.00,0.0,1,,0.9,1.2,0.8,,8,,8.4,9.0",
                utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, position.latitude, position.longitude);
  return Reply::ok().line(text.data());
}

template <Gnss::Start Kind>
Reply start(Core& core, const Command&) {
  constexpr std::string_view kNoXtraFile = "+CGNSXTRA: 1";
  core.gnss.start(Kind);
  Reply reply = Reply::ok();
  if (Kind == Gnss::Start::Cold && core.settings.gnss.xtra == 1) {
    reply.after = [&core, line = std::string(kNoXtraFile)] { core.urc(UrcKind::Other, line); };
  }
  return reply;
}

// Beside GPS one of GLONASS, Beidou, Galileo, QZSS; kept, and in force after a restart.
Reply constellations(Core& core, const Command& command) {
  std::array<int, 4>& enabled = core.saved.gnss_constellations;
  if (command.form == Form::Read) {
    std::string text = "+CGNSMOD: 1";
    for (const int on : enabled) text += "," + std::to_string(on);
    return Reply::ok().line(text);
  }
  if (command.parameters.size() != enabled.size() + 1 || !inRange(command, 0, 1, 1)) {
    return Reply::failed(Cme::ParamRange);
  }
  std::array<int, 4> wanted{};
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!inRange(command, i + 1, 0, 1)) return Reply::failed(Cme::ParamRange);
    wanted[i] = static_cast<int>(numberOr(command, i + 1, 0));
    sum += wanted[i];
  }
  if (sum > 1) return Reply::failed();
  enabled = wanted;
  return Reply::ok();
}

// Nobody has downloaded an XTRA file: there is none to ask about or to copy.
Reply xtra(Core& core, const Command& command) {
  int& enabled = core.settings.gnss.xtra;
  if (command.form == Form::Execute) return Reply::failed();
  if (command.form == Form::Read) return Reply::ok().line("+CGNSXTRA: " + std::to_string(enabled));
  if (!inRange(command, 0, 0, 1)) return Reply::failed(Cme::ParamRange);
  enabled = static_cast<int>(numberOr(command, 0, 0));
  return Reply::ok();
}
Reply copyXtra(Core&, const Command&) { return Reply::ok().line("+CGNSCPY: 1"); }

// One tag of AT+SGNSCFG.
struct Tag {
  std::string_view name;
  std::int64_t low;
  std::int64_t high;
  int GnssSettings::*value;
};
// The lines of OUTURC are documented nowhere.
constexpr std::array kTags = {
    Tag{"NMEAOUTPORT", 0, 2, &GnssSettings::nmea_port},
    Tag{"NMEATYPE", 0, 255, &GnssSettings::nmea_type},
    Tag{"OUTURC", 0, 1, &GnssSettings::out_urc},
    Tag{"ADSS", 0, 4, &GnssSettings::delete_data},
    Tag{"MODE", 0, 3, &GnssSettings::mode},
    Tag{"THRESHOLD", 1, 10000, &GnssSettings::threshold_m},
    Tag{"TIMEOUT", 10000, 180000, &GnssSettings::timeout_ms},
    Tag{"EXTRAINFO", 0, 1, &GnssSettings::extra_info},
};
constexpr std::array<std::int64_t, 5> kNmeaRates = {9600, 19200, 38400, 57600, 115200};

std::string tagText(const GnssSettings& settings, const Tag& tag, Form form) {
  std::string text = "+SGNSCFG: " + quoted(tag.name) + ",";
  if (form == Form::Read) {
    text += std::to_string(settings.*tag.value);
    const bool rate = tag.name == "NMEAOUTPORT" && settings.nmea_rate.has_value();
    return rate ? text + "," + std::to_string(*settings.nmea_rate) : text;
  }
  text += "(" + std::to_string(tag.low) + "-" + std::to_string(tag.high) + ")";
  if (tag.name != "NMEAOUTPORT") return text;
  text += ",(9600";
  for (std::size_t i = 1; i < kNmeaRates.size(); ++i) text += "," + std::to_string(kNmeaRates[i]);
  return text + ")";
}

bool isNmeaRate(const Command& command, std::size_t index) {
  return std::find(kNmeaRates.begin(), kNmeaRates.end(), numberOr(command, index, 0)) != kNmeaRates.end();
}

Reply configure(Core& core, const Command& command) {
  GnssSettings& settings = core.settings.gnss;
  Reply reply;
  if (command.form != Form::Write) {
    for (const Tag& tag : kTags) reply.more(tagText(settings, tag, command.form));
    return reply;
  }
  const std::string name = upperCase(textAt(command, 0));
  const std::size_t count = command.parameters.size();
  for (const Tag& tag : kTags) {
    if (tag.name != name) continue;
    const bool rate = name == "NMEAOUTPORT" && count == 3 && isNmeaRate(command, 2);
    if (!inRange(command, 1, tag.low, tag.high) || (count != 2 && !rate)) return Reply::failed(Cme::ParamRange);
    settings.*tag.value = static_cast<int>(numberOr(command, 1, 0));
    if (rate) settings.nmea_rate = static_cast<int>(numberOr(command, 2, 0));
    return reply;
  }
  return Reply::failed(Cme::ParamRange);
}

// 0 off; 1 the position once; 2 again and again: ms between reports, metres between them, accuracy.
Reply locate(Core& core, const Command& command) {
  if (command.form == Form::Test) {
    Reply ranges = Reply::ok().line("+SGNSCMD: 0");
    ranges.more("+SGNSCMD: 1,(0-2)");
    return ranges.more("+SGNSCMD: 2,(1000-60000),(0-1000),(0-3)");
  }
  const std::size_t count = command.parameters.size();
  const std::int64_t mode = numberOr(command, 0, -1);
  if (mode == 0 && count == 1) {
    core.gnss.switchOff();
    return Reply::ok();
  }
  Reply reply = Reply::ok();
  if (mode == 1 && count == 2 && inRange(command, 1, 0, 2)) {
    reply.after = [&core] { core.gnss.reportOnce(); };
    return reply;
  }
  if (mode != 2 || count != 4 || !inRange(command, 1, 1000, 60000) || !inRange(command, 2, 0, 1000) ||
      !inRange(command, 3, 0, 3)) {
    return Reply::failed(Cme::ParamRange);
  }
  reply.after = [&core, interval = std::chrono::milliseconds(numberOr(command, 1, 0)),
                 metres = static_cast<double>(numberOr(command, 2, 0))] { core.gnss.reportEvery(interval, metres); };
  return reply;
}

constexpr std::array kCommands = {
    CommandSpec{"+CGNSPWR", kRead | kWrite, "(0,1)", power, "8.2.1"},
    CommandSpec{"+CGNSINF", kExecute, "", information, "8.2.2"},
    CommandSpec{"+CGNSCOLD", kExecute, "", start<Gnss::Start::Cold>, "8.2.3"},
    CommandSpec{"+CGNSWARM", kExecute, "", start<Gnss::Start::Warm>, "8.2.4"},
    CommandSpec{"+CGNSHOT", kExecute, "", start<Gnss::Start::Hot>, "8.2.5"},
    CommandSpec{"+CGNSMOD", kRead | kWrite, "1,(0-1),(0-1),(0-1),(0-1)", constellations, "8.2.6", Saving::AtRestart},
    CommandSpec{"+CGNSXTRA", kExecute | kRead | kWrite, "(0-1)", xtra, "8.2.7"},
    CommandSpec{"+CGNSCPY", kExecute, "", copyXtra, "8.2.8"},
    CommandSpec{"+SGNSCFG", kTest | kRead | kWrite, "", configure, "8.2.9"},
    CommandSpec{"+SGNSCMD", kTest | kWrite, "", locate, "8.2.10"},
};

}  // namespace

std::span<const CommandSpec> gnssCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
