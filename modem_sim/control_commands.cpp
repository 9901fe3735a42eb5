#include "modem_sim/control_commands.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <optional>

#include "modem_sim/switches.hpp"

namespace smartkar::modem_sim {
namespace {

struct Context {
  Modem& modem;
  HostSwitch& host;
  Instant now;
};

// The first word of `rest`, which loses it.
std::string_view takeWord(std::string_view& rest) {
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  const std::string_view word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(word.size());
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  return word;
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

// True for the first word, false for the second, nothing for any other.
std::optional<bool> either(std::string_view text, std::string_view yes, std::string_view no) {
  if (text == yes) return true;
  if (text == no) return false;
  return std::nullopt;
}

bool dtr(Context& context, std::string_view text) {
  const auto high = either(text, "high", "low");
  if (high) context.modem.setDtr(*high, context.now);
  return high.has_value();
}
bool powerKey(Context& context, std::string_view text) {
  const auto pressed = either(text, "press", "release");
  if (pressed) context.modem.setPowerKey(*pressed, context.now);
  return pressed.has_value();
}
bool supply(Context& context, std::string_view text) {
  const auto on = either(text, "on", "off");
  if (on) context.modem.setVbat(*on, context.now);
  return on.has_value();
}
bool hostSleep(Context& context, std::string_view text) {
  const auto asleep = either(text, "asleep", "awake");
  if (asleep) context.host.setHostAsleep(*asleep);
  return asleep.has_value();
}
// A first word such as +491700000000 is the sender.
bool sms(Context& context, std::string_view rest) {
  constexpr std::string_view kAnybody = "+491700000000";
  const std::string_view text = rest;
  const std::string_view word = takeWord(rest);
  const bool number =
      word.size() > 1 && word.front() == '+' && word.find_first_not_of("0123456789", 1) == std::string_view::npos;
  context.modem.receiveSms(number ? word : kAnybody, number ? rest : text, context.now);
  return true;
}
std::optional<double> degrees(std::string_view text, double limit) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool number = error == std::errc{} && end == text.data() + text.size() && !text.empty();
  return number && value >= -limit && value <= limit ? std::optional(value) : std::nullopt;
}

bool gnss(Context& context, std::string_view rest) {
  if (rest == "off") {
    context.modem.setPosition(std::nullopt, context.now);
    return true;
  }
  const auto latitude = degrees(takeWord(rest), 90);
  const auto longitude = degrees(rest, 180);
  if (!latitude || !longitude) return false;
  context.modem.setPosition(GnssPosition{*latitude, *longitude}, context.now);
  return true;
}

bool radio(Context& context, std::string_view text) {
  const auto on = either(text, "on", "off");
  if (on) context.modem.setCoverage(*on, context.now);
  return on.has_value();
}
bool nat(Context& context, std::string_view text) {
  if (text != "drop") return false;
  context.modem.dropNat(context.now);
  return true;
}

bool fault(Context& context, std::string_view rest) {
  const std::string_view kind = takeWord(rest);
  Modem& modem = context.modem;
  if (modem.setFault(kind, rest, context.now)) return true;
  if (kind == "mute" || kind == "error") {
    modem.failNext(std::string(rest), kind == "mute", context.now);
    return rest.starts_with('+');
  }
  if (kind == "urc") {
    modem.emitUrc(std::string(rest), context.now);
  } else if (kind == "noise") {
    constexpr std::int64_t kMost = 4096;
    const auto bytes = number(rest);
    if (!bytes || *bytes < 1 || *bytes > kMost) return false;
    modem.emitNoise(static_cast<std::size_t>(*bytes), context.now);
  } else if (kind == "wedge") {
    modem.wedge(context.now);
  } else if (kind == "brownout") {
    modem.brownOut(context.now);
  } else if (kind == "powerdown") {
    modem.powerDownUnasked(context.now);
  } else if (kind == "pdp") {
    modem.dropPdp(context.now);
  } else if (kind == "none") {
    modem.stopFaults(context.now);
  } else {
    return false;
  }
  return true;
}

bool quirk(Context& context, std::string_view name) { return context.modem.applyQuirk(name, context.now); }

bool set(Context& context, std::string_view rest) {
  const std::string_view name = takeWord(rest);
  return setSwitch(context.modem.config(), name, rest);
}

struct ControlSpec {
  std::string_view name;
  std::string_view usage;
  bool (*run)(Context&, std::string_view rest);
};
constexpr std::array kControls = {
    ControlSpec{"dtr", "dtr high|low                 the host's DTR line", dtr},
    ControlSpec{"pwrkey", "pwrkey press|release         PWRKEY: a toggle, 1 ... 12 s on, over 1.2 s off", powerKey},
    ControlSpec{"vbat", "vbat on|off                  supply; off is a power cut", supply},
    ControlSpec{"host", "host awake|asleep            asleep: UART bytes for the host are lost", hostSleep},
    ControlSpec{"sms", "sms [+NUMBER] TEXT           an SMS arrives", sms},
    ControlSpec{"gnss", "gnss LATITUDE LONGITUDE|off  where the antenna is, in degrees; off: no sky", gnss},
    ControlSpec{"radio", "radio on|off                 coverage", radio},
    ControlSpec{"nat", "nat drop                     all connections die silently", nat},
    ControlSpec{"fault",
                "fault mute|error +COMMAND    the next such command never answers | fails\n"
                "fault urc TEXT               any unsolicited line\n"
                "fault noise BYTES            random bytes on the UART\n"
                "fault pdp|brownout|powerdown|wedge\n"
                "fault NAME RATE              by chance, --list-faults; fault none: no more of them",
                fault},
    ControlSpec{"quirk", "quirk NAME                   --list-quirks", quirk},
    ControlSpec{"set", "set NAME VALUE               switches and delays, see below", set},
};

}  // namespace

std::string stateJson(const ModemState& state) {
  const auto flag = [](bool on) { return on ? "true" : "false"; };
  return std::string("{\"power\":\"") + std::string(state.power) + "\",\"ri\":\"" + (state.ri_high ? "high" : "low") +
         "\",\"dtr\":\"" + (state.dtr_high ? "high" : "low") + "\",\"asleep\":" + flag(state.asleep) +
         ",\"host_awake\":" + flag(state.host_awake) + ",\"sim_ready\":" + flag(state.sim_ready) +
         ",\"coverage\":" + flag(state.coverage) + ",\"registration\":" + std::to_string(state.registration) +
         ",\"pdp\":" + flag(state.pdp) + ",\"mqtt\":" + std::to_string(state.mqtt) +
         ",\"sockets\":" + std::to_string(state.sockets) + "}";
}

std::string chargeJson(const Charge& charge) {
  const auto number = [](double value) {
    std::array<char, 32> text;
    std::snprintf(text.data(), text.size(), "%.4f", value);
    return std::string(text.data());
  };
  std::string json = "{\"total_mah\":" + number(charge.total_mah);
  for (std::size_t i = 1; i < kLoads; ++i) {
    const double seconds = std::chrono::duration<double>(charge.time[i]).count();
    json.append(",\"").append(name(static_cast<Load>(i))).append("\":{\"s\":").append(number(seconds));
    json.append(",\"mah\":").append(number(charge.mah[i])).append("}");
  }
  return json + "}";
}

std::string runControlCommand(Modem& modem, HostSwitch& host, std::string_view line, Instant now) {
  std::string_view rest = line;
  const std::string_view name = takeWord(rest);
  if (name == "state") return stateJson(modem.state());
  if (name == "power") return chargeJson(modem.charge(now));
  if (name == "questions") return questionsJson(modem.config());
  Context context{modem, host, now};
  for (const ControlSpec& control : kControls) {
    if (control.name == name) return control.run(context, rest) ? "ok" : "error: usage: " + std::string(control.usage);
  }
  return "error: unknown command, try one of: state power questions dtr pwrkey vbat host sms gnss radio nat fault "
         "quirk set";
}

std::string controlHelp() {
  std::string text =
      "Control socket (PATH.ctl), one command a line, answered by ok, error: ... or JSON;\n"
      "\"ri high|low\" is told on connecting and at every change, \"sms NUMBER TEXT\" when the modem sends one:\n"
      "  state                        one line of JSON\n"
      "  power                        charge drawn so far, by load: one line of JSON\n  ";
  for (const ControlSpec& control : kControls) {
    for (const char c : control.usage) text += c == '\n' ? std::string("\n  ") : std::string(1, c);
    text += "\n  ";
  }
  text += "questions                    --list-questions --json as it is now\n  NAMEs, VALUEs and defaults:\n";
  const Config defaults;
  for (const Switch& item : switches()) {
    text += "    " + std::string(item.name) + "  " + allowedValues(item) + "  (" + valueText(item, defaults) + ") " +
            std::string(item.meaning) + "\n";
  }
  return text;
}

}  // namespace smartkar::modem_sim
