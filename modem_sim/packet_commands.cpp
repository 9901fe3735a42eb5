// Packet domain: AT Manual V1.05 chapter 6, what the application network of chapter 7 does not need.
#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"
#include "modem_sim/number_setting.hpp"

namespace smartkar::modem_sim {
namespace {

// "1,2"
std::string definedContexts(const SavedSettings& saved) {
  std::string list;
  for (const auto& [cid, context] : saved.pdp_contexts) {
    if (!list.empty()) list += ',';
    list += std::to_string(cid);
  }
  return list;
}

// The contexts that the command names from parameter `first` on; all that are defined if it names none. Nothing: one of
// them is not defined.
std::optional<std::vector<int>> namedContexts(const Core& core, const Command& command, std::size_t first) {
  std::vector<int> contexts;
  contexts.reserve(std::max(core.saved.pdp_contexts.size(), command.parameters.size()));
  if (command.parameters.size() <= first) {
    for (const auto& [cid, context] : core.saved.pdp_contexts) contexts.push_back(cid);
    return contexts;
  }
  for (std::size_t i = first; i < command.parameters.size(); ++i) {
    const auto cid = static_cast<int>(inRange(command, i, 1, 15) ? numberOr(command, i, 0) : 0);
    if (!core.saved.pdp_contexts.contains(cid)) return std::nullopt;
    contexts.push_back(cid);
  }
  return contexts;
}

// The network has a bearer for the first context while attached, and none for others (the command is for tests with
// network simulators, §6.2.3: nothing here uses it).
bool active(const Core& core, int cid) { return cid == 1 && core.radio.attached(); }

Reply activate(Core& core, const Command& command) {
  if (command.form == Form::Read) {
    Reply reply;
    for (const auto& [cid, context] : core.saved.pdp_contexts) {
      reply.more("+CGACT: " + std::to_string(cid) + (active(core, cid) ? ",1" : ",0"));
    }
    return reply;
  }
  if (!inRange(command, 0, 0, 1)) return Reply::failed(Cme::ParamRange);
  if (!namedContexts(core, command, 1)) return Reply::failed(Cme::ParamRange);
  const bool refused = numberOr(command, 0, 0) == 1 && !core.radio.attached();
  return refused ? Reply::failed(Cme::NotAttached) : Reply::ok();
}

// An address is kept after PSM although the application network is gone (TinyGSM#829).
Reply address(Core& core, const Command& command) {
  if (command.form == Form::Test) return Reply::ok().line("+CGPADDR: (" + definedContexts(core.saved) + ")");
  const auto contexts = namedContexts(core, command, 0);
  if (!contexts) return Reply::failed(Cme::ParamRange);
  Reply reply;
  for (const int cid : *contexts) {
    reply.more("+CGPADDR: " + std::to_string(cid) + "," + (active(core, cid) ? core.config.ip_address : "0.0.0.0"));
  }
  return reply;
}

Reply authentication(Core& core, const Command& command) {
  constexpr std::size_t kNameMax = 127;  // as +CNCFG (§7.2.2)
  auto& saved = core.saved.pdp_authentication;
  if (command.form == Form::Read) {
    Reply reply;
    for (const auto& [cid, context] : core.saved.pdp_contexts) {
      const auto found = saved.find(cid);
      reply.more("+CGAUTH: " + std::to_string(cid) + "," + (found == saved.end() ? "0" : found->second));
    }
    return reply;
  }
  if (command.parameters.size() > 4) return Reply::failed(Cme::ParamCountBeyond);
  if (!inRange(command, 0, 1, 15)) return Reply::failed(Cme::ParamRange);
  if (command.parameters.size() > 1 && !inRange(command, 1, 0, 3)) return Reply::failed(Cme::ParamRange);
  const std::string_view password = textAt(command, 2);
  const std::string_view user = textAt(command, 3);
  if (password.size() > kNameMax || user.size() > kNameMax) return Reply::failed(Cme::TextStringTooLong);
  std::string text = std::to_string(numberOr(command, 1, 0));
  if (!user.empty()) text += "," + quoted(user);
  saved[static_cast<int>(numberOr(command, 0, 1))] = text;
  return Reply::ok();
}

constexpr std::array kCommands = {
    CommandSpec{"+CGACT", kRead | kWrite, "(0,1)", activate, "6.2.3"},
    CommandSpec{"+CGPADDR", kExecute | kTest | kWrite, "", address, "6.2.4"},
    CommandSpec{"+CGSMS", kRead | kWrite, "(0-3)", numberSetting<&SavedSettings::cgsms, 0, 1, 2, 3>, "6.2.6",
                Saving::AtOnce},
    CommandSpec{"+CGAUTH", kRead | kWrite, "(1-15),(0-3),,", authentication, "6.2.8", Saving::AtOnce},
};

}  // namespace

std::span<const CommandSpec> packetCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
