#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "protocol/testing/with_mac.hpp"
#include "server/core/fleet.hpp"

namespace smartkar::server {
namespace {

using protocol::Channel;

constexpr const char* kCcid = "8988303000000614227";

// A server that is connected to two brokers, and a car that is known by what it says over them.
class TwoBrokers : public ::testing::Test {
 protected:
  TwoBrokers() {
    for (std::size_t broker = 0; broker < kBrokersMax; ++broker) connect(broker);
  }
  void happen(const Event& event) {
    now_ += 100ms;
    const UnixTime wall = unixTime(1767225600) + std::chrono::duration_cast<std::chrono::seconds>(now_ - Instant{});
    for (Effect& effect : fleet_.on(event, now_, wall).effects) {
      if (auto* const message = std::get_if<PublishCommand>(&effect)) published_.push_back(std::move(*message));
    }
  }
  void connect(std::size_t broker, bool session_present = true) {
    generations_[broker] += kBrokersMax;
    happen(BrokerUp{generations_[broker], session_present, broker});
  }
  void hear(std::size_t broker, Channel channel, const std::string& payload) {
    happen(MessageReceived{kCcid, channel, protocol::fromCar(payload), false, generations_[broker]});
  }
  void announce(std::size_t broker, int conn) {
    const std::string number = std::to_string(conn);
    hear(broker, Channel::Status,
         R"({"online":true,"boot":7,"conn":)" + number + R"(,"contact":)" + number + R"(,"journal":"a1b2","maxId":0})");
  }
  // How many of a kind were sent by a broker's present connection.
  std::ptrdiff_t sent(std::size_t broker, PublishKind kind) const {
    return std::count_if(published_.begin(), published_.end(), [&](const PublishCommand& message) {
      return message.kind == kind && message.generation == generations_[broker];
    });
  }
  CommandId request() {
    happen(CommandRequested{1, kCcid, "vehicle.startCharging", "", {}, "", "anna"});
    return fleet_.device(kCcid)->last_id;
  }

  Fleet fleet_;
  Instant now_{};
  std::array<std::uint64_t, kBrokersMax> generations_{0, 1};
  std::vector<PublishCommand> published_;
};

TEST_F(TwoBrokers, CarIsAnsweredByTheBrokerItSpeaksOver) {
  announce(1, 3);
  EXPECT_EQ(sent(1, PublishKind::Sync), 1);
  request();
  EXPECT_EQ(sent(1, PublishKind::Command), 1);
  EXPECT_EQ(sent(0, PublishKind::Sync) + sent(0, PublishKind::Command), 0);
}

TEST_F(TwoBrokers, CarThatMovesInMidCommandGetsTheSameCommandThereAndIsHeard_P1_P3) {
  announce(0, 3);
  const CommandId id = request();
  EXPECT_EQ(sent(0, PublishKind::Command), 1);
  happen(BrokerDown{0});
  announce(1, 4);
  ASSERT_EQ(sent(1, PublishKind::Sync), 1);
  EXPECT_THAT(published_.back().payload, ::testing::HasSubstr("\"open\":[" + std::to_string(id) + "]"));
  hear(1, Channel::Response,
       R"({"id":)" + std::to_string(id) + R"(,"ok":false,"status":"never_received","boot":7,"seq":1})");
  now_ += 10s;
  happen(TimePassed{});
  ASSERT_EQ(sent(1, PublishKind::Command), 1);
  EXPECT_EQ(published_.back().id, id);
  hear(1, Channel::Response, R"({"id":)" + std::to_string(id) + R"(,"ok":true,"status":"completed","boot":7,"seq":2})");
  EXPECT_EQ(fleet_.command(kCcid, id)->state, CommandState::Completed);
}

TEST_F(TwoBrokers, SleepingCarIsRungByBoth) {
  announce(1, 3);
  hear(1, Channel::Status, R"({"online":false,"reason":"sleep","boot":7,"conn":3})");
  request();
  EXPECT_EQ(sent(0, PublishKind::Ring), 1);
  EXPECT_EQ(sent(1, PublishKind::Ring), 1);
}

TEST_F(TwoBrokers, WillsOfTheBrokerThatWasLeftDoNotCount_P6) {
  announce(0, 3);
  announce(1, 4);
  hear(0, Channel::Status, R"({"online":false,"boot":7,"conn":3})");
  hear(0, Channel::Status, "offline");
  EXPECT_EQ(fleet_.device(kCcid)->presence, Presence::Awake);
  hear(1, Channel::Status, "offline");
  EXPECT_EQ(fleet_.device(kCcid)->presence, Presence::Lost);
}

TEST_F(TwoBrokers, BrokerThatForgotItsSessionsEndsNoContactOverTheOther) {
  announce(1, 3);
  connect(0, false);
  request();
  EXPECT_EQ(sent(1, PublishKind::Command), 1);
  EXPECT_TRUE(fleet_.device(kCcid)->reachable);
  connect(1, false);
  EXPECT_FALSE(fleet_.device(kCcid)->reachable);
}

TEST_F(TwoBrokers, LateAnswerByTheBrokerThatWasLeftDoesNotMoveTheContact) {
  announce(0, 3);
  const CommandId id = request();
  announce(1, 4);
  hear(0, Channel::Response,
       R"({"id":)" + std::to_string(id) + R"(,"ok":true,"status":"in_progress","boot":7,"seq":1})");
  request();
  hear(1, Channel::Response, R"({"id":)" + std::to_string(id) + R"(,"ok":true,"status":"completed","boot":7,"seq":2})");
  EXPECT_EQ(sent(0, PublishKind::Command), 1);
  EXPECT_GE(sent(1, PublishKind::Command), 1);
}

}  // namespace
}  // namespace smartkar::server
