#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/fixed_string.hpp"
#include "base/ring.hpp"
#include "device/app/limits.hpp"
#include "device/link/server_link.hpp"
#include "protocol/limits.hpp"

namespace smartkar::device {

// Keeps what arrives until the controller's next turn: nothing is handled inside the reader.
class Inbox : public InboundSink {
 public:
  using Message = FixedString<protocol::kCommandBytesMax>;

  // What is longer than a command may be, or finds no room, is dropped and counted.
  void onCommand(std::string_view payload) override {
    Message message;
    if (!message.assign(payload) || !messages_.push(message)) ++dropped_;
  }
  std::optional<Message> take() { return messages_.pop(); }
  bool empty() const { return messages_.empty(); }
  std::uint32_t dropped() const { return dropped_; }

 private:
  Ring<Message, kInboxMessages> messages_;
  std::uint32_t dropped_ = 0;
};

}  // namespace smartkar::device
