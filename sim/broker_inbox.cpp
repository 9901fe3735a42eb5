#include "sim/broker_inbox.hpp"

#include <algorithm>
#include <utility>

namespace smartkar::sim {
namespace {

bool same(const BrokerMessage& one, const BrokerMessage& other) {
  return one.qos == other.qos && one.topic == other.topic && one.payload == other.payload;
}

}  // namespace

void BrokerInbox::connect() {
  quota_ = limits_.max_inflight_messages;
  for (Held& held : held_) {
    held.repetitions = 0;
    if (held.queued && quota_ > 0) held.queued = false;
    if (!held.queued && quota_ > 0) --quota_;
  }
}

// Until its client returns a loaded session has room for one (context__init() of 2.0.11 in Debian).
void BrokerInbox::restore() {
  for (Held& held : held_) held.queued = &held != &held_.front();
}

BrokerInbox::Verdict BrokerInbox::judge(std::uint16_t packet_id, const BrokerMessage& message) {
  const auto held = find(packet_id);
  if (held != held_.end() && same(held->message, message)) {
    return ++held->repetitions > 1 ? Verdict::TooOften : Verdict::Repeated;
  }
  if (held != held_.end() && !held->queued) held_.erase(held);
  return limits_.max_inflight_messages == 0 || quota_ > 0 ? Verdict::New : Verdict::NoRoom;
}

void BrokerInbox::hold(std::uint16_t packet_id, const BrokerMessage& message) {
  held_.push_back({.packet_id = packet_id, .message = message});
  if (quota_ > 0) --quota_;
}

std::optional<BrokerMessage> BrokerInbox::release(std::uint16_t packet_id) {
  returnQuota();
  const auto held = find(packet_id);
  if (held == held_.end() || held->queued) return std::nullopt;
  BrokerMessage message = std::move(held->message);
  held_.erase(held);
  return message;
}

std::vector<std::uint16_t> BrokerInbox::admitQueued() {
  std::vector<std::uint16_t> admitted;
  for (Held& held : held_) {
    if (!held.queued || quota_ == 0) continue;
    held.queued = false;
    --quota_;
    admitted.push_back(held.packet_id);
  }
  return admitted;
}

std::list<BrokerInbox::Held>::iterator BrokerInbox::find(std::uint16_t packet_id) {
  return std::ranges::find(held_, packet_id, &Held::packet_id);
}

void BrokerInbox::returnQuota() { quota_ = std::min<std::size_t>(quota_ + 1, limits_.max_inflight_messages); }

}  // namespace smartkar::sim
