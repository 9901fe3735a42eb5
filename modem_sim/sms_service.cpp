#include "modem_sim/sms_service.hpp"

#include <utility>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"
#include "modem_sim/sms_pdu.hpp"

namespace smartkar::modem_sim {
namespace {

constexpr int kReferences = 256;      // TP-MR is one octet (3GPP TS 23.040 §9.2.3.6)
constexpr int kDirectIndication = 2;  // CNMI <mt>: +CMT instead of the store
constexpr int kStoreIndication = 1;   // +CMTI; so are messages of no class with <mt> 3

}  // namespace

int addressType(std::string_view number) { return number.starts_with('+') ? 145 : 129; }

std::optional<Cms> smsProblem(const Core& core) {
  if (core.sim_card.state() == SimCard::State::Missing) return Cms::SimNotInserted;
  return core.sim_card.ready() ? std::nullopt : std::optional(Cms::SimBusy);
}

bool pduMode(const Core& core) { return core.settings.cmgf == 0; }

bool isPhoneNumber(std::string_view text) {
  constexpr std::size_t kNumberMax = 20;  // digits of an address (3GPP TS 24.011 §8.2.5.2)
  if (text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && text.size() <= kNumberMax && text.find_first_not_of("0123456789*#") == std::string_view::npos;
}

std::string pduLines(const Core& core, const Sms& sms) {
  const auto [digits, length] = pduOf(sms, core.saved.sms_centre);
  return "," + std::to_string(length) + "\r\n" + digits;
}

std::string receivedHeader(const Core& core, const Sms& sms, bool details) {
  std::string text = quoted(sms.number) + ",," + quoted(sms.time);
  if (!details) return text;
  constexpr std::string_view kDeliverNoClass = ",4,0,0,";  // first octet of SMS-DELIVER, protocol, coding
  const std::string& centre = core.saved.sms_centre;
  text += "," + std::to_string(addressType(sms.number)) + std::string(kDeliverNoClass) + quoted(centre);
  return text + "," + std::to_string(addressType(centre)) + "," + std::to_string(sms.text.size());
}

bool SmsService::reachable() const {
  return core_.config.behaviour.sms_available && core_.power.running() && core_.radio.registered();
}

void SmsService::receive(std::string sender, std::string text) {
  const auto network_time = core_.networkTime();
  std::string time = network_time ? clockText(*network_time, core_.config.behaviour.network_zone) : core_.clock.text();
  waiting_.push_back({std::move(sender), std::move(text), std::move(time), Sms::Status::Unread});
  retry();
}

void SmsService::retry() {
  if (waiting_.empty() || !reachable() || std::exchange(under_way_, true)) return;
  core_.data.page([this] {
    under_way_ = false;
    if (reachable()) deliver();
  });
}

void SmsService::deliver() {
  const int mt = core_.settings.cnmi.mt;
  if (mt != kDirectIndication && core_.sms_store.full()) return;  // the centre waits for room
  Sms sms = std::move(waiting_.front());
  waiting_.pop_front();
  core_.sleep.touch();
  if (mt == kDirectIndication) {
    const bool details = core_.settings.csdh == 1;
    indicate("+CMT: " +
             (pduMode(core_) ? pduLines(core_, sms) : receivedHeader(core_, sms, details) + "\r\n" + sms.text));
  } else if (const auto index = core_.sms_store.add(std::move(sms)); mt >= kStoreIndication) {
    indicate("+CMTI: \"SM\"," + std::to_string(*index));
  }
  retry();
}

void SmsService::indicate(std::string line) {
  if (core_.settings.cnmi.mode == 0) {
    held_.push_back(std::move(line));
  } else {
    core_.urc(UrcKind::Sms, std::move(line));
  }
}

void SmsService::releaseIndications(bool forget) {
  for (std::string& line : std::exchange(held_, {})) {
    if (!forget) core_.urc(UrcKind::Sms, std::move(line));
  }
}

void SmsService::send(std::string number, std::string text, Sent sent) {
  core_.data.uplink();
  core_.events.after(core_.config.timing.sms_send, EventQueue::Owner::Firmware,
                     [this, number = std::move(number), text = std::move(text), sent = std::move(sent)] {
                       if (!reachable()) return sent(-1);
                       const int reference = std::exchange(reference_, (reference_ + 1) % kReferences);
                       core_.host.onSmsSent(number, text);
                       sent(reference);
                     });
}

void SmsService::reset() {
  held_.clear();
  under_way_ = false;
  reference_ = 0;
}

}  // namespace smartkar::modem_sim
