#include "device/link/link_manager.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "device/at/testing/at_bench.hpp"
#include "device/link/testing/recording_sink.hpp"
#include "device/modem/testing/fault_harness.hpp"
#include "device/modem/testing/model_modem.hpp"

namespace smartkar::device {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kStatus = R"({"online":true})";
constexpr std::string_view kStatusLine = "{\"type\":\"status\",\"data\":{\"online\":true}}\n";
constexpr std::string_view kPing = R"({"id":5,"action":"ping"})";
constexpr std::string_view kPingLine = "{\"type\":\"command\",\"data\":{\"id\":5,\"action\":\"ping\"}}\r\n";
const std::string kCa(500, 'c');

TcpSettings settingsOf(bool tls) {
  TcpSettings settings;
  settings.host = "gate.example";
  settings.tls = tls;
  return settings;
}

// A modem, a car's TCP link, and what a server behind it says and hears. Also the world of the fault harness.
struct TcpWorld {
  explicit TcpWorld(bool tls = true) : link(sender, modem, files, bench.scheduler, sink, bench.log, settingsOf(tls)) {
    model.switchOff();
    model.start(true);
  }
  std::optional<LinkError> errorOf(Task<Result<void, LinkError>> task) {
    const auto done = bench.run(std::move(task));
    return done.ok() ? std::nullopt : std::optional(done.error());
  }
  void openFirst() {
    EXPECT_EQ(errorOf(link.open()), std::nullopt);
    modem.onLinkSuccess();
  }
  void serverSays(std::string_view bytes) {
    model.sockets.arrive(1, bytes);
    bench.runFor(1s);
  }
  std::string heard() const { return model.sockets.open.at(1).sent; }

  // --- dialogues with faults ---

  Task<void> open() {
    const auto done = co_await link.open();
    EXPECT_EQ(done.ok(), link.up());
  }
  Task<void> publish() {
    const auto done = co_await link.publish(protocol::Channel::Status, kStatus, true);
    EXPECT_EQ(done.ok(), link.up());
    EXPECT_TRUE(!done.ok() || heard().ends_with(kStatusLine));
  }
  Task<void> receive() {
    const auto done = co_await link.receive();
    EXPECT_EQ(done.ok(), link.up());
    EXPECT_TRUE(!done.ok() || sink.payloads.size() == 1);
  }
  Task<void> close() {
    const auto done = co_await link.close();
    EXPECT_FALSE(link.up());
    EXPECT_TRUE(!done.ok() || model.sockets.open.empty());
  }
  void expectDefined() {
    EXPECT_FALSE(pins.power_key);
    EXPECT_EQ(frames.used(), 0u) << "frames left";
    EXPECT_EQ(bench.arena().used(), 0u);
    for (const auto& payload : sink.payloads) EXPECT_EQ(payload, kPing);
  }
  void expectRecovery(bool at_once) {
    if (!at_once) bench.runFor(60s);
    // That it hangs, or restarted without a word while it closed, may become known only by the first call.
    const bool opened = bench.run(link.open()).ok() || bench.run(link.open()).ok();
    ASSERT_TRUE(opened && link.up());
    EXPECT_TRUE(bench.run(link.publish(protocol::Channel::Status, kStatus, true)).ok());
    EXPECT_TRUE(heard().ends_with(kStatusLine));
    sink.payloads.clear();
    model.sockets.open.at(1).waiting.clear();
    serverSays("\n" + std::string(kPingLine));
    EXPECT_TRUE(bench.run(link.receive()).ok());
    EXPECT_THAT(sink.payloads, ElementsAre(kPing));
  }
  Arena& arena() { return bench.arena(); }

  AtBench bench;
  FakePins pins;
  ModelModem model{bench.modem, pins};
  FixedArena<8192> frames;
  ModemManager modem{bench.at, pins, bench.scheduler, frames, bench.log, {.apn = "iot.apn"}};
  CommandSender sender{bench.at, frames};
  TlsFiles files{sender, {.ca = {"ca.pem", kCa}, .certificate = {}, .key = {}}};
  RecordingSink sink;
  LinkManager link;
};

TEST(LinkManager, ConnectsWithTheCarsCertificateAndSaysNothingByItself) {
  TcpWorld world;
  world.openFirst();
  EXPECT_TRUE(world.link.up());
  EXPECT_TRUE(world.link.secured());
  EXPECT_FALSE(world.link.adopted());
  EXPECT_EQ(world.link.name(), "tcp");
  EXPECT_THAT(world.bench.modem.commands, Contains("AT+CASSLCFG=1,\"SSL\",1"));
  EXPECT_THAT(world.bench.modem.commands, Contains("AT+CAOPEN=1,0,\"TCP\",\"gate.example\",4590"));
  EXPECT_EQ(world.heard(), "");
}

TEST(LinkManager, PlainConnectionIsNotSecured) {
  TcpWorld world(false);
  world.openFirst();
  EXPECT_FALSE(world.link.secured());
}

TEST(LinkManager, MessageIsOneLineInTheEnvelope) {
  TcpWorld world;
  world.openFirst();
  EXPECT_EQ(world.errorOf(world.link.publish(protocol::Channel::Status, kStatus, true)), std::nullopt);
  EXPECT_EQ(world.heard(), kStatusLine);
  EXPECT_EQ(world.errorOf(world.link.publish(protocol::Channel::State, std::string(1025, ' '), false)),
            LinkError::TooLong);
  EXPECT_TRUE(world.link.up());
}

TEST(LinkManager, CommandsArriveHoweverTheirLinesAreCut) {
  const std::string lines = std::string(kPingLine) + "\r\n{\"type\":\"command\",\"data\":{}}\n";
  for (std::size_t cut = 0; cut <= lines.size(); ++cut) {
    TcpWorld world;
    world.openFirst();
    for (const auto& piece : {lines.substr(0, cut), lines.substr(cut)}) {
      world.serverSays(piece);
      ASSERT_EQ(world.errorOf(world.link.receive()), std::nullopt);
    }
    EXPECT_THAT(world.sink.payloads, ElementsAre(kPing, "{}")) << cut;
  }
}

TEST(LinkManager, WhatIsNoCommandIsDroppedAndTheNextLineRead) {
  TcpWorld world;
  world.openFirst();
  world.serverSays("GET / HTTP/1.1\r\n{\"type\":\"state\",\"data\":{}}\n");
  world.serverSays(std::string(3000, 'x') + "\n");
  world.serverSays(kPingLine);
  EXPECT_EQ(world.errorOf(world.link.receive()), std::nullopt);
  EXPECT_THAT(world.sink.payloads, ElementsAre(kPing));
  EXPECT_EQ(world.link.counters().refused, 2u);
  EXPECT_EQ(world.link.counters().too_long, 1u);
}

TEST(LinkManager, HalfALineOfAnEarlierConnectionIsNotPutBeforeTheNextOne) {
  TcpWorld world;
  world.openFirst();
  world.serverSays("{\"type\":\"command\",");
  EXPECT_EQ(world.errorOf(world.link.receive()), std::nullopt);
  world.model.sockets.lose();
  world.bench.runFor(1s);
  EXPECT_EQ(world.errorOf(world.link.receive()), LinkError::Down);
  world.openFirst();
  world.serverSays(kPingLine);
  EXPECT_EQ(world.errorOf(world.link.receive()), std::nullopt);
  EXPECT_THAT(world.sink.payloads, ElementsAre(kPing));
}

TEST(LinkManager, WhatCameDuringTheSleepIsReadAfterTheWake) {
  TcpWorld world;
  world.openFirst();
  EXPECT_TRUE(world.link.suspend());
  EXPECT_TRUE(world.bench.run(world.modem.prepareForSleep()).ok());
  world.serverSays(kPingLine);
  EXPECT_FALSE(world.link.suspend());
  EXPECT_EQ(world.errorOf(world.link.open()), std::nullopt);
  EXPECT_TRUE(world.link.adopted());
  EXPECT_EQ(world.errorOf(world.link.receive()), std::nullopt);
  EXPECT_THAT(world.sink.payloads, ElementsAre(kPing));
  EXPECT_TRUE(world.link.suspend());
}

TEST(LinkManager, NobodyThereIsRefused) {
  TcpWorld world;
  world.model.unreachable = {"gate.example"};
  EXPECT_EQ(world.errorOf(world.link.open()), LinkError::Refused);
  EXPECT_FALSE(world.link.up());
}

TEST(LinkManagerFaults, AtEveryStep_NoLineIsHalfReadAndTheNextOpenWorks) {
  const auto nothing = [](TcpWorld&) {};
  const auto opened = [](TcpWorld& world) { world.openFirst(); };
  const auto asleep = [](TcpWorld& world) {
    world.openFirst();
    EXPECT_TRUE(world.bench.run(world.modem.prepareForSleep()).ok());
  };
  const auto filled = [](TcpWorld& world) {
    world.openFirst();
    world.serverSays(kPingLine);
  };
  const std::vector<Operation<TcpWorld>> operations = {
      {"open", nothing, &TcpWorld::open},      {"adopt after sleep", asleep, &TcpWorld::open},
      {"publish", opened, &TcpWorld::publish}, {"receive", filled, &TcpWorld::receive},
      {"close", opened, &TcpWorld::close},
  };
  int runs = 0;
  for (const auto& operation : operations) {
    FaultHarness<TcpWorld> harness(operation);
    runs += harness.injectEverywhere();
  }
  RecordProperty("runs", runs);
}

}  // namespace
}  // namespace smartkar::device
