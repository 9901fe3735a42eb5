#include "device/link/link_selector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "device/at/testing/at_bench.hpp"
#include "device/link/native_engine.hpp"
#include "device/link/testing/recording_sink.hpp"
#include "device/modem/testing/model_modem.hpp"

namespace smartkar::device {
namespace {

using ::testing::Contains;
using ::testing::Not;

constexpr LinkKinds kAll{0b111};

MqttSettings mqttSettings() {
  MqttSettings settings;
  settings.broker.host = "one.example";
  settings.second_broker.host = "two.example";
  settings.tls = false;
  settings.client_id = "8949000000000000001";
  settings.ccid = "8949000000000000001";
  return settings;
}

TcpSettings tcpSettings() {
  TcpSettings settings;
  settings.host = "gate.example";
  settings.tls = false;
  return settings;
}

// What a run of the firmware has of links; a sleep destroys it.
struct Links {
  Links(AtBench& bench, FakePins& pins, LinkKinds configured, LinkChoice& choice, InboundSink& sink)
      : modem(bench.at, pins, bench.scheduler, frames, bench.log, {.apn = "iot.apn"}),
        sender(bench.at, frames),
        files(sender, {}),
        profile(mqttSettings()),
        engine({sender, files, sink, bench.log, profile}, bench.scheduler, saved),
        mqtt(bench.at, modem, engine, profile),
        tcp(sender, modem, files, bench.scheduler, sink, bench.log, tcpSettings()),
        selector(mqtt, tcp, {}, configured, choice, bench.scheduler, bench.log) {}

  FixedArena<8192> frames;
  ModemManager modem;
  CommandSender sender;
  TlsFiles files;
  MqttProfile profile;
  SavedSession saved;
  NativeEngine engine;
  MqttManager mqtt;
  LinkManager tcp;
  LinkSelector selector;
};

class LinkSelectorTest : public ::testing::Test {
 protected:
  LinkSelectorTest() {
    model.switchOff();
    model.start(true);
    begin();
  }
  void begin(LinkKinds configured = kAll) {
    links.reset();
    bench.restart();
    links = std::make_unique<Links>(bench, pins, configured, choice, sink);
  }
  LinkSelector& selector() { return links->selector; }
  std::optional<LinkError> open() {
    const auto done = bench.run(selector().open());
    if (done.ok()) return std::nullopt;
    return done.error();
  }
  // Opens until it works, as the controller does, and the server answers. The name of the link.
  std::string contact() {
    for (int tries = 0; tries < 8; ++tries) {
      if (open() != std::nullopt) continue;
      links->modem.onLinkSuccess();
      selector().onContact();
      return std::string(selector().name());
    }
    return "none";
  }
  // As the controller does when nothing is under way.
  void change() {
    selector().change();
    EXPECT_TRUE(bench.run(selector().close()).ok());
  }
  bool unreachable(const char* host) { return model.unreachable.insert(host).second; }

  AtBench bench;
  FakePins pins;
  ModelModem model{bench.modem, pins};
  RecordingSink sink;
  LinkChoice choice;
  std::unique_ptr<Links> links;
};

TEST_F(LinkSelectorTest, FallsBackOneByOneAndReturnsToTheFirst) {
  EXPECT_EQ(contact(), "mqtt");
  EXPECT_EQ(model.broker, "one.example");
  unreachable("one.example");
  model.session = 0;
  EXPECT_EQ(contact(), "mqtt2");
  EXPECT_EQ(model.broker, "two.example");
  unreachable("two.example");
  model.session = 0;
  EXPECT_EQ(contact(), "tcp");
  EXPECT_EQ(model.sockets.open.count(1), 1u);

  bench.runFor(29min);
  EXPECT_FALSE(selector().changeDue());
  bench.runFor(1min);
  EXPECT_TRUE(selector().changeDue());
  change();
  EXPECT_TRUE(model.sockets.open.empty());
  EXPECT_EQ(contact(), "tcp") << "one failure of the first is enough to go back to what works";
  EXPECT_FALSE(selector().changeDue());

  model.unreachable.clear();
  bench.runFor(30min);
  ASSERT_TRUE(selector().changeDue());
  change();
  EXPECT_EQ(contact(), "mqtt");
  EXPECT_EQ(model.broker, "one.example");
  bench.runFor(24h);
  EXPECT_FALSE(selector().changeDue());
}

TEST_F(LinkSelectorTest, ServerThatDoesNotAnswerIsSoughtElsewhere) {
  for (int i = 0; i < LinkPolicy().failures; ++i) {
    EXPECT_EQ(open(), std::nullopt);
    selector().onSilence();
    EXPECT_TRUE(bench.run(selector().close()).ok());
  }
  EXPECT_EQ(contact(), "mqtt2");
}

TEST_F(LinkSelectorTest, SessionWithTheOtherBrokerIsClosedNotAdopted) {
  EXPECT_EQ(contact(), "mqtt");
  EXPECT_TRUE(selector().wishFor("mqtt2"));
  EXPECT_TRUE(selector().changeDue());
  EXPECT_EQ(contact(), "mqtt2");
  EXPECT_FALSE(selector().adopted());
  EXPECT_EQ(model.broker, "two.example");
  EXPECT_THAT(bench.modem.commands, Contains("AT+SMDISC"));
  EXPECT_FALSE(selector().changeDue());
}

TEST_F(LinkSelectorTest, FallbackIsAdoptedAfterASleepAndTheFirstTriedAfterSomeWakes) {
  unreachable("one.example");
  EXPECT_EQ(contact(), "mqtt2");
  for (int wake = 1; wake < LinkPolicy().return_wakes; ++wake) {
    begin();
    EXPECT_EQ(contact(), "mqtt2");
    EXPECT_TRUE(selector().adopted());
    EXPECT_FALSE(selector().changeDue());
  }
  begin();
  EXPECT_EQ(contact(), "mqtt2") << "what the server waits for comes first";
  EXPECT_TRUE(selector().changeDue());
  EXPECT_THAT(bench.modem.commands, Not(Contains("AT+SMDISC")));
}

TEST_F(LinkSelectorTest, TcpConnectionIsAdoptedAfterASleep) {
  EXPECT_TRUE(selector().wishFor("tcp"));
  EXPECT_EQ(contact(), "tcp");
  begin();
  EXPECT_EQ(contact(), "tcp");
  EXPECT_TRUE(selector().adopted());
}

TEST_F(LinkSelectorTest, WishLeadsToTheLinkAndBackToTheCarsOwnChoice) {
  EXPECT_EQ(contact(), "mqtt");
  EXPECT_TRUE(selector().wishFor("tcp"));
  EXPECT_EQ(selector().wished(), "tcp");
  EXPECT_EQ(selector().chosen(), "tcp");
  EXPECT_EQ(selector().name(), "mqtt") << "until it is opened";
  change();
  EXPECT_EQ(contact(), "tcp");
  EXPECT_TRUE(selector().wishFor("auto"));
  EXPECT_EQ(selector().wished(), "auto");
  change();
  EXPECT_EQ(contact(), "mqtt");
}

TEST_F(LinkSelectorTest, WishThatLeadsNowhereIsGivenUpP5) {
  EXPECT_EQ(contact(), "mqtt");
  unreachable("gate.example");
  EXPECT_TRUE(selector().wishFor("tcp"));
  change();
  EXPECT_EQ(contact(), "mqtt");
  EXPECT_EQ(selector().wished(), "auto");
}

TEST_F(LinkSelectorTest, WishForWhatIsNotThereChangesNothing) {
  begin(LinkKinds{0b001});
  EXPECT_FALSE(selector().wishFor("tcp"));
  EXPECT_FALSE(selector().wishFor("mqtt2"));
  EXPECT_FALSE(selector().wishFor("pigeon"));
  EXPECT_EQ(selector().wished(), "auto");
  EXPECT_EQ(contact(), "mqtt");
}

TEST_F(LinkSelectorTest, TroubleThatEveryLinkHasDoesNotMoveTheChoice) {
  EXPECT_EQ(contact(), "mqtt");
  model.misfortune = [] { return std::optional(Fault::Unheard); };
  for (int i = 0; i < 4; ++i) {
    model.session = 0;
    links->modem.onNoAnswer();
    EXPECT_EQ(open(), LinkError::NoModem);
  }
  model.misfortune = nullptr;
  EXPECT_EQ(selector().chosen(), "mqtt");
}

}  // namespace
}  // namespace smartkar::device
