#include "sim/campaign/story.hpp"

#include <array>
#include <cstdio>

namespace smartkar::sim {
namespace {

constexpr std::size_t kLineMax = 200;

// Bytes that a terminal should not see are shown as numbers.
std::string printable(std::string_view bytes) {
  std::string text;
  for (const char c : bytes.substr(0, kLineMax)) {
    if (c >= ' ' && c <= '~') {
      text += c;
      continue;
    }
    std::array<char, 5> code{};
    std::snprintf(code.data(), code.size(), "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    text += code.data();
  }
  if (bytes.size() > kLineMax) text += "…";
  return text;
}

std::string_view operationName(device::VehicleOperation operation) {
  switch (operation) {
    case device::VehicleOperation::WriteProfile:
      return "gets a profile";
    case device::VehicleOperation::Start:
      return "is started";
    case device::VehicleOperation::Stop:
      return "is stopped";
    default:
      return "is told something";
  }
}

}  // namespace

void Story::onAct(std::size_t car, const VehicleAct& act) {
  std::string text = name(car).append(" VEHICLE ").append(operationName(act.operation));
  if (act.profile.charge) text.append(", to ").append(std::to_string(act.profile.target_soc)).append(" %");
  if (act.profile.climate) text.append(", to ").append(std::to_string(act.profile.temperature_c)).append(" °C");
  line(text);
}

void Story::onStart(std::size_t car, device::WakeCause cause) {
  line(name(car).append(" starts: ").append(device::wakeCauseText(cause)));
}

void Story::onModemInput(std::size_t car, std::string_view bytes) { lines(to_modem_[car], bytes, name(car) + " ->"); }

void Story::onModemOutput(std::size_t car, std::string_view bytes) {
  lines(from_modem_[car], bytes, name(car) + " <-");
}

void Story::onRi(std::size_t car, bool high) { line(name(car) + (high ? " RI high" : " RI low")); }

void Story::onPublished(const BrokerMessage& message) {
  line("broker " + message.topic + " " + printable(message.payload) + (message.retain ? " (retained)" : ""));
}

void Story::onCommand(const server::CommandRecord& command) {
  std::string text = "server " + name(command.ccid) + " command " + std::to_string(command.id) + " " + command.action;
  text.append(" is ").append(server::stateName(command.state));
  if (!command.stage.empty()) text.append(", ").append(command.stage);
  if (!command.error.empty()) text.append(": ").append(command.error);
  line(text);
}

void Story::onDevice(const server::DeviceRecord& device) {
  line("server " + name(device.ccid) + " is " + std::string(server::presenceName(device.presence)));
}

void Story::onServerStart() { line("server starts"); }

void Story::onFault(std::string_view fault, std::optional<std::size_t> car) {
  line("FAULT " + std::string(fault) + (car ? ", " + name(*car) : std::string()));
}

void Story::onAccepted(const Wish& wish) {
  line("owner: " + wish.key + ", " + wish.action + " " + wish.params_json + " is command " + std::to_string(*wish.id));
}

void Story::onMoment() {
  for (std::size_t car = 0; car < notebook_.world.cars.size(); ++car) {
    const bool awake = notebook_.world.cars[car]->awake();
    if (awake_[car] && !awake) line(name(car) + " sleeps");
    awake_[car] = awake;
  }
  for (; violations_ < notebook_.violations.size(); ++violations_) {
    const Violation& violation = notebook_.violations[violations_];
    line("BROKEN P" + std::to_string(violation.promise) + ": " + violation.text);
  }
}

void Story::onHealed() { line("everything is mended"); }

void Story::line(const std::string& text) { tell_(notebook_.world.time.now() - Instant{}, text); }

std::string Story::name(std::string_view ccid) const {
  const auto car = notebook_.carOf(ccid);
  return car ? name(*car) : std::string(ccid);
}

void Story::lines(std::string& rest, std::string_view bytes, const std::string& who) {
  rest += bytes;
  for (std::size_t end = rest.find_first_of("\r\n"); end != std::string::npos; end = rest.find_first_of("\r\n")) {
    if (end > 0) line(who + " " + printable(std::string_view(rest).substr(0, end)));
    rest.erase(0, end + 1);
  }
  if (rest.size() > kLineMax) line(who + " " + printable(std::exchange(rest, {})));
}

}  // namespace smartkar::sim
