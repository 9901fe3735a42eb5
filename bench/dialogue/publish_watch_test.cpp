#include "bench/dialogue/publish_watch.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace smartkar::bench {
namespace {

// "text" for the topic "t", QoS 1, packet 1, and its acknowledgement.
const std::string kPublish("\x32\x09\x00\x01t\x00\x01text", 11);
const std::string kPuback("\x40\x02\x00\x01", 4);

TEST(PublishWatch, ModemsClientConfirmsByTheOkToThePublishAndNoOther) {
  const auto watch = makePublishWatch(Engine::Native);
  watch->onInput("AT+CEREG?\r");
  watch->onOutput("\r\nOK\r\n");
  EXPECT_EQ(watch->confirmed(), 0);
  watch->onInput("AT+SMPUB=\"t\",4,1,0\r");
  EXPECT_TRUE(watch->pending());
  watch->onOutput("\r\n>");
  watch->onOutput("\r\nO");
  watch->onOutput("K\r\n");
  EXPECT_FALSE(watch->pending());
  EXPECT_EQ(watch->confirmed(), 1);
}

TEST(PublishWatch, TcpConfirmsWhenTheModemTookTheLine) {
  const auto watch = makePublishWatch(Engine::Tcp);
  watch->onInput("AT+CASEND=1,4\r");
  watch->onOutput("\r\n>");
  watch->onInput("text");
  EXPECT_TRUE(watch->pending());
  watch->onOutput("\r\nOK\r\n");
  EXPECT_EQ(watch->confirmed(), 1);
}

struct Socket : testing::Test {
  Socket() {
    watch->onInput("AT+CAOPEN=0,0,\"TCP\",\"broker.example\",8883\r");
    watch->onOutput("\r\n+CAOPEN: 0,0\r\n\r\nOK\r\n");
  }
  void write(const std::string& bytes) {
    watch->onInput("AT+CASEND=0," + std::to_string(bytes.size()) + "\r");
    watch->onOutput("\r\n>");
    watch->onInput(bytes);
    watch->onOutput("\r\nOK\r\n");
  }
  void read(const std::string& bytes) {
    watch->onInput("AT+CARECV=0,512\r");
    watch->onOutput("\r\n+CARECV: " + std::to_string(bytes.size()) + "," + bytes + "\r\n\r\nOK\r\n");
  }
  const std::unique_ptr<PublishWatch> watch = makePublishWatch(Engine::Socket);
};
using PublishWatchOfASocket = Socket;

TEST_F(PublishWatchOfASocket, ConfirmsWhenThePubackWasReadAndNotByTheModemsOk) {
  write(kPublish);
  watch->onOutput("\r\n+CADATAIND: 0\r\n");
  EXPECT_TRUE(watch->pending());
  EXPECT_EQ(watch->confirmed(), 0);
  read(kPuback);
  EXPECT_FALSE(watch->pending());
  EXPECT_EQ(watch->confirmed(), 1);
}

TEST_F(PublishWatchOfASocket, PacketsMayBeCutAnywhere) {
  write(kPublish.substr(0, 3));
  EXPECT_FALSE(watch->pending());
  write(kPublish.substr(3));
  EXPECT_TRUE(watch->pending());
  read(kPuback.substr(0, 1));
  read(kPuback.substr(1));
  EXPECT_EQ(watch->confirmed(), 1);
}

TEST_F(PublishWatchOfASocket, OtherPacketsConfirmNothing) {
  write(kPublish);
  read(std::string("\xD0\x00", 2));  // PINGRESP
  EXPECT_EQ(watch->confirmed(), 0);
  EXPECT_TRUE(watch->pending());
}

TEST_F(PublishWatchOfASocket, NewConnectionForgetsHalfAPacket) {
  write(kPublish.substr(0, 3));
  watch->onInput("AT+CAOPEN=0,0,\"TCP\",\"broker.example\",8883\r");
  write(kPublish);
  read(kPuback);
  EXPECT_EQ(watch->confirmed(), 1);
}

}  // namespace
}  // namespace smartkar::bench
