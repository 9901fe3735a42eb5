// Received SMS in text mode: AT Manual V1.05 chapter 4.
#include <array>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"

namespace smartkar::modem_sim {
namespace {

constexpr std::string_view kSender = "+491700000000";

std::string_view status(const Sms& sms) { return sms.read ? "REC READ" : "REC UNREAD"; }

std::string header(const Sms& sms) { return quoted(sms.sender) + ",," + quoted(sms.time); }

Reply indications(Core& core, const Command& command) {
  VolatileSettings& settings = core.settings;
  if (command.form == Form::Read) {
    return Reply::ok().line("+CNMI: " + std::to_string(settings.cnmi_mode) + "," + std::to_string(settings.cnmi_mt) +
                            ",0,0,0");
  }
  if (!inRange(command, 0, 0, 2) || (command.parameters.size() > 1 && !inRange(command, 1, 0, 3))) {
    return Reply::failed(Cme::ParamRange);
  }
  settings.cnmi_mode = static_cast<int>(numberOr(command, 0, 2));
  settings.cnmi_mt = static_cast<int>(numberOr(command, 1, 0));
  return Reply::ok();
}

Reply read(Core& core, const Command& command) {
  const auto sms = core.sms.messages.find(static_cast<int>(numberOr(command, 0, 0)));
  if (sms == core.sms.messages.end()) return Reply::ok();
  Reply reply;
  reply.line("+CMGR: " + quoted(status(sms->second)) + "," + header(sms->second));
  reply.more(sms->second.text);
  sms->second.read = true;
  return reply;
}

Reply list(Core& core, const Command& command) {
  const std::string_view wanted = textAt(command, 0);
  Reply reply;
  for (auto& [index, sms] : core.sms.messages) {
    if (wanted != "ALL" && wanted != status(sms)) continue;
    reply.more("+CMGL: " + std::to_string(index) + "," + quoted(status(sms)) + "," + header(sms));
    reply.more(sms.text);
    sms.read = true;
  }
  return reply;
}

// Flag 0: one message; 1-3: all read; 4: all (3GPP TS 27.005 §3.5.4).
Reply remove(Core& core, const Command& command) {
  const std::int64_t flag = numberOr(command, 1, 0);
  if (flag == 0) core.sms.messages.erase(static_cast<int>(numberOr(command, 0, 0)));
  if (flag >= 1 && flag <= 3) std::erase_if(core.sms.messages, [](const auto& entry) { return entry.second.read; });
  if (flag == 4) core.sms.messages.clear();
  return flag >= 0 && flag <= 4 ? Reply::ok() : Reply::failed(Cme::ParamRange);
}

Reply storage(Core& core, const Command& command) {
  const std::string counts = std::to_string(core.sms.messages.size()) + "," + std::to_string(SmsStore::kCapacity);
  if (command.form == Form::Read) {
    return Reply::ok().line("+CPMS: \"SM\"," + counts + ",\"SM\"," + counts + ",\"SM\"," + counts);
  }
  return Reply::ok().line("+CPMS: " + counts + "," + counts + "," + counts);
}

constexpr std::array kCommands = {
    CommandSpec{"+CNMI", kRead | kWrite, "(0-2),(0-3),(0,2),(0,1),(0,1)", indications},
    CommandSpec{"+CMGR", kWrite, "", read},
    CommandSpec{"+CMGL", kWrite, "", list},
    CommandSpec{"+CMGD", kWrite, "", remove},
    CommandSpec{"+CPMS", kRead | kWrite, "(\"SM\"),(\"SM\"),(\"SM\")", storage},
};

}  // namespace

int SmsStore::freeIndex() const {
  for (int index = 1; index <= kCapacity; ++index) {
    if (!messages.contains(index)) return index;
  }
  return 0;
}

void receiveSmsText(Core& core, std::string_view text) {
  if (!core.config.behaviour.sms_available || !core.power.running() || !core.radio.registered()) return;
  const auto network_time = core.networkTime();
  const std::string time =
      network_time ? clockText(*network_time, core.config.behaviour.network_zone) : core.clock.text();
  Sms sms{std::string(kSender), time, std::string(text)};
  if (core.settings.cnmi_mt == 2) {
    core.urc(UrcKind::Sms, "+CMT: " + header(sms) + "\r\n" + sms.text);
    return;
  }
  const int index = core.sms.freeIndex();
  if (index == 0) return;
  core.sms.messages.emplace(index, std::move(sms));
  if (core.settings.cnmi_mt == 1) core.urc(UrcKind::Sms, "+CMTI: \"SM\"," + std::to_string(index));
}

std::span<const CommandSpec> smsCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
