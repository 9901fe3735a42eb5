// The clock and who sets it: AT Manual V1.05 §3.2.20 and chapter 16.
#include <array>
#include <cstdio>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"
#include "modem_sim/number_setting.hpp"

namespace smartkar::modem_sim {
namespace {

// "yy/MM/dd,hh:mm:ss" with or without "±zz"; without, the zone stays.
Reply clock(Core& core, const Command& command) {
  if (command.form == Form::Read) return Reply::ok().line("+CCLK: " + quoted(core.clock.text()));
  constexpr std::size_t kShort = 17;
  constexpr std::size_t kWithZone = 20;
  constexpr int kZoneMax = 96;
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  std::array<int, 3> of_day{};
  int zone = core.clock.zone();
  const std::string text(textAt(command, 0));
  const int found = std::sscanf(text.c_str(), "%2d/%2u/%2u,%2d:%2d:%2d%3d", &year, &month, &day, &of_day[0], &of_day[1],
                                &of_day[2], &zone);
  const bool short_form = found == 6 && text.size() == kShort;
  if (!short_form && (found != 7 || text.size() != kWithZone)) return Reply::failed(Cme::ParamFormat);
  const std::chrono::year_month_day date(std::chrono::year(year + 2000), std::chrono::month(month),
                                         std::chrono::day(day));
  if (!date.ok() || of_day[0] > 23 || of_day[1] > 59 || of_day[2] > 59 || zone < -kZoneMax || zone > kZoneMax) {
    return Reply::failed(Cme::ParamRange);
  }
  const UnixTime local = std::chrono::sys_days(date) + std::chrono::hours(of_day[0]) + std::chrono::minutes(of_day[1]) +
                         std::chrono::seconds(of_day[2]);
  core.clock.set(local - zone * std::chrono::minutes(15), zone);
  return Reply::ok();
}

constexpr std::int64_t kLastContext = static_cast<std::int64_t>(Radio::kContexts) - 1;

Reply ntpContext(Core& core, const Command& command) {
  int& context = core.settings.ntp.context;
  if (command.form == Form::Read) return Reply::ok().line("+CNTPCID: " + std::to_string(context));
  if (!inRange(command, 0, 0, kLastContext)) return Reply::failed();
  context = static_cast<int>(numberOr(command, 0, 0));
  return Reply::ok();
}

// "yyyy/MM/dd,hh:mm:ss"
std::string longText(UnixTime utc) {
  const std::string text = clockText(utc, 0);
  return std::to_string(civilTime(utc).year / 100) + text.substr(0, text.find('+'));
}

void synchronised(Core& core, NtpResult result, UnixTime time) {
  const NtpSettings& settings = core.settings.ntp;
  std::string text = "+CNTP: " + std::to_string(static_cast<int>(result));
  if (result == NtpResult::Success) {
    if (settings.mode != 1) core.clock.set(time, settings.zone);
    if (settings.mode != 0) text += "," + quoted(longText(time));
  }
  core.urc(UrcKind::Other, text);
}

Reply synchronise(Core& core) {
  const NtpSettings settings = core.settings.ntp;
  if (settings.server.empty() || core.ntp.busy()) return Reply::failed();
  Reply reply = Reply::ok();
  reply.after = [&core, settings] {
    if (core.radio.pdp(static_cast<std::size_t>(settings.context)) != Radio::Pdp::On) {
      return synchronised(core, NtpResult::NetworkError, {});
    }
    core.ntp.ask(settings.server, [&core](NtpResult result, UnixTime time) { synchronised(core, result, time); });
  };
  return reply;
}

// Server, zone in quarters of an hour, application network, mode: 0 sets the clock, 1 prints the time, 2 does both.
Reply ntp(Core& core, const Command& command) {
  constexpr std::size_t kServerMax = 64;
  NtpSettings& settings = core.settings.ntp;
  if (command.form == Form::Execute) return synchronise(core);
  if (command.form == Form::Read) {
    return Reply::ok().line("+CNTP: " + settings.server + "," + std::to_string(settings.zone) + "," +
                            std::to_string(settings.context) + "," + std::to_string(settings.mode));
  }
  const std::string_view server = textAt(command, 0);
  const std::size_t count = command.parameters.size();
  if (server.empty() || server.size() > kServerMax || count > 4 || (count > 1 && !inRange(command, 1, -47, 48)) ||
      (count > 2 && !inRange(command, 2, 0, kLastContext)) || (count > 3 && !inRange(command, 3, 0, 2))) {
    return Reply::failed(Cme::ParamRange);
  }
  settings = {.server = std::string(server),
              .zone = static_cast<int>(numberOr(command, 1, settings.zone)),
              .context = static_cast<int>(numberOr(command, 2, settings.context)),
              .mode = static_cast<int>(numberOr(command, 3, settings.mode))};
  return Reply::ok();
}

constexpr std::array kCommands = {
    CommandSpec{"+CCLK", kRead | kWrite, "", clock, "3.2.20", Saving::AtOnce},
    CommandSpec{"+CNTPCID", kRead | kWrite, "(0-3)", ntpContext, "16.2.1"},
    CommandSpec{"+CNTP", kExecute | kRead | kWrite, "(1-64),(-47-48),(0-3),(0-2)", ntp, "16.2.2"},
    CommandSpec{"+CLTS", kRead | kWrite, R"("yy/MM/dd,hh:mm:ss+/-zz")", numberSetting<&SavedSettings::clts, 0, 1>,
                "5.2.4", Saving::AtRestart},
};

}  // namespace

std::span<const CommandSpec> clockCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
