#include "device/command/outbox.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>

namespace smartkar::device {

static_assert(std::is_trivially_copyable_v<OutboxState>);

void Outbox::beginBoot(std::uint32_t boot) {
  state_ = {};
  state_.boot = boot;
  large_.ticket = 0;
}

void Outbox::beginContact() {
  for (auto& item : state_.items) item.sent = false;
}

void Outbox::push(protocol::Response response) {
  response.boot = state_.boot;
  response.seq = ++state_.response_seq;
  char text[protocol::kDevicePayloadBytesMax];
  auto encoded = protocol::encodeResponse(response, text);
  if (!encoded || encoded->size() > kOutboxItemBytesMax) {
    if (keepLarge(response)) return;
    response.result = {};
    response.status = protocol::ResponseStatus::Error;
    response.error = "result is too long";
    encoded = protocol::encodeResponse(response, text);
  }
  const auto kind = protocol::isFinal(response.status) ? OutboxItem::Kind::Final : OutboxItem::Kind::Passing;
  keep(kind, *response.seq, encoded.value());
}

void Outbox::push(protocol::Event event) {
  event.boot = state_.boot;
  event.seq = nextTelemetrySeq();
  char text[protocol::kDevicePayloadBytesMax];
  const auto encoded = protocol::encodeEvent(event, text);
  if (encoded && encoded->size() <= kOutboxItemBytesMax) {
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

bool Outbox::next(OutboxMessage& message) {
  const auto unsent = [](const OutboxItem& kept) { return !kept.sent; };
  const auto item = std::find_if(state_.items.begin(), state_.items.end(), unsent);
  const bool any = item != state_.items.end();
  if (large_.ticket != 0 && (!any || large_.ticket < item->ticket)) {
    writePart(message);
    return true;
  }
  if (!any) return false;
  message.ticket = item->ticket;
  message.channel = item->kind == OutboxItem::Kind::Event ? protocol::Channel::Event : protocol::Channel::Response;
  message.payload = item->payload.view();
  return true;
}

void Outbox::markSent(std::uint32_t ticket) {
  if (ticket == large_.ticket) return advancePart();
  for (std::size_t i = 0; i < state_.items.size(); ++i) {
    if (state_.items[i].ticket != ticket) continue;
    state_.items[i].sent = true;
    if (state_.items[i].kind != OutboxItem::Kind::Final) state_.items.erase(i);
    return;
  }
}

bool Outbox::allSent() const {
  return large_.ticket == 0 &&
         std::all_of(state_.items.begin(), state_.items.end(), [](const auto& item) { return item.sent; });
}

std::size_t Outbox::unacknowledged() const {
  return static_cast<std::size_t>(std::count_if(state_.items.begin(), state_.items.end(),
                                                [](const auto& item) { return item.kind == OutboxItem::Kind::Final; }));
}

void Outbox::keep(OutboxItem::Kind kind, std::uint32_t seq, std::string_view payload) {
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

// False if the result is too long, or has a value that is.
bool Outbox::keepLarge(const protocol::Response& response) {
  const std::size_t bytes_max = partBytesMax(response);
  const std::uint32_t parts = countParts(response, bytes_max);
  if (parts == 0) return false;
  if (large_.ticket != 0) ++state_.dropped;
  large_.ticket = ++state_.tickets;
  large_.response = response;
  large_.response.result = {};
  large_.response.part = {1, parts};
  large_.result = response.result;
  large_.rest = ResultParts(large_.result.view());
  large_.part_bytes_max = bytes_max;
  state_.response_seq += parts - 1;
  return true;
}

// What a message can hold of a result beside the other members of the answer. 0: nothing.
std::size_t Outbox::partBytesMax(protocol::Response response) {
  response.result = {};
  response.part = {protocol::kPartsMax, protocol::kPartsMax};
  response.seq = std::numeric_limits<std::uint32_t>::max();
  const auto encoded = protocol::encodeResponse(response, part_);
  // The two braces of the result become one comma.
  return encoded ? protocol::kDevicePayloadBytesMax - encoded->size() + 1 : 0;
}

// How many messages the answer takes; 0: it cannot be sent.
std::uint32_t Outbox::countParts(const protocol::Response& response, std::size_t part_bytes_max) {
  if (response.result.size() > kResultBytesMax) return 0;
  if (protocol::encodeResponse(response, part_)) return 1;
  ResultParts rest(response.result);
  for (std::uint32_t parts = 1; parts <= protocol::kPartsMax; ++parts) {
    if (takePart(rest, part_bytes_max).empty()) return 0;
    if (rest.done()) return parts;
  }
  return 0;
}

std::string_view Outbox::takePart(ResultParts& rest, std::size_t bytes_max) {
  return rest.take(std::span(part_).first(bytes_max));
}

void Outbox::writePart(OutboxMessage& message) {
  protocol::Response response = large_.response;
  ResultParts rest = large_.rest;  // what is written counts as taken once it is sent
  response.result = response.part.whole() ? large_.result.view() : takePart(rest, large_.part_bytes_max);
  char text[protocol::kDevicePayloadBytesMax];
  message.ticket = large_.ticket;
  message.channel = protocol::Channel::Response;
  message.payload = protocol::encodeResponse(response, text).value();
}

void Outbox::advancePart() {
  protocol::Part& part = large_.response.part;
  if (part.number == part.count) {
    large_.ticket = 0;
    return;
  }
  takePart(large_.rest, large_.part_bytes_max);
  ++part.number;
  ++*large_.response.seq;
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
