#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/fixed_string.hpp"
#include "base/fixed_vector.hpp"
#include "device/command/result_parts.hpp"
#include "protocol/event.hpp"
#include "protocol/response.hpp"
#include "protocol/topics.hpp"

namespace smartkar::device {

inline constexpr std::size_t kOutboxItemsMax = 12;
// Longest message that is kept; the answers to queries may be longer and are sent once.
inline constexpr std::size_t kOutboxItemBytesMax = 304;
// Longest result of an answer. Longer than a message: it is sent in parts.
inline constexpr std::size_t kResultBytesMax = 2048;

// A message to the server that waits to be sent, or was sent and waits to be acknowledged.
struct OutboxItem {
  enum class Kind : std::uint8_t {
    Passing,  // a stage, a busy answer: kept until sent
    Final,    // a final response: kept until acknowledged
    Event,    // kept until sent
  };
  Kind kind = Kind::Passing;
  bool sent = false;         // in this contact
  std::uint32_t ticket = 0;  // names the item
  std::uint32_t seq = 0;     // of responses
  FixedString<kOutboxItemBytesMax> payload;
};

// What the outbox holds. Trivially copyable: it survives deep sleep in retained memory.
struct OutboxState {
  std::uint32_t boot = 0;
  std::uint32_t response_seq = 0;   // of the latest response of this boot
  std::uint32_t telemetry_seq = 0;  // of the latest state or event of this boot
  std::uint32_t tickets = 0;
  std::uint32_t dropped = 0;  // messages given up for want of room
  FixedVector<OutboxItem, kOutboxItemsMax> items;
};

// An answer that is longer than an item: numbered when it is given, written message by message when it is sent.
struct LargeAnswer {
  std::uint32_t ticket = 0;     // 0: none
  protocol::Response response;  // with seq and part of the next message, without result
  FixedString<kResultBytesMax> result;
  ResultParts rest;                // of the result, if it is sent in parts
  std::size_t part_bytes_max = 0;  // of the result, in one message
};

// A copy of a message, to be handed to the link.
struct OutboxMessage {
  std::uint32_t ticket = 0;
  protocol::Channel channel = protocol::Channel::Response;
  FixedString<protocol::kDevicePayloadBytesMax> payload;
};

// Responses and events on their way to the server, in order. Final responses are repeated in every contact until a sync
// acknowledges them; one lost for want of room, or with the retained memory, is answered from the journal when asked.
class Outbox {
 public:
  // state: must outlive the outbox.
  explicit Outbox(OutboxState& state) : state_(state) {}
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // Everything before this boot is gone; sequence numbers begin again.
  void beginBoot(std::uint32_t boot);
  // Nothing was sent in this contact yet.
  void beginContact();

  // Numbers and keeps a response. One that is longer than an item is sent once and not repeated, one at a time.
  void push(protocol::Response response);
  // Numbers and keeps an event.
  void push(protocol::Event event);
  // The server has stored all responses up to seq of this boot.
  void acknowledge(std::uint32_t seq);

  // Copies the oldest message not sent in this contact. False if all are sent.
  bool next(OutboxMessage& message);
  // The modem took the message with this ticket.
  void markSent(std::uint32_t ticket);

  // True if every message was sent in this contact.
  bool allSent() const;
  // Final responses that were not acknowledged yet.
  std::size_t unacknowledged() const;
  // Items that can be pushed before one is given up for them.
  std::size_t room() const { return kOutboxItemsMax - state_.items.size(); }
  // The number of the latest response.
  std::uint32_t latestSeq() const { return state_.response_seq; }
  // The number of the next state message; states and events share a counter of their own.
  std::uint32_t nextTelemetrySeq() { return ++state_.telemetry_seq; }
  std::uint32_t dropped() const { return state_.dropped; }

 private:
  void keep(OutboxItem::Kind kind, std::uint32_t seq, std::string_view payload);
  bool keepLarge(const protocol::Response& response);
  std::size_t partBytesMax(protocol::Response response);
  std::uint32_t countParts(const protocol::Response& response, std::size_t part_bytes_max);
  std::string_view takePart(ResultParts& rest, std::size_t bytes_max);
  void writePart(OutboxMessage& message);
  void advancePart();
  bool makeRoom();
  bool drop(OutboxItem::Kind kind);

  OutboxState& state_;
  LargeAnswer large_;
  char part_[protocol::kDevicePayloadBytesMax];  // of a result, while it is being written
};

}  // namespace smartkar::device
