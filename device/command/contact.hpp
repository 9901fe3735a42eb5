#pragma once

#include <optional>

#include "base/time.hpp"
#include "protocol/command.hpp"

namespace smartkar::device {

// What holds between "I am awake" and the end of the contact: its name, and the time the server told.
class Contact {
 public:
  // Begins a contact: the time of an earlier one proves nothing any more. nonce: 1 … kCommandIdMax.
  void begin(protocol::ContactNonce nonce) {
    nonce_ = nonce;
    synced_at_.reset();
  }
  void end() { begin(0); }
  // The server said in this contact what time it is.
  void setTime(UnixTime server_time, Instant now) {
    server_time_ = server_time;
    synced_at_ = now;
  }

  // 0: no contact.
  protocol::ContactNonce nonce() const { return nonce_; }
  // True once the server answered in this contact.
  bool synced() const { return synced_at_.has_value(); }
  // Wall-clock time; nothing if the server did not tell it in this contact.
  std::optional<UnixTime> time(Instant now) const {
    if (!synced_at_) return std::nullopt;
    return server_time_ + std::chrono::floor<std::chrono::seconds>(now - *synced_at_);
  }

 private:
  protocol::ContactNonce nonce_ = 0;
  UnixTime server_time_{};
  std::optional<Instant> synced_at_;
};

}  // namespace smartkar::device
