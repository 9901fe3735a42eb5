// Short messages in text mode: AT Manual V1.05 chapter 4.
#include <algorithm>
#include <array>
#include <limits>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"
#include "modem_sim/number_setting.hpp"

namespace smartkar::modem_sim {
namespace {

constexpr std::size_t kTextMax = 160;   // characters (§4.2.5)
constexpr std::size_t kNumberMax = 20;  // digits of an address (3GPP TS 24.011 §8.2.5.2)
constexpr char kCtrlZ = 0x1A;
constexpr char kEscape = 0x1B;

// Nothing in PDU mode, which is not modelled.
std::optional<Cms> problem(const Core& core) {
  if (core.sim_card.state() == SimCard::State::Missing) return Cms::SimNotInserted;
  if (!core.sim_card.ready()) return Cms::SimBusy;
  if (core.settings.cmgf == 0) return Cms::OperationNotSupported;
  return std::nullopt;
}

bool isNumber(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && text.size() <= kNumberMax && text.find_first_not_of("0123456789*#") == std::string_view::npos;
}

Reply indications(Core& core, const Command& command) {
  Cnmi& cnmi = core.settings.cnmi;
  if (command.form == Form::Read) {
    std::string text = "+CNMI: " + std::to_string(cnmi.mode);
    for (const int value : {cnmi.mt, cnmi.bm, cnmi.ds, cnmi.bfr}) text += "," + std::to_string(value);
    return Reply::ok().line(text);
  }
  constexpr std::array<std::int64_t, 5> kHighest = {2, 3, 2, 2, 1};
  if (command.parameters.size() > kHighest.size()) return Reply::failed(Cms::OperationNotSupported);
  for (std::size_t i = 0; i < command.parameters.size(); ++i) {
    if (!inRange(command, i, 0, kHighest[i])) return Reply::failed(Cms::OperationNotSupported);
  }
  const auto value = [&](std::size_t index) { return static_cast<int>(numberOr(command, index, 0)); };
  const Cnmi wanted{.mode = value(0), .mt = value(1), .bm = value(2), .ds = value(3), .bfr = value(4)};
  const bool direct = wanted.mt >= 2 && core.config.behaviour.cnmi_strict;
  if (wanted.bm == 1 || (wanted.mode != 1 && (wanted.ds == 1 || direct))) {
    return Reply::failed(Cms::OperationNotSupported);  // note of §4.2.8
  }
  cnmi = wanted;
  Reply reply;
  if (wanted.mode != 0) reply.after = [&core, wanted] { core.sms.releaseIndications(wanted.bfr == 1); };
  return reply;
}

// What follows the status in +CMGR and the status of +CMGL.
std::string header(const Core& core, const Sms& sms, bool details) {
  if (sms.received()) return receivedHeader(core, sms, details);
  return quoted(sms.number) + ",";
}

Reply read(Core& core, const Command& command) {
  if (const auto error = problem(core)) return Reply::failed(*error);
  if (!inRange(command, 0, 1, SmsStore::kCapacity)) return Reply::failed(Cms::InvalidMemoryIndex);
  if (command.parameters.size() > 1 && !inRange(command, 1, 0, 1)) return Reply::failed(Cms::InvalidParameter);
  const auto found = core.sms_store.messages.find(static_cast<int>(numberOr(command, 0, 0)));
  if (found == core.sms_store.messages.end()) return Reply::ok();
  Sms& sms = found->second;
  Reply reply;
  reply.line("+CMGR: " + quoted(sms.statusName()) + "," + header(core, sms, core.settings.csdh == 1));
  reply.more(sms.text);
  if (sms.status == Sms::Status::Unread && numberOr(command, 1, 0) == 0) sms.status = Sms::Status::Read;
  return reply;
}

std::string listed(const Core& core, int index, const Sms& sms) {
  std::string text =
      "+CMGL: " + std::to_string(index) + "," + quoted(sms.statusName()) + "," + header(core, sms, false);
  if (core.settings.csdh == 0) return text;
  return text + "," + std::to_string(addressType(sms.number)) + "," + std::to_string(sms.text.size());
}

Reply list(Core& core, const Command& command) {
  if (const auto error = problem(core)) return Reply::failed(*error);
  const std::string_view wanted = command.form == Form::Execute ? Sms::kStatusNames[0] : textAt(command, 0);
  if (wanted != "ALL" && std::ranges::find(Sms::kStatusNames, wanted) == Sms::kStatusNames.end()) {
    return Reply::failed(Cms::InvalidParameter);
  }
  Reply reply;
  for (auto& [index, sms] : core.sms_store.messages) {
    if (wanted != "ALL" && wanted != sms.statusName()) continue;
    reply.more(listed(core, index, sms));
    reply.more(sms.text);
    if (sms.status == Sms::Status::Unread && numberOr(command, 1, 0) == 0) sms.status = Sms::Status::Read;
  }
  return reply;
}

// Whether flag 1 … 4 deletes a message of this status (§4.2.1).
bool deletes(std::int64_t flag, Sms::Status status) {
  switch (status) {
    case Sms::Status::Read:
      return flag >= 1;
    case Sms::Status::Sent:
      return flag >= 2;
    case Sms::Status::Unsent:
      return flag >= 3;
    case Sms::Status::Unread:
      return flag == 4;
  }
  return false;
}

// Flag 0, or none: the message at the index; else the index does not matter.
Reply remove(Core& core, const Command& command) {
  if (!core.sim_card.ready()) return Reply::failed(Cms::SimBusy);
  const std::int64_t flag = numberOr(command, 1, 0);
  if (command.parameters.size() > 2 || flag < 0 || flag > 4) return Reply::failed(Cms::InvalidParameter);
  if (flag == 0) {
    if (!inRange(command, 0, 0, SmsStore::kCapacity)) return Reply::failed(Cms::InvalidMemoryIndex);
    core.sms_store.messages.erase(static_cast<int>(numberOr(command, 0, 0)));
  } else {
    std::erase_if(core.sms_store.messages, [flag](const auto& entry) { return deletes(flag, entry.second.status); });
  }
  core.sms.retry();
  return Reply::ok();
}

std::string indexRange() { return "(1-" + std::to_string(SmsStore::kCapacity) + "),(0-4)"; }

Reply removeRanges(Core& core, const Command& command) {
  if (command.form != Form::Test) return remove(core, command);
  return Reply::ok().line("+CMGD: " + indexRange());
}

// Asks for text; sends or keeps it.
Reply askForText(Core& core, std::function<Reply(std::string)> done) {
  DataRequest request;
  request.prompt = "\r\n> ";
  request.prompt_delay = core.config.timing.prompt;
  request.size = std::numeric_limits<std::size_t>::max();
  request.end_marks = kCtrlZ;
  request.cancel_marks = kEscape;
  request.done = [done = std::move(done)](std::string text) {
    return text.size() <= kTextMax ? done(std::move(text)) : Reply::failed(Cms::TooLong);
  };
  return Reply::wantData(std::move(request));
}

Reply sendNow(Core& core, const std::string& label, const std::string& number, const std::string& text,
              std::function<void()> sent) {
  if (!core.radio.registered()) return Reply::failed(Cms::NoNetwork);
  if (!core.config.behaviour.sms_available) return Reply::failed(Cms::NotSubscribed);
  core.sms.send(number, text, [&core, label, sent = std::move(sent)](int reference) {
    if (reference < 0) return core.at.finish(Reply::failed(Cms::NoNetwork));
    sent();
    core.at.finish(Reply::ok().line(label + std::to_string(reference)));
  });
  return Reply::later();
}

Reply send(Core& core, const Command& command) {
  if (const auto error = problem(core)) return Reply::failed(*error);
  const std::string number(textAt(command, 0));
  if (!isNumber(number) || command.parameters.size() > 2) return Reply::failed(Cms::InvalidParameter);
  return askForText(core,
                    [&core, number](const std::string& text) { return sendNow(core, "+CMGS: ", number, text, [] {}); });
}

// Number, its type, "STO UNSENT" or "STO SENT" (§4.2.6).
Reply store(Core& core, const Command& command) {
  if (const auto error = problem(core)) return Reply::failed(*error);
  const std::string number(textAt(command, 0));
  const std::string_view status = command.parameters.size() > 2 ? textAt(command, 2) : "STO UNSENT";
  const bool known = status == "STO UNSENT" || status == "STO SENT";
  if (!(number.empty() || isNumber(number)) || !known) return Reply::failed(Cms::InvalidParameter);
  const Sms::Status kept = status == "STO SENT" ? Sms::Status::Sent : Sms::Status::Unsent;
  return askForText(core, [&core, number, kept](std::string text) {
    const auto index = core.sms_store.add({number, std::move(text), {}, kept});
    if (!index) return Reply::failed(Cms::MemoryFull);
    return Reply::ok().line("+CMGW: " + std::to_string(*index));
  });
}

// Index, and who gets it if not the stored number (§4.2.7).
Reply sendStored(Core& core, const Command& command) {
  if (const auto error = problem(core)) return Reply::failed(*error);
  const auto index = static_cast<int>(numberOr(command, 0, 0));
  const auto found = core.sms_store.messages.find(index);
  if (found == core.sms_store.messages.end()) return Reply::failed(Cms::InvalidMemoryIndex);
  const std::string number = command.parameters.size() > 1 ? std::string(textAt(command, 1)) : found->second.number;
  if (!isNumber(number)) return Reply::failed(Cms::InvalidParameter);
  return sendNow(core, "+CMSS: ", number, found->second.text, [&core, index] {
    const auto sent = core.sms_store.messages.find(index);
    if (sent != core.sms_store.messages.end() && !sent->second.received()) sent->second.status = Sms::Status::Sent;
  });
}

Reply storage(Core& core, const Command& command) {
  const std::string counts = std::to_string(core.sms_store.messages.size()) + "," + std::to_string(SmsStore::kCapacity);
  if (command.form == Form::Read) {
    return Reply::ok().line("+CPMS: \"SM\"," + counts + ",\"SM\"," + counts + ",\"SM\"," + counts);
  }
  if (command.parameters.size() > 3) return Reply::failed(Cms::InvalidParameter);
  for (std::size_t i = 0; i < command.parameters.size(); ++i) {
    if (textAt(command, i) != "SM") return Reply::failed(Cms::InvalidParameter);
  }
  return Reply::ok().line("+CPMS: " + counts + "," + counts + "," + counts);
}

Reply centre(Core& core, const Command& command) {
  std::string& number = core.saved.sms_centre;
  if (command.form == Form::Read) {
    return Reply::ok().line("+CSCA: " + quoted(number) + "," + std::to_string(addressType(number)));
  }
  if (!isNumber(textAt(command, 0))) return Reply::failed(Cme::ParamFormat);
  number = textAt(command, 0);
  return Reply::ok();
}

// First octet, validity, protocol, coding of what is sent: kept, but nothing here depends on them.
Reply textParameters(Core& core, const Command& command) {
  std::array<int, 4>& values = core.settings.csmp;
  if (command.form == Form::Read) {
    std::string text = "+CSMP: " + std::to_string(values[0]);
    for (std::size_t i = 1; i < values.size(); ++i) text += "," + std::to_string(values[i]);
    return Reply::ok().line(text);
  }
  if (command.parameters.size() > values.size()) return Reply::failed(Cms::InvalidParameter);
  for (std::size_t i = 0; i < command.parameters.size(); ++i) {
    if (!command.parameters[i].omitted() && !inRange(command, i, 0, 255)) return Reply::failed(Cms::InvalidParameter);
  }
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int>(numberOr(command, i, values[i]));
  return Reply::ok();
}

// Mobile terminated, originated and broadcast messages are supported by either service.
Reply service(Core& core, const Command& command) {
  int& chosen = core.settings.csms;
  if (command.form == Form::Read) return Reply::ok().line("+CSMS: " + std::to_string(chosen) + ",1,1,1");
  if (!inRange(command, 0, 0, 1)) return Reply::failed(Cms::OperationNotSupported);
  chosen = static_cast<int>(numberOr(command, 0, 0));
  return Reply::ok().line("+CSMS: 1,1,1");
}

Reply details(Core& core, const Command& command) {
  int& shown = core.settings.csdh;
  if (command.form == Form::Execute) return Reply::ok();
  if (command.form == Form::Read) return Reply::ok().line("+CSDH: " + std::to_string(shown));
  if (!inRange(command, 0, 0, 1)) return Reply::failed(Cms::InvalidParameter);
  shown = static_cast<int>(numberOr(command, 0, 0));
  return Reply::ok();
}

// CSCA is always kept and CSMP never: there is nothing left to save.
Reply saveSettings(Core&, const Command& command) {
  const bool known = command.form == Form::Execute || inRange(command, 0, 0, 0);
  return known ? Reply::ok() : Reply::failed(Cms::InvalidParameter);
}

constexpr std::array kCommands = {
    CommandSpec{"+CNMI", kRead | kWrite, "(0,1,2),(0,1,2,3),(0,2),(0,1,2),(0,1)", indications, "4.2.8"},
    CommandSpec{"+CMGR", kWrite, "", read, "4.2.4"},
    CommandSpec{"+CMGL", kExecute | kWrite, R"(("REC UNREAD","REC READ","STO UNSENT","STO SENT","ALL"))", list,
                "4.2.3"},
    CommandSpec{"+CMGD", kTest | kWrite, "", removeRanges, "4.2.1"},
    CommandSpec{"+CMGS", kWrite, "", send, "4.2.5"},
    CommandSpec{"+CMGW", kExecute | kWrite, "", store, "4.2.6"},
    CommandSpec{"+CMSS", kWrite, "", sendStored, "4.2.7"},
    CommandSpec{"+CPMS", kRead | kWrite, "(\"SM\"),(\"SM\"),(\"SM\")", storage, "4.2.9"},
    CommandSpec{"+CSCA", kRead | kWrite, "", centre, "4.2.11"},
    CommandSpec{"+CSMP", kRead | kWrite, "", textParameters, "4.2.13"},
    CommandSpec{"+CSMS", kRead | kWrite, "(0-1)", service, "4.2.14"},
    CommandSpec{"+CSDH", kExecute | kRead | kWrite, "(0-1)", details, "4.2.12"},
    CommandSpec{"+CSAS", kExecute | kWrite, "0", saveSettings, "4.2.10"},
    CommandSpec{"+CMGF", kRead | kWrite, "(0-1)", numberSetting<&VolatileSettings::cmgf, 0, 1>, "4.2.2"},
};

}  // namespace

std::span<const CommandSpec> smsCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
