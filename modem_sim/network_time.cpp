#include "modem_sim/network_time.hpp"

#include <cstdlib>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"

namespace smartkar::modem_sim {
namespace {

// "+08"
std::string zoneText(int zone) {
  const std::string digits = std::to_string(std::abs(zone));
  return (zone < 0 ? "-" : "+") + (digits.size() < 2 ? "0" + digits : digits);
}

// Year to second, without leading zeros.
std::string numbers(const CivilTime& time) {
  std::string text = std::to_string(time.year);
  for (const int part : {time.month, time.day, time.hour, time.minute, time.second}) text += "," + std::to_string(part);
  return text;
}

}  // namespace

void receiveNetworkTime(Core& core) {
  const auto time = core.networkTime();
  const Behaviour& behaviour = core.config.behaviour;
  if (!core.settings.clts || !behaviour.nitz || !time) return;
  core.clock.set(*time, behaviour.network_zone);
  const std::string zone = quoted(zoneText(behaviour.network_zone));
  const std::string saving = std::to_string(behaviour.daylight_saving);
  const std::string name = quoted(core.config.operator_name);
  const std::string mcc = quoted(core.config.imsi.substr(0, 3));  // the home network's
  const std::string mnc = quoted(core.config.imsi.substr(3, 2));
  core.urc(UrcKind::Network, "*PSNWID: " + mcc + "," + mnc + "," + name + ",0," + name + ",0");
  core.urc(UrcKind::Network, "*PSUTTZ: " + numbers(civilTime(*time)) + "," + zone + "," + saving);
  core.urc(UrcKind::Network, "+CTZV: " + zone);
  core.urc(UrcKind::Network, "DST: " + saving);
}

}  // namespace smartkar::modem_sim
