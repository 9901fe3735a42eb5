// What AT+CACFG sets for TCP and UDP: AT Manual V1.05 §12.2.10. Only buffers, keep-alive, time-outs, ASYNCOPEN and
// ATOCLOSE make a difference here; the others are kept and shown.
#include <array>
#include <optional>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"

namespace smartkar::modem_sim {
namespace {

constexpr std::int64_t kLastId = SocketEngine::kSockets - 1;
using Value = std::optional<int> SocketSettings::*;

struct Range {
  int low = 0;
  int high = 0;
};

// A tag with one number, or two of which the second may be left out.
struct Tag {
  std::string_view name;
  Range range;
  Value value;
  Range second_range = {};
  Value second = nullptr;
};
// The order is that of =? and ?, KEEPALIVE between them.
constexpr std::array kTags = {
    Tag{"TRANSWAITTM", {0, 20}, &SocketSettings::wait_100ms},
    Tag{"TRANSPKTSIZE", {1, 1460}, &SocketSettings::packet_size},
    Tag{"SACK", {0, 1}, &SocketSettings::selective_ack},
    Tag{"MSS", {512, 1420}, &SocketSettings::segment_size},
    Tag{"ACKDELAY", {0, 5000}, &SocketSettings::ack_delay_ms},
    Tag{"TCPIRT", {200, 120000}, &SocketSettings::retransmit_ms},
    Tag{"MAXRXT", {1, 16}, &SocketSettings::retransmissions},
    Tag{"TCPOT", {200, 120000}, &SocketSettings::give_up_ms},
    Tag{"KEEPALIVE", {0, 1}, nullptr},
    Tag{"TCP_NODELAY", {0, 1}, &SocketSettings::no_delay},
    Tag{"LINGER", {0, 1}, &SocketSettings::linger, {0, 120000}, &SocketSettings::linger_ms},
    Tag{"SNDBUF", {5840, 29200}, &SocketSettings::send_buffer},
    Tag{"RCVBUF", {5840, 29200}, &SocketSettings::receive_buffer},
    Tag{"ATOCLOSE", {0, 1}, &SocketSettings::auto_close, {0, 120}, &SocketSettings::auto_close_s},
    Tag{"ACCEPTNUM", {1, 7}, &SocketSettings::clients},
    Tag{"ASYNCOPEN", {0, 1}, &SocketSettings::async_open},
};

std::string text(const Range& range) {
  return "(" + std::to_string(range.low) + "-" + std::to_string(range.high) + ")";
}

std::string head(std::string_view name) { return "+CACFG: " + quoted(name) + ","; }

Reply ranges() {
  Reply reply;
  for (const Tag& tag : kTags) {
    std::string line = head(tag.name) + text(tag.range);
    if (tag.second != nullptr) line += "," + text(tag.second_range);
    if (tag.value == nullptr) line += ",[(30-86400),(30-86400),(1-100)]";
    reply.more(line);
  }
  reply.more(head("TIMEOUT") + "(0-12),(1-60000)").more(head("LOCALPORT") + "(0-12),(0-65535)");
  return reply.more(head("REMOTEADDR") + "(0-12),64,(1-65535)");
}

std::string keepAliveText(const SocketSettings& settings) {
  std::string line = head("KEEPALIVE") + std::to_string(settings.keep_alive);
  for (const int value : settings.keep_alive_values) line += "," + (value > 0 ? std::to_string(value) : std::string());
  return line;
}

std::string text(int value) { return std::to_string(value); }
const std::string& text(const std::string& value) { return value; }

// One line with all connections that have one; none if there are none.
template <class Type>
void printByConnection(Reply& reply, std::string_view name, const SocketSettings::ByConnection<Type>& values) {
  std::string line;
  for (std::size_t id = 0; id < values.size(); ++id) {
    if (!values[id]) continue;
    line.append(line.empty() ? head(name) : ",").append(std::to_string(id)).append(",").append(text(*values[id]));
  }
  if (!line.empty()) reply.more(line);
}

Reply values(const SocketSettings& settings) {
  Reply reply;
  for (const Tag& tag : kTags) {
    if (tag.value == nullptr) {
      reply.more(keepAliveText(settings));
      continue;
    }
    const std::optional<int> value = settings.*tag.value;
    if (!value) continue;
    std::string line = head(tag.name) + std::to_string(*value);
    if (tag.second != nullptr && settings.*tag.second) line += "," + std::to_string(*(settings.*tag.second));
    reply.more(line);
  }
  printByConnection(reply, "TIMEOUT", settings.send_timeout_ms);
  printByConnection(reply, "LOCALPORT", settings.local_port);
  printByConnection(reply, "REMOTEADDR", settings.remote);
  return reply;
}

// On or off, then seconds of silence, seconds between probes, probes: all three or none. (The manual's unit is ms; its
// range reads as seconds.)
Reply setKeepAlive(SocketSettings& settings, const Command& command) {
  const std::size_t count = command.parameters.size();
  const bool values = inRange(command, 2, 30, 86400) && inRange(command, 3, 30, 86400) && inRange(command, 4, 1, 100);
  if (!inRange(command, 1, 0, 1) || (count != 2 && (count != 5 || !values))) return Reply::failed(Cme::ParamRange);
  settings.keep_alive = static_cast<int>(numberOr(command, 1, 1));
  for (std::size_t i = 0; i < 3; ++i) settings.keep_alive_values[i] = static_cast<int>(numberOr(command, 2 + i, 0));
  return Reply::ok();
}

Reply setByConnection(SocketSettings& settings, const std::string& name, const Command& command) {
  const std::size_t count = command.parameters.size();
  if (!inRange(command, 1, 0, kLastId)) return Reply::failed(Cme::ParamRange);
  const auto id = static_cast<std::size_t>(numberOr(command, 1, 0));
  const auto number = static_cast<int>(numberOr(command, 2, 0));
  if (name == "TIMEOUT" && count == 3 && inRange(command, 2, 1, 60000)) {
    settings.send_timeout_ms[id] = number;
  } else if (name == "LOCALPORT" && count == 3 && inRange(command, 2, 0, 65535)) {
    settings.local_port[id] = number;
  } else if (name == "REMOTEADDR" && count == 4 && textAt(command, 2).size() <= 64 && inRange(command, 3, 1, 65535)) {
    settings.remote[id] = quoted(textAt(command, 2)) + "," + std::to_string(numberOr(command, 3, 0));
  } else {
    return Reply::failed(Cme::ParamRange);
  }
  return Reply::ok();
}

// ATOCLOSE: "when <autoClose_enable>=1, <autoClose_s> cannot be omitted".
bool secondMissing(const Tag& tag, const Command& command) {
  return tag.name == "ATOCLOSE" && numberOr(command, 1, 0) == 1 && command.parameters.size() < 3;
}

Reply set(SocketSettings& settings, const Tag& tag, const Command& command) {
  const std::size_t count = command.parameters.size();
  const bool two = tag.second != nullptr && count == 3;
  const bool right = (count == 2 || two) && inRange(command, 1, tag.range.low, tag.range.high) &&
                     (!two || inRange(command, 2, tag.second_range.low, tag.second_range.high));
  if (!right || secondMissing(tag, command)) return Reply::failed(Cme::ParamRange);
  settings.*tag.value = static_cast<int>(numberOr(command, 1, 0));
  if (tag.second != nullptr) {
    settings.*tag.second = two ? std::optional(static_cast<int>(numberOr(command, 2, 0))) : std::nullopt;
  }
  return Reply::ok();
}

Reply configure(Core& core, const Command& command) {
  SocketSettings& settings = core.settings.sockets;
  if (command.form == Form::Test) return ranges();
  if (command.form == Form::Read) return values(settings);
  const std::string name = upperCase(textAt(command, 0));
  if (name == "KEEPALIVE") return setKeepAlive(settings, command);
  for (const Tag& tag : kTags) {
    if (tag.name == name) return set(settings, tag, command);
  }
  return setByConnection(settings, name, command);
}

constexpr std::array kCommands = {
    CommandSpec{"+CACFG", kTest | kRead | kWrite, "", configure, "12.2.10"},
};

}  // namespace

std::span<const CommandSpec> socketSettingsCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
