// Data blocks in answers when something goes wrong; that good ones are read is among the transcripts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>

#include "device/at/at_engine.hpp"
#include "device/at/data_block.hpp"
#include "device/at/testing/at_bench.hpp"

namespace smartkar::device {
namespace {

class AtBlockTest : public ::testing::Test {
 protected:
  AtBlockTest() {
    bench.at.expectBoot(kNever, kNever);
    bench.modem.on("AT+CSQ", "+CSQ: 20,99|OK");
  }
  struct Dialogue {
    AtBench& bench;
    Arena& arena() { return bench.arena(); }
    Task<std::optional<AtError>> send(AtCommand command) {
      const auto answer = co_await bench.at.run(command);
      std::optional<AtError> error;
      if (!answer.ok()) error = answer.error();
      co_return error;
    }
  };
  std::optional<AtError> send(const AtCommand& command) { return bench.run(dialogue.send(command)); }
  std::optional<AtError> receive(AtBlock form = AtBlock::Raw) { return send(command(form)); }
  AtCommand command(AtBlock form) { return {.line = "AT+CARECV=0,16", .timeout = 5s, .block = form, .into = buffer}; }
  void expectInOrder() {
    EXPECT_EQ(send({.line = "AT+CSQ", .timeout = 5s}), std::nullopt);
    bench.runFor(1s);
    EXPECT_TRUE(bench.at.idle() && bench.at.inStep());
  }
  void modemSays(std::string bytes) {
    bench.modem.on("AT+CARECV=0,16", "");
    bench.modem.say(std::move(bytes), 15ms);
  }

  AtBench bench;
  Dialogue dialogue{bench};
  std::array<std::uint8_t, 16> buffer{};
};

TEST_F(AtBlockTest, BlockThatBreaksOff_EndsInTimeoutLongBeforeTheDeadline) {
  modemSays("\r\n+CARECV: 16,half");
  const Instant begun = bench.now;
  EXPECT_EQ(receive(), (AtError{AtError::Kind::Timeout}));
  EXPECT_LE(bench.now - begun, 1s);
  expectInOrder();
}

// Two lost bytes look like a block that ends with a line end: only what it holds can tell.
TEST_F(AtBlockTest, BytesLostInABlock_AreNoticed) {
  const std::string data = "sixteen bytes...";
  for (std::size_t lost = 1; lost < data.size(); ++lost) {
    if (lost == 2) continue;
    bench.modem.forget("AT+CARECV=0,16");
    modemSays("\r\n+CARECV: 16," + data.substr(lost) + "\r\n\r\nOK\r\n");
    EXPECT_NE(receive(), std::nullopt) << lost;
    expectInOrder();
  }
}

TEST_F(AtBlockTest, Defect63RestartInsideABlock_IsNotTakenForData) {
  bench.at.expectBoot(bench.now, bench.now);
  modemSays("\r\n+CARECV: 16,h");
  bench.modem.say(wire("RDY|+CFUN: 1"), 2s);
  EXPECT_EQ(receive(), (AtError{AtError::Kind::Timeout}));
  bench.runFor(3s);
  EXPECT_TRUE(bench.at.restarted());
}

TEST_F(AtBlockTest, BlockLongerThanItsRoom_IsAnErrorAndTheRestIsDrained) {
  modemSays("\r\n+CARECV: 17,OK\r\nOK\r\n\r\nOK\r\n3456\r\n\r\nOK\r\n");
  EXPECT_EQ(receive(), (AtError{AtError::Kind::Error}));
  expectInOrder();
}

TEST_F(AtBlockTest, AbsurdLength_IsNoBlock) {
  modemSays("\r\n+CARECV: 99999999999999999999999,x\r\n\r\nOK\r\n");
  EXPECT_EQ(receive(), std::nullopt);
  expectInOrder();
}

TEST_F(AtBlockTest, DigitThatIsNone_IsAnError) {
  modemSays("\r\n+CARECV: 2,4x41\r\n\r\nOK\r\n");
  EXPECT_EQ(receive(AtBlock::Hex), (AtError{AtError::Kind::Error}));
  expectInOrder();
}

TEST_F(AtBlockTest, Cancelled_IsDrainedAndNothingIsStoredAnyMore) {
  const std::string answer = "\r\n+CARECV: 16,OK\r\nERROR\r\n12345\r\n\r\nOK\r\n";
  for (std::size_t after = 0; after < answer.size() - 2; ++after) {
    bench.modem.forget("AT+CARECV=0,16");
    bench.modem.on("AT+CARECV=0,16", "");
    buffer.fill(0);
    Task<std::optional<AtError>> task = dialogue.send(command(AtBlock::Raw));
    task.start();
    bench.modem.say(answer.substr(0, after));
    bench.runFor(10ms);
    task.cancel();
    const auto before = buffer;
    bench.modem.say(answer.substr(after));
    EXPECT_EQ(send({.line = "AT+CSQ", .timeout = 5s}), std::nullopt) << after;
    EXPECT_EQ(buffer, before) << after;
    ASSERT_EQ(bench.at.counters().stray_results + bench.at.counters().timeouts, 0u) << after;
  }
}

TEST(DataBlock, Announcement_IsNameColonNumberAndNothingElse) {
  EXPECT_EQ(announcedBytes("+CARECV: 5", "+CARECV"), 5u);
  EXPECT_EQ(announcedBytes("+CARECV:1460", "+CARECV"), 1460u);
  for (const char* line : {"+CARECV: ", "+CARECV: 5 ", "+CARECV: -1", "+CARECV: 5,1", "+CARECVX: 5", "CARECV: 5", ""}) {
    EXPECT_EQ(announcedBytes(line, "+CARECV"), std::nullopt) << line;
  }
  EXPECT_EQ(announcedBytes(": 5", ""), std::nullopt);
}

}  // namespace
}  // namespace smartkar::device
