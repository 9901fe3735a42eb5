// Names of hosts: AT Manual V1.05 chapter 19.
#include <algorithm>
#include <array>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"
#include "modem_sim/number_setting.hpp"

namespace smartkar::modem_sim {
namespace {

constexpr int kDefaultContext = 4;  // any that is active
constexpr std::size_t kNameMax = 65;

bool isIpv6(std::string_view text) {
  return text.find(':') != std::string_view::npos &&
         text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

// Four numbers of 0 … 255.
bool isIpv4(std::string_view text) {
  int groups = 1;
  for (;; ++groups) {
    const std::size_t dot = text.find('.');
    const auto number = Parameter{std::string(text.substr(0, dot))}.number();
    if (!number || *number < 0 || *number > 255) return false;
    if (dot == std::string_view::npos) return groups == 4;
    text.remove_prefix(dot + 1);
  }
}

Reply printServers(const DnsSettings& settings) {
  Reply reply = Reply::ok().line("Ipv4PrimaryDns: " + settings.ipv4[0]);
  reply.more("Ipv4SecondaryDns: " + settings.ipv4[1]);
  return reply.more("Ipv6PrimaryDns: " + settings.ipv6[0]).more("Ipv6SecondaryDns: " + settings.ipv6[1]);
}

// What is set here is kept and shown: names are found by the network of the simulator. If servers of one kind alone are
// set, those of the other are empty (§19.2.2).
Reply servers(Core& core, const Command& command) {
  if (command.form == Form::Read) return printServers(core.settings.dns);
  if (command.parameters.size() != 2) return Reply::failed(Cme::ParamCountNotEnough);
  DnsSettings wanted{{}, {}};
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string_view address = textAt(command, i);
    if (!isIpv4(address) && !isIpv6(address)) return Reply::failed(Cme::ParamFormat);
    (isIpv4(address) ? wanted.ipv4 : wanted.ipv6)[i] = address;
  }
  core.settings.dns = wanted;
  return Reply::ok();
}

bool contextActive(const Core& core) {
  const int context = core.settings.dns_context;
  if (context == kDefaultContext) return core.radio.dataPossible();
  return core.radio.pdp(static_cast<std::size_t>(context)) == Radio::Pdp::On;
}

void told(Core& core, const std::string& name, DnsResult result, const std::string& address) {
  const std::string found = "1," + quoted(name) + "," + quoted(address);
  const std::string failed = "0," + std::to_string(static_cast<int>(result));
  core.urc(UrcKind::Other, "+CDNSGIP: " + (result == DnsResult::Ok ? found : failed));
}

// Name, how often it is asked again, ms between. OK, then the result.
Reply resolve(Core& core, const Command& command) {
  const std::string name(textAt(command, 0));
  if (command.parameters.size() != 3) return Reply::failed(Cme::ParamCountNotEnough);
  if (name.empty() || name.size() > kNameMax || !inRange(command, 1, 0, 10) || !inRange(command, 2, 0, 60000)) {
    return Reply::failed(Cme::ParamRange);
  }
  if (core.resolver.busy()) return Reply::failed();
  const Duration patience = std::chrono::milliseconds((numberOr(command, 1, 0) + 1) * numberOr(command, 2, 0));
  Reply reply = Reply::ok();
  reply.after = [&core, name, patience] {
    if (!contextActive(core)) return told(core, name, DnsResult::NetworkError, {});
    core.resolver.ask(name, patience, [&core, name](DnsResult result, const std::string& address) {
      told(core, name, result, address);
    });
  };
  return reply;
}

constexpr std::array kCommands = {
    CommandSpec{"+CDNSPDPID", kRead | kWrite, "(0-4)", numberSetting<&VolatileSettings::dns_context, 0, 1, 2, 3, 4>,
                "19.2.1"},
    CommandSpec{"+CDNSCFG", kRead | kWrite, R"(("Primary DNS"),("Secondary DNS"))", servers, "19.2.2"},
    CommandSpec{"+CDNSGIP", kWrite, "65,(0-10),(0-60000)", resolve, "19.2.3"},
};

}  // namespace

std::span<const CommandSpec> dnsCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
