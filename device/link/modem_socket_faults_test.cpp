// Every dialogue of the socket with a fault at each of its steps in turn: while it calls itself up, not one byte is
// missing, doubled or foreign in either direction.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "device/at/testing/at_bench.hpp"
#include "device/link/modem_socket.hpp"
#include "device/modem/testing/fault_harness.hpp"
#include "device/modem/testing/model_modem.hpp"

namespace smartkar::device {
namespace {

constexpr std::string_view kOut = "the first half, the second half";
constexpr std::string_view kIn = "\r\nOK\r\n+CARECV: 3,abc\r\nERROR\r\n";
const std::string kCa(1500, 'c');

struct SocketWorld {
  SocketWorld() { model.switchOff(); }
  void connectFirst() {
    if (!model.powered()) model.start(true);
    EXPECT_TRUE(bench.run(modem.connect()).ok());
    bench.runFor(60s);
  }
  void openFirst() {
    connectFirst();
    EXPECT_TRUE(bench.run(socket.open(kEndpoint)).ok());
    modem.onLinkSuccess();
  }

  Task<void> open() {
    const auto done = co_await socket.open(kEndpoint);
    if (done.ok()) expectWhole();
    EXPECT_EQ(done.ok(), socket.up());
  }
  Task<void> adopt() {
    const auto connected = co_await modem.connect();
    if (!connected.ok()) co_return;
    const auto done = co_await socket.adopt();
    EXPECT_EQ(done.ok(), socket.up());
    if (done.ok()) {
      EXPECT_TRUE(model.sockets.open.count(0) > 0 && socket.dataWaiting());
    }
  }
  Task<void> send() {
    const auto done = co_await socket.send({reinterpret_cast<const std::uint8_t*>(kOut.data()), kOut.size()});
    EXPECT_EQ(done.ok(), socket.up());
    if (done.ok()) sent += kOut;
    expectWhole();
  }
  Task<void> receive() {
    while (socket.dataWaiting()) {
      const auto count = co_await socket.receive(room);
      EXPECT_EQ(count.ok(), socket.up());
      if (!count.ok()) break;
      received.append(room, room + *count);
    }
    EXPECT_TRUE(!socket.up() || received == kIn);
  }
  Task<void> close() {
    const auto done = co_await socket.close();
    EXPECT_FALSE(socket.up());
    EXPECT_TRUE(!done.ok() || model.sockets.open.empty());
  }
  void expectWhole() {
    if (!socket.up()) return;
    ASSERT_EQ(model.sockets.open.count(0), 1u);
    EXPECT_EQ(model.sockets.open.at(0).sent, sent);
  }

  void expectDefined() {
    EXPECT_EQ(frames.used(), 0u) << "frames left";
    EXPECT_EQ(bench.arena().used(), 0u);
    expectWhole();
  }
  void expectRecovery(bool at_once) {
    if (!at_once) bench.runFor(60s);
    bool opened = false;
    for (int tries = 0; tries < 3 && !opened; ++tries) {
      if (!bench.at.inStep() || !bench.run(modem.connect()).ok()) modem.onNoAnswer();
      sent.clear();
      opened = bench.run(modem.connect()).ok() && bench.run(socket.open(kEndpoint)).ok();
    }
    ASSERT_TRUE(opened && socket.up());
    bench.run(send());
    received.clear();
    model.sockets.arrive(0, kIn);
    bench.runFor(1s);
    bench.run(receive());
    EXPECT_TRUE(socket.up());
    EXPECT_EQ(received, kIn);
    EXPECT_TRUE(model.was("AT+CASSLCFG=0,\"CACERT\",\"ca.pem\"") && model.was("AT+CASSLCFG=0,\"SSL\",1"));
  }
  Arena& arena() { return bench.arena(); }

  static constexpr SocketEndpoint kEndpoint{.host = "broker.example", .port = 8883};
  AtBench bench;
  FakePins pins;
  ModelModem model{bench.modem, pins};
  FixedArena<8192> frames;
  ModemManager modem{bench.at, pins, bench.scheduler, frames, bench.log, {.apn = "iot.apn"}};
  CommandSender sender{bench.at, frames};
  TlsFiles files{sender, {.ca = {"ca.pem", kCa}, .certificate = {}, .key = {}}};
  ModemSocket socket{sender, modem, files, bench.scheduler, bench.log, 0};
  std::uint8_t room[20];
  std::string sent;
  std::string received;
};

TEST(ModemSocketFaults, AtEveryStep_NoByteIsLostWhileItIsUpAndTheNextOpenWorks) {
  const auto connected = [](SocketWorld& world) { world.connectFirst(); };
  const auto opened = [](SocketWorld& world) { world.openFirst(); };
  const auto asleep = [](SocketWorld& world) {
    world.openFirst();
    EXPECT_TRUE(world.bench.run(world.modem.prepareForSleep()).ok());
  };
  const auto filled = [](SocketWorld& world) {
    world.openFirst();
    world.model.sockets.arrive(0, kIn);
    world.bench.runFor(1s);
  };
  const std::vector<Operation<SocketWorld>> operations = {
      {"open", connected, &SocketWorld::open}, {"adopt after sleep", asleep, &SocketWorld::adopt},
      {"send", opened, &SocketWorld::send},    {"receive", filled, &SocketWorld::receive},
      {"close", opened, &SocketWorld::close},
  };
  int runs = 0;
  for (const auto& operation : operations) {
    FaultHarness<SocketWorld> harness(operation);
    runs += harness.injectEverywhere();
    RecordProperty(operation.name, static_cast<int>(harness.steps()));
  }
  RecordProperty("runs", runs);
}

}  // namespace
}  // namespace smartkar::device
