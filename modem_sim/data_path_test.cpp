#include "modem_sim/data_path.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace smartkar::modem_sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// One peer; what the test says arrives at the network at once.
class OnePeer : public Network {
 public:
  explicit OnePeer(const EventQueue& events) : events_(events) {}

  void setListener(NetworkListener& listener) override { listener_ = &listener; }
  ConnectionId open(const Endpoint&) override { return ++id; }
  void send(ConnectionId, std::string_view bytes) override { heard.emplace_back(events_.now(), bytes); }
  std::string receive(ConnectionId, std::size_t max) override {
    std::string taken = waiting_.substr(0, max);
    waiting_.erase(0, taken.size());
    return taken;
  }
  std::string address(ConnectionId) const override { return {}; }
  void close(ConnectionId) override { ++closed; }
  void abandon(ConnectionId) override { ++abandoned; }

  void say(std::string_view bytes) {
    waiting_ += bytes;
    listener_->onReadable(id);
  }

  ConnectionId id = 0;
  std::vector<std::pair<Instant, std::string>> heard;
  int closed = 0;
  int abandoned = 0;

 private:
  const EventQueue& events_;
  NetworkListener* listener_ = nullptr;
  std::string waiting_;
};

class DataPathTest : public testing::Test, private ConnectionUser {
 protected:
  DataPathTest() {
    config.timing.rrc_setup = 1s;
    config.timing.latency = 50ms;
    saved.edrx[4] = "0011";  // 40.96 s
    id = path.open({}, *this);
    advance(config.timing.rrc_tail + 2s);
    EXPECT_TRUE(path.radioIdle());
  }

  void advance(Duration duration) { events.run(events.now() + duration); }
  // eDRX on, `before` a paging window opens.
  void justBeforeWindow(Duration before) {
    saved.edrx_mode = 1;
    while (paging.untilWindow(events.now()) == Duration{0}) advance(100ms);
    advance(paging.untilWindow(events.now()) - before);
  }
  // How long until so many pieces have come, at most `longest`.
  Duration waitFor(std::size_t count, Duration longest) {
    const Instant from = events.now();
    while (pieces.size() < count && events.now() - from < longest) advance(10ms);
    return events.now() - from;
  }

  Config config;
  SavedSettings saved;
  EventQueue events;
  Random random{7};
  Paging paging{random, config, saved};
  OnePeer peer{events};
  DataPath path{events, random, config, paging, peer, [](bool) {}};
  ConnectionId id = 0;
  std::vector<std::string> pieces;

 private:
  void opened() override {}
  void openFailed(OpenError) override {}
  void received(std::string bytes) override { pieces.push_back(std::move(bytes)); }
  void closed() override {}
};

TEST_F(DataPathTest, ActiveRadioHearsAfterTheLatency) {
  path.send(id, "x");
  advance(2s);
  peer.say("a");
  EXPECT_EQ(waitFor(1, 10s), 50ms);
}

TEST_F(DataPathTest, FirstByteOfAnIdleRadioWaitsForItsConnection) {
  const Instant from = events.now();
  EXPECT_EQ(path.send(id, "x"), std::optional(1s + 2 * 50ms));
  advance(10ms);
  path.send(id, "y");
  advance(5s);
  EXPECT_THAT(peer.heard, ElementsAre(std::pair(from + 1s, "x"), std::pair(from + 1s, "y")));
}

TEST_F(DataPathTest, IdleRadioWithoutEdrxIsPagedAtTheNextOccasion) {
  peer.say("a");
  const Duration wait = waitFor(1, 10s);
  EXPECT_GE(wait, 1280ms + 1s);
  EXPECT_LE(wait, 2560ms + 1s + 60ms);
}

TEST_F(DataPathTest, OutsideTheWindowTheNetworkKeepsAsMuchAsItHasRoomFor) {
  config.behaviour.network_buffer = 2;
  justBeforeWindow(10s);
  peer.say("a");
  peer.say("b");
  advance(9900ms);
  EXPECT_THAT(pieces, IsEmpty());
  waitFor(1, 10s);
  EXPECT_THAT(pieces, ElementsAre("ab"));
}

TEST_F(DataPathTest, WithoutRoomOnlyARetransmissionThatHitsTheWindowArrives) {
  config.behaviour.network_buffer = 0;
  config.behaviour.paging_window = 0;  // 1.28 s
  justBeforeWindow(5s);
  peer.say("a");  // again after 1, 3, 7, 15, 31 … s; windows open after 5, 45.96, 86.92 s …
  std::vector<Duration> sent_again;
  Duration gap = config.timing.tcp_retransmission;
  for (Duration at = gap; at < 1h; gap = std::min(2 * gap, Duration(120s)), at += gap) sent_again.push_back(at);
  Duration hit{0};
  for (const Duration at : sent_again) {
    if (paging.untilWindow(events.now() + at) == Duration{0}) {
      hit = at;
      break;
    }
  }
  ASSERT_GT(hit, 5s);
  const Duration wait = waitFor(1, 2h);
  EXPECT_GE(wait, hit);
  EXPECT_LE(wait, hit + 2560ms + 1s + 60ms);
  EXPECT_THAT(pieces, ElementsAre("a"));
}

// What did not fit follows what did, as soon as that is acknowledged.
TEST_F(DataPathTest, WhatDidNotFitFollowsInOrder) {
  config.behaviour.network_buffer = 1;
  justBeforeWindow(20s);
  for (const char* piece : {"a", "b", "c"}) {
    peer.say(piece);
    advance(100ms);
  }
  waitFor(1, 60s);
  advance(1s);
  std::string all;
  for (const std::string& piece : pieces) all += piece;
  EXPECT_EQ(all, "abc");
}

TEST_F(DataPathTest, OwnTrafficFetchesWhatTheNetworkKeeps) {
  justBeforeWindow(30s);
  peer.say("a");
  advance(1s);
  path.send(id, "x");
  EXPECT_LE(waitFor(1, 20s), 1s + 60ms);
}

TEST_F(DataPathTest, LostSegmentsCostTimeAndNoData) {
  config.behaviour.loss_percent = 50;
  std::string said;
  for (char c = 'a'; c <= 'z'; ++c) {
    path.send(id, std::string(1, c));
    peer.say(std::string(1, c));
    said += c;
    advance(20s);
  }
  advance(10min);
  std::string heard;
  for (const auto& [at, bytes] : peer.heard) heard += bytes;
  std::string got;
  for (const std::string& piece : pieces) got += piece;
  EXPECT_EQ(heard, said);
  EXPECT_EQ(got, said);
}

TEST_F(DataPathTest, ForgottenConnectionIsDeadBothWaysAndTheBrokersEndStaysOpen) {
  config.timing.nat_timeout = 5min;
  advance(6min);
  EXPECT_EQ(path.send(id, "x"), std::nullopt);
  peer.say("a");
  advance(1h);
  EXPECT_THAT(peer.heard, IsEmpty());
  EXPECT_THAT(pieces, IsEmpty());
  path.close(id);
  EXPECT_EQ(peer.closed, 0);
  EXPECT_EQ(peer.abandoned, 1);
}

}  // namespace
}  // namespace smartkar::modem_sim
