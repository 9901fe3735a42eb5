#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "base/time.hpp"

namespace smartkar::conformance {

// One car's session at the broker: keeps messages while the car is away, drops them when they expire, and publishes the
// will when the connection ended without a goodbye.
class VirtualBroker {
 public:
  static constexpr Duration kLatency = 100ms;
  // 1.5 times the keep-alive of 300 s.
  static constexpr Duration kNoticesLoss = 450s;

  void publish(std::string payload, Instant now, Duration expiry) {
    queue_.push_back({std::move(payload), now + kLatency, now + expiry});
  }

  // A new connection. Returns the will of the one it replaces, if that ended without a goodbye.
  std::optional<std::string> connect(std::string will) {
    auto replaced = std::exchange(will_, std::move(will));
    connected_ = true;
    will_at_ = kNever;
    return replaced;
  }
  // With a goodbye.
  void disconnect() {
    connected_ = false;
    will_.reset();
    will_at_ = kNever;
  }
  // Without; it takes the broker some time to notice.
  void lose(Instant now) {
    if (connected_) will_at_ = now + kNoticesLoss;
    connected_ = false;
  }
  void forget() {
    queue_.clear();
    disconnect();
  }

  // A message that has arrived at the car's modem.
  std::optional<std::string> take(Instant now) {
    std::erase_if(queue_, [&](const Message& message) { return message.expires <= now; });
    if (!connected_ || queue_.empty() || queue_.front().arrives > now) return std::nullopt;
    std::string payload = std::move(queue_.front().payload);
    queue_.pop_front();
    return payload;
  }
  // The will, once the broker has noticed.
  std::optional<std::string> takeWill(Instant now) {
    if (will_at_ > now) return std::nullopt;
    will_at_ = kNever;
    return std::exchange(will_, std::nullopt);
  }
  Instant nextDeadline() const {
    return std::min(will_at_, connected_ && !queue_.empty() ? queue_.front().arrives : kNever);
  }

 private:
  struct Message {
    std::string payload;
    Instant arrives;
    Instant expires;
  };

  std::deque<Message> queue_;
  bool connected_ = false;
  std::optional<std::string> will_;
  Instant will_at_ = kNever;
};

}  // namespace smartkar::conformance
