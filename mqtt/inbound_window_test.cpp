#include "mqtt/inbound_window.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <set>

#include "base/random.hpp"

namespace smartkar::mqtt {
namespace {

struct Open {
  std::uint32_t sequence;
  std::uint16_t packet_id;
  bool twice;  // QoS 2
  bool acknowledged;
};

// The window beside what it is a compact form of.
class Pair {
 public:
  void add(std::uint16_t packet_id, bool twice) {
    const auto sequence = window_.add(packet_id, twice ? Qos::ExactlyOnce : Qos::AtLeastOnce);
    ASSERT_EQ(sequence.has_value(), open_.size() + held_.size() < memory_.size());
    if (sequence) open_.push_back({*sequence, packet_id, twice, false});
  }
  void acknowledge(std::size_t index) {
    if (open_.empty()) return;
    Open& entry = open_[index % open_.size()];
    ASSERT_EQ(window_.acknowledge(entry.sequence), !entry.acknowledged);
    entry.acknowledged = true;
  }
  void answer() {
    while (!open_.empty() && open_.front().acknowledged) {
      ASSERT_EQ(window_.ready()->packet_id, open_.front().packet_id);
      window_.pop();
      if (open_.front().twice) held_.insert(open_.front().packet_id);
      open_.pop_front();
    }
    ASSERT_FALSE(window_.ready().has_value());
  }
  void release(std::uint16_t packet_id) { ASSERT_EQ(window_.release(packet_id), held_.erase(packet_id) == 1); }
  void reopen(std::uint16_t packet_id) {
    const bool was_held = held_.erase(packet_id) == 1;
    ASSERT_EQ(window_.reopen(packet_id), was_held);
    if (!was_held) return;
    const std::uint32_t sequence = open_.empty() ? 0 : open_.back().sequence + 1;
    open_.push_back({sequence, packet_id, true, true});
    if (open_.size() == 1) answer();  // its number is not known
  }
  void endConnection() {
    window_.endConnection();
    for (const Open& entry : open_) {
      if (entry.twice && entry.acknowledged) held_.insert(entry.packet_id);
    }
    open_.clear();
  }
  void compare() const {
    ASSERT_EQ(window_.size(), open_.size());
    std::set<std::uint16_t> held;
    for (std::size_t i = 0; i < window_.heldCount(); ++i) held.insert(window_.heldId(i));
    ASSERT_EQ(held, held_);
    const auto is_once = [](const Open& entry) { return !entry.twice; };
    ASSERT_EQ(window_.freedByAcknowledging(), std::any_of(open_.begin(), open_.end(), is_once));
  }
  bool knows(std::uint16_t packet_id) const { return held_.contains(packet_id) || window_.isOpen(packet_id); }

 private:
  std::array<InboundWindow::Entry, 5> memory_{};
  InboundWindow window_{memory_};
  std::deque<Open> open_;
  std::set<std::uint16_t> held_;
};

TEST(InboundWindow, IsAQueueOfOpenMessagesAndASetOfHeldPacketIds) {
  Random random(1);
  Pair pair;
  for (int step = 0; step < 100'000 && !testing::Test::HasFatalFailure(); ++step) {
    const auto packet_id = static_cast<std::uint16_t>(1 + random.below(8));
    switch (random.below(7)) {
      case 0:
      case 1:
        if (!pair.knows(packet_id)) pair.add(packet_id, random.below(2) == 0);
        break;
      case 2:
        pair.acknowledge(static_cast<std::size_t>(random.below(5)));
        break;
      case 3:
        pair.answer();
        break;
      case 4:
        pair.release(packet_id);
        break;
      case 5:
        pair.reopen(packet_id);
        break;
      default:
        if (random.below(10) == 0) pair.endConnection();
    }
    pair.compare();
  }
}

}  // namespace
}  // namespace smartkar::mqtt
