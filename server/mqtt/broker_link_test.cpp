#include "server/mqtt/broker_link.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "test/support/child_process.hpp"
#include "test/support/mosquitto.hpp"

namespace smartkar::server {
namespace {

constexpr const char* kCcid = "89860123456789012345";

class Link : public BrokerLinkListener {
 public:
  explicit Link(const test::Mosquitto& broker)
      : link_(io_,
              {.broker = {.host = "127.0.0.1", .port = broker.port(), .tls = {}},
               .reconnect = {.first = 10ms, .longest = 50ms}},
              *this, sink_) {
    link_.start();
  }
  ~Link() override {
    link_.stop();
    io_.restart();
    io_.run_for(std::chrono::seconds(3));
  }
  bool runUntil(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    io_.restart();
    while (!condition()) {
      if (io_.run_one_until(deadline) == 0) return false;
    }
    return true;
  }
  // Both sessions are connected and `count` BrokerUp were told.
  bool runUntilUp(std::size_t count = 1) {
    return runUntil([&] { return link_.up() && ups.size() == count; });
  }
  bool runUntilCaughtUp() {
    return runUntil([&] { return link_.caughtUp(); });
  }
  BrokerLink& link() { return link_; }

  void onBroker(const Event& event) override {
    if (const auto* up = std::get_if<BrokerUp>(&event)) ups.push_back(*up);
    if (std::holds_alternative<BrokerDown>(event)) ++downs;
    if (const auto* some = std::get_if<MessagesDropped>(&event)) dropped += some->count;
  }
  void onMessage(MessageReceived message, Receipt receipt) override {
    messages.push_back(std::move(message));
    link_.acknowledge(receipt);
  }
  void onIdle() override {}

  std::vector<BrokerUp> ups;
  int downs = 0;
  std::uint64_t dropped = 0;
  std::vector<MessageReceived> messages;

 private:
  boost::asio::io_context io_;
  NullLogSink sink_;
  BrokerLink link_;
};

void publish(const test::Mosquitto& broker, const std::string& topic, const std::string& payload) {
  ASSERT_EQ(test::runProgram({"mosquitto_pub", "-h", "127.0.0.1", "-p", std::to_string(broker.port()), "-q", "1", "-t",
                              topic, "-m", payload})
                .exit_code,
            0);
}

TEST(BrokerLink, MessagesOfAllChannelsArriveWithCarChannelAndGeneration) {
  test::Mosquitto broker;
  Link link(broker);
  ASSERT_TRUE(link.runUntilUp());
  const std::string topic = std::string("smartkar/") + kCcid + "/";
  for (const char* channel : {"status", "response", "state", "event"}) publish(broker, topic + channel, channel);
  ASSERT_TRUE(link.runUntil([&] { return link.messages.size() == 4; }));
  for (const auto& message : link.messages) {
    EXPECT_EQ(message.ccid, kCcid);
    EXPECT_EQ(protocol::channelName(message.channel), message.payload);
    EXPECT_EQ(message.generation, link.ups[0].generation);
    EXPECT_FALSE(message.retained);
  }
}

TEST(BrokerLink, MessagesThatWaitedForTheConnectionAreToldFromThoseThatCameAfter_P6) {
  test::Mosquitto broker;
  { ASSERT_TRUE(Link(broker).runUntilUp()); }
  const std::string topic = std::string("smartkar/") + kCcid + "/";
  for (const char* channel : {"status", "response", "state", "event"}) publish(broker, topic + channel, "old");
  Link link(broker);
  ASSERT_TRUE(link.runUntilUp());
  ASSERT_TRUE(link.runUntil([&] { return link.messages.size() == 4; }));
  for (const auto& message : link.messages) EXPECT_TRUE(message.waited) << message.payload;
  ASSERT_TRUE(link.runUntilCaughtUp());
  for (const char* channel : {"status", "response", "state", "event"}) publish(broker, topic + channel, "new");
  ASSERT_TRUE(link.runUntil([&] { return link.messages.size() == 8; }));
  for (std::size_t i = 4; i < 8; ++i) EXPECT_FALSE(link.messages[i].waited) << link.messages[i].payload;
}

TEST(BrokerLink, CommandForAnEarlierConnectionIsNotPublished) {
  test::Mosquitto broker;
  Link link(broker);
  ASSERT_TRUE(link.runUntilUp());
  const PublishCommand command{.ccid = kCcid,
                               .kind = PublishKind::Ring,
                               .payload = "ring",
                               .expiry_s = 10,
                               .id = 0,
                               .generation = link.ups[0].generation};
  EXPECT_TRUE(link.link().publish(command));
  broker.kill();
  ASSERT_TRUE(link.runUntil([&] { return link.downs == 1; }));
  EXPECT_FALSE(link.link().publish(command));
  broker.start();
  ASSERT_TRUE(link.runUntilUp(2));
  EXPECT_FALSE(link.link().publish(command));
  EXPECT_GT(link.ups[1].generation, link.ups[0].generation);
}

TEST(BrokerLink, MessagesThatTheBrokerDroppedWhileNobodyTookThemAreTold) {
  test::Mosquitto broker({.global_lines = "max_queued_messages 10\nsys_interval 1"});
  { ASSERT_TRUE(Link(broker).runUntilUp()); }
  const std::string publish_all =
      "seq 100 | mosquitto_pub -p " + std::to_string(broker.port()) + " -q 1 -l -t smartkar/" + kCcid + "/event";
  ASSERT_EQ(test::runProgram({"sh", "-c", publish_all}).exit_code, 0);
  Link link(broker);
  ASSERT_TRUE(link.runUntil([&] { return link.dropped + link.messages.size() >= 100; }));
  // A marker that finds the queue full is dropped, too: one of each session.
  EXPECT_LE(link.dropped + link.messages.size(), 102u);
}

TEST(BrokerLink, MessageOnATopicOfNoCarIsAcknowledgedAndIgnored) {
  test::Mosquitto broker({.global_lines = "max_inflight_messages 1"});
  Link link(broker);
  ASSERT_TRUE(link.runUntilUp());
  publish(broker, "smartkar/no-ccid/status", "ignored");
  publish(broker, std::string("smartkar/") + kCcid + "/status", "taken");
  ASSERT_TRUE(link.runUntil([&] { return link.messages.size() == 1; }));
  EXPECT_EQ(link.messages[0].payload, "taken");
}

}  // namespace
}  // namespace smartkar::server
