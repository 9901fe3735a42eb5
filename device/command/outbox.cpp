#include "device/command/outbox.hpp"

#include <algorithm>
#include <type_traits>

namespace smartkar::device {

static_assert(std::is_trivially_copyable_v<OutboxState>);

void Outbox::beginBoot(std::uint32_t boot) {
  state_ = {};
  state_.boot = boot;
}

void Outbox::beginContact() {
  for (auto& item : state_.items) item.sent = false;
}

void Outbox::push(protocol::Response response) {
  response.boot = state_.boot;
  response.seq = ++state_.response_seq;
  char text[protocol::kDevicePayloadBytesMax];
  auto encoded = protocol::encodeResponse(response, text);
  if (!encoded) {
    response.result = {};
    response.status = protocol::ResponseStatus::Error;
    response.error = "result does not fit a message";
    encoded = protocol::encodeResponse(response, text);
  }
  if (!encoded) {
    ++state_.dropped;
    return;
  }
  const auto kind = protocol::isFinal(response.status) ? OutboxItem::Kind::Final : OutboxItem::Kind::Passing;
  keep(kind, *response.seq, *encoded);
}

void Outbox::push(protocol::Event event) {
  event.boot = state_.boot;
  event.seq = nextTelemetrySeq();
  char text[protocol::kDevicePayloadBytesMax];
  if (const auto encoded = protocol::encodeEvent(event, text)) {
    keep(OutboxItem::Kind::Event, 0, *encoded);
  } else {
    ++state_.dropped;
  }
}

void Outbox::acknowledge(std::uint32_t seq) {
  for (std::size_t i = state_.items.size(); i-- > 0;) {
    const OutboxItem& item = state_.items[i];
    if (item.kind != OutboxItem::Kind::Event && item.seq <= seq) state_.items.erase(i);
  }
}

bool Outbox::next(OutboxMessage& message) const {
  for (const auto& item : state_.items) {
    if (item.sent) continue;
    message.ticket = item.ticket;
    message.channel = item.kind == OutboxItem::Kind::Event ? protocol::Channel::Event : protocol::Channel::Response;
    message.payload = item.payload.view();
    return true;
  }
  if (large_ticket_ == 0) return false;
  message.ticket = large_ticket_;
  message.channel = protocol::Channel::Response;
  message.payload = large_.view();
  return true;
}

void Outbox::markSent(std::uint32_t ticket) {
  if (ticket == large_ticket_) large_ticket_ = 0;
  for (std::size_t i = 0; i < state_.items.size(); ++i) {
    if (state_.items[i].ticket != ticket) continue;
    state_.items[i].sent = true;
    if (state_.items[i].kind != OutboxItem::Kind::Final) state_.items.erase(i);
    return;
  }
}

bool Outbox::allSent() const {
  return large_ticket_ == 0 &&
         std::all_of(state_.items.begin(), state_.items.end(), [](const auto& item) { return item.sent; });
}

std::size_t Outbox::unacknowledged() const {
  return static_cast<std::size_t>(std::count_if(state_.items.begin(), state_.items.end(),
                                                [](const auto& item) { return item.kind == OutboxItem::Kind::Final; }));
}

void Outbox::keep(OutboxItem::Kind kind, std::uint32_t seq, std::string_view payload) {
  if (payload.size() > kOutboxItemBytesMax) return keepLarge(payload);
  if (!makeRoom()) {
    ++state_.dropped;
    return;
  }
  OutboxItem item;
  item.kind = kind;
  item.ticket = ++state_.tickets;
  item.seq = seq;
  item.payload = payload;
  SK_ASSERT(state_.items.push(item));
}

void Outbox::keepLarge(std::string_view payload) {
  if (large_ticket_ != 0) ++state_.dropped;
  large_ticket_ = ++state_.tickets;
  large_ = payload;
}

// What is worth least goes first. A final response that has to go is still in the journal.
bool Outbox::makeRoom() {
  if (!state_.items.full()) return true;
  ++state_.dropped;
  return drop(OutboxItem::Kind::Passing) || drop(OutboxItem::Kind::Event) || drop(OutboxItem::Kind::Final);
}

bool Outbox::drop(OutboxItem::Kind kind) {
  for (std::size_t i = 0; i < state_.items.size(); ++i) {
    if (state_.items[i].kind != kind) continue;
    state_.items.erase(i);
    return true;
  }
  return false;
}

}  // namespace smartkar::device
