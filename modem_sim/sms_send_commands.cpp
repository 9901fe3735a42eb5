// Short messages that are sent or written: AT Manual V1.05 §4.2.5 to §4.2.7.
#include <algorithm>
#include <array>
#include <limits>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"
#include "modem_sim/sms_pdu.hpp"

namespace smartkar::modem_sim {
namespace {

constexpr std::size_t kTextMax = 160;   // characters (§4.2.5)
constexpr std::int64_t kTpduMax = 164;  // octets: 140 of text and the longest of all else (3GPP TS 23.040 §9.2.2.2)
constexpr char kCtrlZ = 0x1A;
constexpr char kEscape = 0x1B;

// Asks for text or the digits of a PDU.
Reply askForContent(Core& core, std::function<Reply(const std::string&)> done) {
  DataRequest request;
  request.prompt = "\r\n> ";
  request.prompt_delay = core.config.timing.prompt;
  request.size = std::numeric_limits<std::size_t>::max();
  request.end_marks = kCtrlZ;
  request.cancel_marks = kEscape;
  request.done = std::move(done);
  return Reply::wantData(std::move(request));
}

// Asks for a message to `number`.
Reply askForText(Core& core, const std::string& number, std::function<Reply(Sms)> done) {
  return askForContent(core, [number, done = std::move(done)](const std::string& text) {
    if (text.size() > kTextMax) return Reply::failed(Cms::TooLong);
    return done({number, text, {}, Sms::Status::Unsent});
  });
}

// Asks for a PDU whose TPDU has as many octets as the first parameter says.
Reply askForPdu(Core& core, const Command& command, bool received, std::function<Reply(Sms)> done) {
  if (!inRange(command, 0, 1, kTpduMax)) return Reply::failed(Cms::InvalidPdu);
  const auto length = static_cast<std::size_t>(numberOr(command, 0, 0));
  return askForContent(core, [length, received, done = std::move(done)](const std::string& digits) {
    const auto sms = parsePdu(digits, length, received);
    return sms ? done(*sms) : Reply::failed(Cms::InvalidPdu);
  });
}

Reply sendNow(Core& core, const std::string& label, const Sms& sms, std::function<void()> sent) {
  if (!core.radio.registered()) return Reply::failed(Cms::NoNetwork);
  if (!core.config.behaviour.sms_available) return Reply::failed(Cms::NotSubscribed);
  core.sms.send(sms.number, sms.text, [&core, label, sent = std::move(sent)](int reference) {
    if (reference < 0) return core.at.finish(Reply::failed(Cms::NoNetwork));
    sent();
    core.at.finish(Reply::ok().line(label + std::to_string(reference)));
  });
  return Reply::later();
}

Reply send(Core& core, const Command& command) {
  if (const auto error = smsProblem(core)) return Reply::failed(*error);
  const auto done = [&core](const Sms& sms) { return sendNow(core, "+CMGS: ", sms, [] {}); };
  if (pduMode(core)) return askForPdu(core, command, false, done);
  const std::string number(textAt(command, 0));
  if (!isPhoneNumber(number) || command.parameters.size() > 2) return Reply::failed(Cms::InvalidParameter);
  return askForText(core, number, done);
}

// In text mode number, its type, "STO UNSENT" or "STO SENT"; in PDU mode length, 0 … 3 (§4.2.6). Nothing: another
// status.
std::optional<Sms::Status> statusToStore(const Core& core, const Command& command) {
  if (pduMode(core)) {
    if (command.parameters.size() < 2) return Sms::Status::Unsent;
    return inRange(command, 1, 0, 3) ? std::optional(static_cast<Sms::Status>(numberOr(command, 1, 0))) : std::nullopt;
  }
  const std::string_view name = command.parameters.size() > 2 ? textAt(command, 2) : "STO UNSENT";
  if (name == "STO UNSENT") return Sms::Status::Unsent;
  return name == "STO SENT" ? std::optional(Sms::Status::Sent) : std::nullopt;
}

Reply store(Core& core, const Command& command) {
  if (const auto error = smsProblem(core)) return Reply::failed(*error);
  const auto status = statusToStore(core, command);
  if (!status) return Reply::failed(Cms::InvalidParameter);
  const auto done = [&core, kept = *status](Sms sms) {
    sms.status = kept;
    const auto index = core.sms_store.add(std::move(sms));
    if (!index) return Reply::failed(Cms::MemoryFull);
    return Reply::ok().line("+CMGW: " + std::to_string(*index));
  };
  const bool received = *status == Sms::Status::Unread || *status == Sms::Status::Read;
  if (pduMode(core)) return askForPdu(core, command, received, done);
  const std::string number(textAt(command, 0));
  if (!number.empty() && !isPhoneNumber(number)) return Reply::failed(Cms::InvalidParameter);
  return askForText(core, number, done);
}

// Index, and who gets it if not the stored number (§4.2.7).
Reply sendStored(Core& core, const Command& command) {
  if (const auto error = smsProblem(core)) return Reply::failed(*error);
  const auto index = static_cast<int>(numberOr(command, 0, 0));
  const auto found = core.sms_store.messages.find(index);
  if (found == core.sms_store.messages.end()) return Reply::failed(Cms::InvalidMemoryIndex);
  Sms sms = found->second;
  if (command.parameters.size() > 1) sms.number = textAt(command, 1);
  if (!isPhoneNumber(sms.number)) return Reply::failed(Cms::InvalidParameter);
  return sendNow(core, "+CMSS: ", sms, [&core, index] {
    const auto sent = core.sms_store.messages.find(index);
    if (sent != core.sms_store.messages.end() && !sent->second.received()) sent->second.status = Sms::Status::Sent;
  });
}

constexpr std::array kCommands = {
    CommandSpec{"+CMGS", kWrite, "", send, "4.2.5"},
    CommandSpec{"+CMGW", kExecute | kWrite, "", store, "4.2.6"},
    CommandSpec{"+CMSS", kWrite, "", sendStored, "4.2.7"},
};

}  // namespace

std::span<const CommandSpec> smsSendCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
