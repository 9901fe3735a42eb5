#pragma once

#include <optional>

#include "base/assert.hpp"
#include "base/time.hpp"
#include "protocol/command.hpp"

namespace smartkar::device {

// What holds between "I am awake" and the end of the contact: its name, and the time the server told.
class Contact {
 public:
  // Begins a contact: the time of an earlier one proves nothing any more. nonce: 1 … kCommandIdMax. announced_at: when
  // the car says so; what the server tells is younger than that.
  void begin(protocol::ContactNonce nonce, Instant announced_at) {
    *this = {};
    nonce_ = nonce;
    announced_at_ = announced_at;
  }
  void end() { *this = {}; }
  // The server says in this contact what time it is. It may have said so at any moment since the announcement; a later
  // message of the contact may have been under way for any time, so it can only move the clock forward.
  void setTime(UnixTime server_time, Instant now) {
    if (!latest_) {
      latest_ = Reading{server_time, announced_at_ - kClockStep};
      likely_ = Reading{server_time, now - (now - announced_at_) / 2};
      return;
    }
    const Reading told{server_time, now};
    latest_ = later(*latest_, told, now);
    likely_ = later(*likely_, told, now);
  }

  // 0: no contact.
  protocol::ContactNonce nonce() const { return nonce_; }
  // True once the server answered in this contact.
  bool synced() const { return latest_.has_value(); }
  // The best guess at the time, to be told to others; nothing if the server did not tell it in this contact.
  std::optional<UnixTime> time(Instant now) const {
    if (!likely_) return std::nullopt;
    return std::chrono::floor<std::chrono::seconds>(likely_->at(now));
  }
  // From when on it may be later than this, as far as the server's clock can be ahead of the guess (promise P2). Only
  // while synced.
  Instant mayHaveCome(UnixTime time) const {
    SK_ASSERT(synced());
    return latest_->when + (time - latest_->time);
  }

 private:
  // The server tells whole seconds: it may be nearly one later.
  static constexpr Duration kClockStep = 1s;

  // It was `time` at `when`.
  struct Reading {
    UnixTime time;
    Instant when;

    std::chrono::sys_time<Duration> at(Instant now) const { return time + (now - when); }
  };
  static Reading later(const Reading& a, const Reading& b, Instant now) { return a.at(now) < b.at(now) ? b : a; }

  protocol::ContactNonce nonce_ = 0;
  Instant announced_at_{};
  std::optional<Reading> latest_;  // the latest it can be
  std::optional<Reading> likely_;
};

}  // namespace smartkar::device
