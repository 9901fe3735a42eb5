#include "device/link/modem_socket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "device/at/testing/at_bench.hpp"
#include "device/at/testing/fake_pins.hpp"

namespace smartkar::device {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::StartsWith;

const std::string kCa(500, 'c');

// A modem with bearer, already configured, and a connection numbered 1.
class ModemSocketTest : public ::testing::Test {
 protected:
  ModemSocketTest() {
    bench.modem.on("AT+CMEE?", "+CMEE: 1|OK");
    bench.modem.on("AT+CNACT?", "+CNACT: 0,1,\"10.0.0.1\"|OK");
    bench.modem.on("AT+CFSGFIS=3,\"ca.pem\"", "+CFSGFIS: 500|OK");
    bench.modem.on("AT+CASTATE?", "OK");
    bench.modem.on("AT+CAOPEN=1,0,\"TCP\",\"gate.example\",4589", "+CAOPEN: 1,0|OK");
    EXPECT_TRUE(bench.run(modem.connect()).ok());
    bench.modem.commands.clear();
  }
  static std::optional<LinkError> errorOf(const Result<void, LinkError>& done) {
    return done.ok() ? std::nullopt : std::optional(done.error());
  }
  std::optional<LinkError> open(bool tls = false) {
    return errorOf(bench.run(socket.open({.host = "gate.example", .port = 4589, .tls = tls, .keep_idle_s = 600})));
  }
  std::optional<LinkError> send(std::string_view text) {
    return errorOf(bench.run(socket.send({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()})));
  }
  std::optional<std::string> receive(std::size_t most = 100) {
    std::vector<std::uint8_t> bytes(most);
    const auto count = bench.run(socket.receive(bytes));
    if (!count.ok()) return std::nullopt;
    return std::string(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(*count));
  }
  void replace(const std::string& command, const std::string& lines) {
    bench.modem.forget(command);
    bench.modem.on(command, lines);
  }
  void say(std::string_view lines) {
    bench.modem.say(wire(lines));
    bench.runFor(1s);
  }

  AtBench bench;
  FakePins pins;
  FixedArena<8192> arena;
  ModemManager modem{bench.at, pins, bench.scheduler, arena, bench.log, {}};
  CommandSender sender{bench.at, arena};
  TlsFiles files{sender, {.ca = {"ca.pem", kCa}, .certificate = {}, .key = {}}};
  ModemSocket socket{sender, modem, files, bench.scheduler, bench.log, 1};
};

TEST_F(ModemSocketTest, OpenPlain_ClosesWhatWasLeftAndConnects) {
  replace("AT+CASTATE?", "+CASTATE: 1,1|OK");
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_TRUE(socket.up());
  EXPECT_FALSE(socket.dataWaiting());
  EXPECT_THAT(bench.modem.commands,
              ElementsAre("AT+CASTATE?", "AT+CACLOSE=1", "AT+CACFG=\"KEEPALIVE\",1,600,60,4", "AT+CASSLCFG=1,\"SSL\",0",
                          "AT+CAOPEN=1,0,\"TCP\",\"gate.example\",4589"));
}

TEST_F(ModemSocketTest, OpenWithTls_NamesTheServerAndThePinnedCa) {
  EXPECT_EQ(open(true), std::nullopt);
  EXPECT_THAT(bench.modem.commands, Contains("AT+CSSLCFG=\"SNI\",0,\"gate.example\""));
  EXPECT_THAT(bench.modem.commands, Contains("AT+CASSLCFG=1,\"SSL\",1"));
  EXPECT_THAT(bench.modem.commands, Contains("AT+CASSLCFG=1,\"CRINDEX\",0"));
  EXPECT_THAT(bench.modem.commands, Contains("AT+CASSLCFG=1,\"CACERT\",\"ca.pem\""));
  EXPECT_THAT(bench.modem.commands, Not(Contains(StartsWith("AT+CASSLCFG=1,\"CERT\""))));
}

TEST_F(ModemSocketTest, WhatTheModemDoesNotTake_EndsTheAttemptUnencryptedNever) {
  bench.modem.on("AT+CASSLCFG=1,\"SSL\",1", "ERROR");
  EXPECT_EQ(open(true), LinkError::Refused);
  EXPECT_THAT(bench.modem.commands, Not(Contains(StartsWith("AT+CAOPEN"))));
}

TEST_F(ModemSocketTest, ProbingRefusedByTheModem_IsNoReasonToStayOffline) {
  bench.modem.on("AT+CACFG=\"KEEPALIVE\",1,600,60,4", "ERROR");
  EXPECT_EQ(open(), std::nullopt);
}

TEST_F(ModemSocketTest, ResultsOfOpening_AreTranslated) {
  const std::string command = "AT+CAOPEN=1,0,\"TCP\",\"gate.example\",4589";
  const std::pair<const char*, LinkError> answers[] = {
      {"+CAOPEN: 1,27|OK", LinkError::Refused},
      {"+CAOPEN: 1,21|OK", LinkError::NoBearer},
      {"+CAOPEN: 0,0|OK", LinkError::Refused},
      {"OK", LinkError::Refused},
      {"ERROR", LinkError::Refused},
      {"", LinkError::Timeout},
      {"RDY", LinkError::NoModem},
  };
  for (const auto& [lines, error] : answers) {
    replace(command, lines);
    EXPECT_EQ(open(), error) << lines;
    EXPECT_FALSE(socket.up()) << lines;
    if (error == LinkError::NoModem) break;
  }
}

TEST_F(ModemSocketTest, HandshakesRefusedThreeTimes_RenewTheFiles) {
  replace("AT+CAOPEN=1,0,\"TCP\",\"gate.example\",4589", "+CAOPEN: 1,25|OK");
  bench.modem.onBlock("AT+CFSWFILE=3,\"ca.pem\",0,500,10000", 500, "OK", "\r\nDOWNLOAD\r\n");
  for (int i = 0; i < 6; ++i) EXPECT_EQ(open(true), LinkError::Refused);
  EXPECT_THAT(bench.modem.blocks, ElementsAre(kCa));
}

TEST_F(ModemSocketTest, Send_SplitsAtWhatOneCommandTakes) {
  ASSERT_EQ(open(), std::nullopt);
  bench.modem.onBlock("AT+CASEND=1,1460", 1460, "OK");
  bench.modem.onBlock("AT+CASEND=1,540", 540, "OK");
  const std::string text = std::string(1460, 'a') + std::string(540, 'b');
  EXPECT_EQ(send(text), std::nullopt);
  EXPECT_THAT(bench.modem.blocks, ElementsAre(text.substr(0, 1460), text.substr(1460)));
}

TEST_F(ModemSocketTest, SendWithoutOk_BreaksTheConnectionUntilItIsOpenedAnew) {
  ASSERT_EQ(open(), std::nullopt);
  bench.modem.onBlock("AT+CASEND=1,5", 5, "ERROR");
  EXPECT_EQ(send("hello"), LinkError::Refused);
  EXPECT_FALSE(socket.up());
  EXPECT_EQ(send("hello"), LinkError::Down);
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_TRUE(socket.up());
  EXPECT_THAT(bench.modem.commands, Contains("AT+CACLOSE=1"));
}

TEST_F(ModemSocketTest, SendCancelledHalfway_BreaksTheConnection) {
  ASSERT_EQ(open(), std::nullopt);
  bench.modem.onBlock("AT+CASEND=1,5", 5, "");
  {
    const std::uint8_t bytes[5] = {};
    auto task = socket.send(bytes);
    task.start();
    bench.runFor(1s);
  }
  bench.runFor(60s);
  EXPECT_FALSE(socket.up());
  replace("AT+CASTATE?", "+CASTATE: 1,1|OK");
  EXPECT_EQ(errorOf(bench.run(socket.adopt())), LinkError::Down);
}

TEST_F(ModemSocketTest, ConnectionLostDuringASend_IsDownAlthoughTheModemSaysOk) {
  ASSERT_EQ(open(), std::nullopt);
  bench.modem.onBlock("AT+CASEND=1,5", 5, "+CASTATE: 1,0|OK");
  EXPECT_EQ(send("hello"), LinkError::Down);
}

TEST_F(ModemSocketTest, Receive_GivesTheExactBytesUntilNothingIsLeft) {
  ASSERT_EQ(open(), std::nullopt);
  say("+CADATAIND: 1");
  EXPECT_TRUE(socket.dataWaiting());
  bench.modem.answerer = [this](const std::string& command) -> std::optional<ScriptedModem::Reply> {
    if (command != "AT+CARECV=1,100") return std::nullopt;
    const bool first = bench.modem.count(command) == 1;
    return ScriptedModem::Reply{first ? std::string("\r\n+CARECV: 9,a\r\nOK\r\n,\x80\r\n\r\nOK\r\n")
                                      : wire("+CARECV: 0|OK")};
  };
  EXPECT_EQ(receive(), "a\r\nOK\r\n,\x80");
  EXPECT_TRUE(socket.dataWaiting());
  EXPECT_EQ(receive(), "");
  EXPECT_FALSE(socket.dataWaiting());
}

TEST_F(ModemSocketTest, DataAnnouncedDuringARead_AreNotForgotten) {
  ASSERT_EQ(open(), std::nullopt);
  bench.modem.on("AT+CARECV=1,100", "+CADATAIND: 1|+CARECV: 0|OK");
  EXPECT_EQ(receive(), "");
  EXPECT_TRUE(socket.dataWaiting());
}

TEST_F(ModemSocketTest, ReadThatWentWrong_BreaksTheConnection) {
  ASSERT_EQ(open(), std::nullopt);
  bench.modem.on("AT+CARECV=1,100", "");
  EXPECT_EQ(receive(), std::nullopt);
  EXPECT_FALSE(socket.up());
}

TEST_F(ModemSocketTest, OtherConnectionsAndNoise_AreNotOurs) {
  ASSERT_EQ(open(), std::nullopt);
  say("+CASTATE: 0,0|+CADATAIND: 0|+CADATAIND: 11|+CADATAIND: 1x|+CASTATE: 1,7|+CASTATE: 1");
  EXPECT_TRUE(socket.up());
  EXPECT_FALSE(socket.dataWaiting());
}

TEST_F(ModemSocketTest, ClosedByTheOtherEnd_IsKnownAtOnceAndTheNumberFreedBeforeTheNext) {
  ASSERT_EQ(open(), std::nullopt);
  say("+CASTATE: 1,0");
  EXPECT_FALSE(socket.up());
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_EQ(bench.modem.count("AT+CACLOSE=1"), 1u);
}

TEST_F(ModemSocketTest, ClosedAgainBeforeTheModemSaysThatItIsOpen_IsDownAndTheNumberFreedBeforeTheNext) {
  const std::string command = "AT+CAOPEN=1,0,\"TCP\",\"gate.example\",4589";
  replace(command, "+CASTATE: 1,0|+CAOPEN: 1,0|OK");
  EXPECT_EQ(open(), LinkError::Down);
  EXPECT_FALSE(socket.up());
  replace(command, "+CAOPEN: 1,0|OK");
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_EQ(bench.modem.count("AT+CACLOSE=1"), 1u);
}

TEST_F(ModemSocketTest, BearerLost_IsDown) {
  ASSERT_EQ(open(), std::nullopt);
  say("+APP PDP: 0,DEACTIVE");
  EXPECT_FALSE(socket.up());
}

TEST_F(ModemSocketTest, AdoptWhatStands_ReadsWhatCameMeanwhile) {
  replace("AT+CASTATE?", "+CASTATE: 0,0|+CASTATE: 1,1|OK");
  EXPECT_EQ(errorOf(bench.run(socket.adopt())), std::nullopt);
  EXPECT_TRUE(socket.up());
  EXPECT_TRUE(socket.dataWaiting());
  EXPECT_THAT(bench.modem.commands, ElementsAre("AT+CASTATE?"));
}

TEST_F(ModemSocketTest, AdoptWhatIsGone_IsDown) {
  replace("AT+CASTATE?", "+CASTATE: 0,1|OK");
  bench.modem.on("AT+CASTATE?", "+CASTATE: 1,0|OK");
  EXPECT_EQ(errorOf(bench.run(socket.adopt())), LinkError::Down);
  EXPECT_EQ(errorOf(bench.run(socket.adopt())), LinkError::Down);
  EXPECT_FALSE(socket.up());
}

// The answer to a question that was given up was lost: nobody knows what it would have said.
TEST_F(ModemSocketTest, AdoptCancelled_DoesNotCountAsNoConnection) {
  replace("AT+CASTATE?", "");
  {
    auto adopting = socket.adopt();
    adopting.start();
    bench.runFor(1s);
  }
  replace("AT+CASTATE?", "+CASTATE: 1,1|OK");
  EXPECT_EQ(errorOf(bench.run(socket.close())), std::nullopt);
  EXPECT_EQ(bench.modem.count("AT+CACLOSE=1"), 1u);
}

// The OK belongs to something older; what was read is lost.
TEST_F(ModemSocketTest, ReceiveAnsweredByAnOkAlone_LeavesTheConnectionBroken) {
  ASSERT_EQ(open(), std::nullopt);
  bench.modem.on("AT+CARECV=1,100", "OK");
  EXPECT_EQ(receive(), std::nullopt);
  EXPECT_FALSE(socket.up());
}

TEST_F(ModemSocketTest, WaitingForData_EndsWithDataLossOrDeadline) {
  ASSERT_EQ(open(), std::nullopt);
  const Instant begun = bench.now;
  EXPECT_FALSE(bench.run(socket.waitForData(begun + 3s)));
  EXPECT_EQ(bench.now, begun + 3s);
  bench.modem.say(wire("+CADATAIND: 1"), 2s);
  EXPECT_TRUE(bench.run(socket.waitForData(bench.now + 10s)));
  EXPECT_EQ(bench.now, begun + 5s);
  bench.modem.on("AT+CARECV=1,100", "+CARECV: 0|OK");
  ASSERT_EQ(receive(), "");
  bench.modem.say(wire("+CASTATE: 1,0"), 1s);
  EXPECT_FALSE(bench.run(socket.waitForData(bench.now + 10s)));
  EXPECT_LT(bench.now, begun + 7s);
}

TEST_F(ModemSocketTest, Close_LeavesNothingAndDoesNotRepeatItself) {
  ASSERT_EQ(open(), std::nullopt);
  EXPECT_EQ(errorOf(bench.run(socket.close())), std::nullopt);
  EXPECT_EQ(errorOf(bench.run(socket.close())), std::nullopt);
  EXPECT_EQ(bench.modem.count("AT+CACLOSE=1"), 1u);
  EXPECT_FALSE(socket.up());
}

TEST_F(ModemSocketTest, CloseRefused_SaysWhetherTheConnectionIsLeft) {
  ASSERT_EQ(open(), std::nullopt);
  replace("AT+CACLOSE=1", "ERROR");
  replace("AT+CASTATE?", "+CASTATE: 1,1|OK");
  EXPECT_EQ(errorOf(bench.run(socket.close())), LinkError::Refused);
  replace("AT+CASTATE?", "OK");
  EXPECT_EQ(errorOf(bench.run(socket.close())), std::nullopt);
}

}  // namespace
}  // namespace smartkar::device
