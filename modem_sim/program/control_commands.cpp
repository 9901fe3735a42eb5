#include "modem_sim/program/control_commands.hpp"

#include <array>
#include <charconv>
#include <optional>

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
bool sms(Context& context, std::string_view text) {
  context.modem.receiveSms(text, context.now);
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
  } else {
    return false;
  }
  return true;
}

struct FlagSwitch {
  std::string_view name;
  bool Behaviour::*value;
};
constexpr std::array kFlags = {
    FlagSwitch{"ri_on_smsub", &Behaviour::ri_on_smsub},
    FlagSwitch{"ri_retrigger", &Behaviour::ri_retrigger},
    FlagSwitch{"smsub", &Behaviour::smsub_urc},
    FlagSwitch{"smstate_urc", &Behaviour::smstate_urc},
    FlagSwitch{"publish_ok_on_drop", &Behaviour::publish_ok_on_drop},
    FlagSwitch{"keep_backslash", &Behaviour::keep_backslash},
    FlagSwitch{"edrx_granted", &Behaviour::edrx_granted},
    FlagSwitch{"nitz", &Behaviour::nitz},
    FlagSwitch{"prompt_space", &Behaviour::prompt_space},
};

struct TimeSwitch {
  std::string_view name;
  Duration Timing::*value;
};
constexpr std::array kTimes = {
    TimeSwitch{"boot", &Timing::uart_ready},
    TimeSwitch{"sim", &Timing::sim_ready},
    TimeSwitch{"sms_ready", &Timing::sms_ready},
    TimeSwitch{"attach", &Timing::attach},
    TimeSwitch{"answer", &Timing::answer},
    TimeSwitch{"answer_gap", &Timing::answer_gap},
    TimeSwitch{"pdp", &Timing::pdp},
    TimeSwitch{"connect_plain", &Timing::mqtt_connect_plain},
    TimeSwitch{"connect_tls", &Timing::mqtt_connect_tls},
    TimeSwitch{"connect_timeout", &Timing::mqtt_connect_timeout},
    TimeSwitch{"request_timeout", &Timing::mqtt_request_timeout},
    TimeSwitch{"publish", &Timing::mqtt_publish},
    TimeSwitch{"socket_open_plain", &Timing::socket_open_plain},
    TimeSwitch{"socket_open_tls", &Timing::socket_open_tls},
    TimeSwitch{"socket_open_timeout", &Timing::socket_open_timeout},
    TimeSwitch{"tcp_give_up", &Timing::tcp_give_up},
    TimeSwitch{"nat_timeout", &Timing::nat_timeout},
    TimeSwitch{"latency", &Timing::latency},
    TimeSwitch{"power_down", &Timing::power_down},
    TimeSwitch{"dtr_wake", &Timing::dtr_wake},
    TimeSwitch{"sleep_entry", &Timing::sleep_entry},
    TimeSwitch{"rrc_tail", &Timing::rrc_tail},
    TimeSwitch{"ri_width", &Timing::ri_width},
    TimeSwitch{"ri_to_text", &Timing::ri_to_text},
};

std::optional<UrcWhenDtrHigh> urcMode(std::string_view text) {
  if (text == "immediate") return UrcWhenDtrHigh::Immediate;
  if (text == "buffered") return UrcWhenDtrHigh::Buffered;
  if (text == "lost") return UrcWhenDtrHigh::Lost;
  return std::nullopt;
}

bool setBehaviour(Behaviour& behaviour, std::string_view name, std::string_view value) {
  for (const FlagSwitch& flag : kFlags) {
    if (flag.name != name) continue;
    const auto on = either(value, "true", "false");
    if (on) behaviour.*flag.value = *on;
    return on.has_value();
  }
  if (name == "urc_when_dtr_high") {
    const auto mode = urcMode(value);
    if (mode) behaviour.urc_when_dtr_high = *mode;
    return mode.has_value();
  }
  if (name == "duplicate_subscribe") {
    const auto accept = either(value, "accept", "error");
    if (accept) behaviour.duplicate_subscribe = *accept ? DuplicateSubscribe::Accept : DuplicateSubscribe::Error;
    return accept.has_value();
  }
  if (name == "nat_expiry") {
    const auto silent = either(value, "silent", "reset");
    if (silent) behaviour.nat_expiry = *silent ? NatExpiry::Silent : NatExpiry::Reset;
    return silent.has_value();
  }
  if (name == "oversize") {
    const auto drop = either(value, "drop", "truncate");
    if (drop) behaviour.oversize = *drop ? Oversize::Drop : Oversize::Truncate;
    return drop.has_value();
  }
  return false;
}

bool set(Context& context, std::string_view rest) {
  std::string_view name = takeWord(rest);
  if (setBehaviour(context.modem.behaviour(), name, rest)) return true;
  const auto milliseconds = number(rest);
  if (!name.ends_with("_ms") || !milliseconds) return false;
  name.remove_suffix(3);
  return setTime(context.modem.timing(), name, std::chrono::milliseconds(*milliseconds));
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
    ControlSpec{"sms", "sms TEXT                     an SMS arrives", sms},
    ControlSpec{"radio", "radio on|off                 coverage", radio},
    ControlSpec{"nat", "nat drop                     all connections die silently", nat},
    ControlSpec{"fault",
                "fault mute|error +COMMAND    the next such command never answers | fails\n"
                "fault urc TEXT               any unsolicited line\n"
                "fault noise BYTES            random bytes on the UART\n"
                "fault pdp|brownout|powerdown|wedge",
                fault},
    ControlSpec{"set", "set NAME VALUE               switches and delays, see below", set},
};

}  // namespace

bool setTime(Timing& timing, std::string_view name, Duration value) {
  if (name == "paging") {
    timing.paging = value;
    return value >= Duration{0};
  }
  for (const TimeSwitch& time : kTimes) {
    if (time.name != name) continue;
    timing.*time.value = value;
    return true;
  }
  return false;
}

std::string timeNames() {
  std::string names = "paging";
  for (const TimeSwitch& time : kTimes) names += " " + std::string(time.name);
  return names;
}

std::string stateJson(const ModemState& state) {
  const auto flag = [](bool on) { return on ? "true" : "false"; };
  return std::string("{\"power\":\"") + std::string(state.power) + "\",\"ri\":\"" + (state.ri_high ? "high" : "low") +
         "\",\"dtr\":\"" + (state.dtr_high ? "high" : "low") + "\",\"asleep\":" + flag(state.asleep) +
         ",\"host_awake\":" + flag(state.host_awake) + ",\"sim_ready\":" + flag(state.sim_ready) +
         ",\"coverage\":" + flag(state.coverage) + ",\"registration\":" + std::to_string(state.registration) +
         ",\"pdp\":" + flag(state.pdp) + ",\"mqtt\":" + std::to_string(state.mqtt) +
         ",\"sockets\":" + std::to_string(state.sockets) + "}";
}

std::string runControlCommand(Modem& modem, HostSwitch& host, std::string_view line, Instant now) {
  std::string_view rest = line;
  const std::string_view name = takeWord(rest);
  if (name == "state") return stateJson(modem.state());
  Context context{modem, host, now};
  for (const ControlSpec& control : kControls) {
    if (control.name == name) return control.run(context, rest) ? "ok" : "error: usage: " + std::string(control.usage);
  }
  return "error: unknown command, try one of: state dtr pwrkey vbat host sms radio nat fault set";
}

std::string controlHelp() {
  std::string text =
      "Control socket (PATH.ctl), one command a line, answered by ok, error: ... or JSON;\n"
      "\"ri high|low\" is told on connecting and at every change:\n"
      "  state                        one line of JSON\n  ";
  for (const ControlSpec& control : kControls) {
    for (const char c : control.usage) text += c == '\n' ? std::string("\n  ") : std::string(1, c);
    text += "\n  ";
  }
  text += "switches (true|false):";
  for (const FlagSwitch& flag : kFlags) text += " " + std::string(flag.name);
  text +=
      "\n  urc_when_dtr_high immediate|buffered|lost, duplicate_subscribe error|accept, oversize drop|truncate, "
      "nat_expiry silent|reset\n";
  text += "  delays, as NAME_ms: " + timeNames() + "\n";
  return text;
}

}  // namespace smartkar::modem_sim
