// Short messages: AT Manual V1.05 chapter 4.
#include <algorithm>
#include <array>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"
#include "modem_sim/number_setting.hpp"
#include "modem_sim/sms_pdu.hpp"

namespace smartkar::modem_sim {
namespace {

// What a status is called in the mode in force.
std::string statusText(const Core& core, const Sms& sms) {
  return pduMode(core) ? std::to_string(static_cast<int>(sms.status)) : quoted(sms.statusName());
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

// As CSDH=1 asks for, of a message that was written here: type of the number, what CSMP says, centre, length.
std::string writtenDetails(const Core& core, const Sms& sms) {
  const auto& [validity, protocol, coding] = core.settings.csmp;
  const std::string& centre = core.saved.sms_centre;
  std::string text = "," + std::to_string(addressType(sms.number)) + "," + std::to_string(core.saved.csmp_first_octet);
  for (const std::string* value : {&protocol, &coding, &validity}) text.append(",").append(*value);
  text += "," + quoted(centre) + "," + std::to_string(addressType(centre));
  return text + "," + std::to_string(sms.text.size());
}

// What follows the status in +CMGR and the status of +CMGL, in text mode.
std::string header(const Core& core, const Sms& sms, bool details) {
  if (sms.received()) return receivedHeader(core, sms, details);
  return quoted(sms.number) + "," + (details ? writtenDetails(core, sms) : std::string());
}

Reply read(Core& core, const Command& command) {
  if (const auto error = smsProblem(core)) return Reply::failed(*error);
  if (!inRange(command, 0, 1, SmsStore::kCapacity)) return Reply::failed(Cms::InvalidMemoryIndex);
  if (command.parameters.size() > 1 && !inRange(command, 1, 0, 1)) return Reply::failed(Cms::InvalidParameter);
  const auto found = core.sms_store.messages.find(static_cast<int>(numberOr(command, 0, 0)));
  if (found == core.sms_store.messages.end()) return Reply::ok();
  Sms& sms = found->second;
  Reply reply;
  const std::string head = "+CMGR: " + statusText(core, sms) + ",";
  if (pduMode(core)) {
    reply.line(head + pduLines(core, sms));
  } else {
    reply.line(head + header(core, sms, core.settings.csdh == 1)).more(sms.text);
  }
  if (sms.status == Sms::Status::Unread && numberOr(command, 1, 0) == 0) sms.status = Sms::Status::Read;
  return reply;
}

std::string listed(const Core& core, int index, const Sms& sms) {
  const std::string head = "+CMGL: " + std::to_string(index) + "," + statusText(core, sms) + ",";
  if (pduMode(core)) return head + pduLines(core, sms);
  std::string text = head + header(core, sms, false);
  if (core.settings.csdh == 1) {
    text += "," + std::to_string(addressType(sms.number)) + "," + std::to_string(sms.text.size());
  }
  return text + "\r\n" + sms.text;
}

constexpr int kAllStatuses = 4;

// The number of the status that CMGL asks for, kAllStatuses for "ALL"; nothing for anything else.
std::optional<int> wantedStatus(const Core& core, const Command& command) {
  if (command.form == Form::Execute) return 0;
  if (pduMode(core)) {
    return inRange(command, 0, 0, kAllStatuses) ? std::optional(static_cast<int>(numberOr(command, 0, 0)))
                                                : std::nullopt;
  }
  const std::string_view name = textAt(command, 0);
  if (name == "ALL") return kAllStatuses;
  const auto* const found = std::ranges::find(Sms::kStatusNames, name);
  if (found == Sms::kStatusNames.end()) return std::nullopt;
  return static_cast<int>(found - Sms::kStatusNames.begin());
}

Reply list(Core& core, const Command& command) {
  constexpr std::string_view kNames = R"(("REC UNREAD","REC READ","STO UNSENT","STO SENT","ALL"))";
  if (command.form == Form::Test) {
    return Reply::ok().line("+CMGL: " + (pduMode(core) ? std::string("(0-4)") : std::string(kNames)));
  }
  if (const auto error = smsProblem(core)) return Reply::failed(*error);
  const auto wanted = wantedStatus(core, command);
  if (!wanted) return Reply::failed(Cms::InvalidParameter);
  Reply reply;
  for (auto& [index, sms] : core.sms_store.messages) {
    if (*wanted != kAllStatuses && *wanted != static_cast<int>(sms.status)) continue;
    reply.more(listed(core, index, sms));
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

// The places that are taken.
Reply removeRanges(Core& core, const Command& command) {
  if (command.form != Form::Test) return remove(core, command);
  std::string places;
  for (const auto& [index, sms] : core.sms_store.messages) {
    places += (places.empty() ? "" : ",") + std::to_string(index);
  }
  return Reply::ok().line("+CMGD: (" + places + "),(0-4)");
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
  if (!isPhoneNumber(textAt(command, 0))) return Reply::failed(Cme::ParamFormat);
  number = textAt(command, 0);
  return Reply::ok();
}

// "yy/MM/dd,hh:mm:ss±zz", until when a message is valid.
bool isTime(const Parameter& parameter) {
  constexpr std::string_view kPattern = "00/00/00,00:00:00+00";
  const auto fits = [](char c, char pattern) {
    if (pattern == '0') return c >= '0' && c <= '9';
    return c == pattern || (pattern == '+' && c == '-');
  };
  return parameter.quoted && std::ranges::equal(parameter.text, kPattern, fits);
}

// First octet, validity, protocol, coding of what is sent: kept and shown, but nothing else here depends on them.
Reply textParameters(Core& core, const Command& command) {
  std::array<std::string, 3>& values = core.settings.csmp;
  int& first_octet = core.saved.csmp_first_octet;
  if (command.form == Form::Read) {
    std::string text = "+CSMP: " + std::to_string(first_octet);
    for (const std::string& value : values) text += "," + value;
    return Reply::ok().line(text);
  }
  const std::vector<Parameter>& given = command.parameters;
  if (given.size() > values.size() + 1) return Reply::failed(Cms::InvalidParameter);
  for (std::size_t i = 0; i < given.size(); ++i) {
    const bool time = i == 1 && isTime(given[i]);
    if (!given[i].omitted() && !time && !inRange(command, i, 0, 255)) return Reply::failed(Cms::InvalidParameter);
  }
  first_octet = static_cast<int>(numberOr(command, 0, first_octet));
  for (std::size_t i = 1; i < given.size(); ++i) {
    const std::string text = isTime(given[i]) ? quoted(given[i].text) : given[i].text;
    if (!given[i].omitted()) values[i - 1] = text;
  }
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

// Without a number: 0.
Reply format(Core& core, const Command& command) {
  const bool omitted = command.form == Form::Write && command.parameters.size() == 1 && command.parameters[0].omitted();
  if (!omitted) return numberSetting<&VolatileSettings::cmgf, 0, 1>(core, command);
  core.settings.cmgf = 0;
  return Reply::ok();
}

// CSCA and CSMP's first octet are kept anyway, and the rest is not: there is nothing left to save.
Reply saveSettings(Core&, const Command& command) {
  const bool known = command.form == Form::Execute || inRange(command, 0, 0, 0);
  return known ? Reply::ok() : Reply::failed(Cms::InvalidParameter);
}

constexpr std::array kCommands = {
    CommandSpec{"+CNMI", kRead | kWrite, "(0,1,2),(0,1,2,3),(0,2),(0,1,2),(0,1)", indications, "4.2.8"},
    CommandSpec{"+CMGR", kWrite, "", read, "4.2.4"},
    CommandSpec{"+CMGL", kExecute | kTest | kWrite, "", list, "4.2.3"},
    CommandSpec{"+CMGD", kTest | kWrite, "", removeRanges, "4.2.1"},
    CommandSpec{"+CPMS", kRead | kWrite, "(\"SM\"),(\"SM\"),(\"SM\")", storage, "4.2.9"},
    CommandSpec{"+CSCA", kRead | kWrite, "", centre, "4.2.11"},
    CommandSpec{"+CSMP", kRead | kWrite, "", textParameters, "4.2.13"},
    CommandSpec{"+CSMS", kRead | kWrite, "(0-1)", service, "4.2.14"},
    CommandSpec{"+CSDH", kExecute | kRead | kWrite, "(0-1)", details, "4.2.12"},
    CommandSpec{"+CSAS", kExecute | kWrite, "0", saveSettings, "4.2.10"},
    CommandSpec{"+CMGF", kRead | kWrite, "(0-1)", format, "4.2.2"},
};

}  // namespace

std::span<const CommandSpec> smsCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
