#include "conformance/network.hpp"

#include <gtest/gtest.h>

#include <string>

#include "protocol/sync.hpp"

namespace smartkar::conformance {
namespace {

class NetworkTest : public testing::Test {
 protected:
  void play(Network::Trick trick, std::optional<int> count = {}, Duration later = {}) {
    network.play(trick, {Kind::Ring, "", count}, 0, later);
  }
  // Sends a ring that can be told from others by its time.
  void send(std::int64_t number) {
    char text[protocol::kCommandBytesMax];
    network.submit({protocol::Channel::Command, std::string(*protocol::encodeRing(unixTime(number), text)), {}, false},
                   now);
  }
  // The numbers of what has arrived.
  std::string arrived() {
    std::string numbers;
    while (const auto parcel = network.take(now)) {
      protocol::JsonDocument document;
      numbers += std::to_string(unixSeconds(*protocol::decodeCommand(parcel->payload, document)->expires_at));
    }
    return numbers;
  }

  NullLogSink log;
  Network network{log};
  Instant now{};
};

TEST_F(NetworkTest, KeepsTheOrder) {
  send(1);
  send(2);
  EXPECT_EQ(arrived(), "12");
}

TEST_F(NetworkTest, LosesAsManyAsItWasTold) {
  play(Network::Trick::Lose, 2);
  for (const int number : {1, 2, 3}) send(number);
  EXPECT_EQ(arrived(), "3");
}

TEST_F(NetworkTest, OvertakesWhatIsDelayed) {
  play(Network::Trick::Delay, 1, 5s);
  send(1);
  send(2);
  EXPECT_EQ(arrived(), "2");
  now += 5s;
  EXPECT_EQ(arrived(), "1");
}

TEST_F(NetworkTest, RepeatsLater) {
  play(Network::Trick::Repeat, {}, 5s);
  send(1);
  EXPECT_EQ(arrived(), "1");
  EXPECT_EQ(network.nextDeadline(), now + 5s);
  now += 5s;
  EXPECT_EQ(arrived(), "1");
}

TEST_F(NetworkTest, HoldsUntilItLetsGo) {
  play(Network::Trick::Hold);
  send(1);
  network.restore();
  EXPECT_EQ(arrived(), "");
  network.letGo(now);
  EXPECT_EQ(arrived(), "1");
}

}  // namespace
}  // namespace smartkar::conformance
