#include "protocol/status_message.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "protocol/testing/with_mac.hpp"

namespace smartkar::protocol {
namespace {

class StatusMessageTest : public testing::Test {
 protected:
  StatusMessage decoded(std::string_view text) {
    const auto status = decodeStatus(text, document_);
    EXPECT_TRUE(status) << text;
    return status ? *status : StatusMessage();
  }
  std::string error(std::string_view text) {
    const auto status = decodeStatus(text, document_);
    return status ? "" : std::string(status.error().describe());
  }
  std::string encode(const StatusMessage& status) {
    std::array<char, kDevicePayloadBytesMax> memory;
    const auto text = encodeStatus(status, memory);
    EXPECT_TRUE(text);
    return text ? std::string(*text) : "";
  }
  static StatusMessage awake() {
    StatusMessage status;
    status.presence = Presence::Awake;
    status.boot = 7;
    status.conn = 3;
    status.seq = 12;
    status.timestamp = unixTime(1767225600);
    status.contact = 91827;
    status.wake_cause = "modem_ri";
    status.journal = 0xa1b2;
    status.max_id = 11;
    EXPECT_TRUE(status.capabilities.push("sync"));
    status.firmware = "0.1.0";
    status.link = "mqtt";
    return status;
  }

  JsonDocument document_;
};

TEST_F(StatusMessageTest, AwakeRoundTrips) {
  const std::string text = encode(awake());
  EXPECT_EQ(
      text,
      withMac(
          R"({"online":true,"timestamp":1767225600,"boot":7,"conn":3,"seq":12,"contact":91827,"wakeCause":"modem_ri",)"
          R"("journal":"a1b2","maxId":11,"caps":["sync"],"fw":"0.1.0","link":"mqtt"})"));
  const StatusMessage again = decoded(text);
  EXPECT_EQ(again.presence, Presence::Awake);
  EXPECT_EQ(again.boot, 7U);
  EXPECT_EQ(again.conn, 3U);
  EXPECT_EQ(again.timestamp, unixTime(1767225600));
  EXPECT_EQ(again.contact, 91827U);
  EXPECT_EQ(again.wake_cause, "modem_ri");
  EXPECT_EQ(again.journal, 0xa1b2U);
  EXPECT_EQ(again.max_id, 11U);
  ASSERT_EQ(again.capabilities.size(), 1U);
  EXPECT_EQ(again.capabilities[0], "sync");
  EXPECT_EQ(again.firmware, "0.1.0");
  EXPECT_EQ(again.link, "mqtt");
}

TEST_F(StatusMessageTest, AsleepRoundTripsWithEveryReason) {
  for (int i = 0; i <= static_cast<int>(OfflineReason::Budget); ++i) {
    StatusMessage status;
    status.presence = Presence::Asleep;
    status.reason = static_cast<OfflineReason>(i);
    status.next_wake = unixTime(1767236400);
    status.boot = 7;
    status.conn = 3;
    const StatusMessage again = decoded(encode(status));
    EXPECT_EQ(again.presence, Presence::Asleep);
    EXPECT_EQ(again.reason, status.reason);
    EXPECT_EQ(again.next_wake, status.next_wake);
    EXPECT_FALSE(again.timestamp);
  }
  EXPECT_EQ(offlineReasonName(OfflineReason::LowBattery), "low_battery");
}

TEST_F(StatusMessageTest, WillClosesOneConnection) {
  std::array<char, 64> memory;
  const auto text = encodeWill(7, 3, memory);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, withMac(R"({"online":false,"boot":7,"conn":3})"));
  const StatusMessage will = decoded(*text);
  EXPECT_EQ(will.presence, Presence::Will);
  EXPECT_EQ(will.boot, 7U);
  EXPECT_EQ(will.conn, 3U);
}

TEST_F(StatusMessageTest, Defect31AcceptsTheBareWill) {
  EXPECT_EQ(decoded("offline").presence, Presence::Will);
  EXPECT_FALSE(decoded("offline\r\n").boot);
  EXPECT_EQ(error("offlin"), "malformed JSON");
}

TEST_F(StatusMessageTest, AcceptsQuotesTheModemLeftEscaped) {
  const StatusMessage will = decoded(R"({\"online\":false,\"boot\":7,\"conn\":3,\"mac\":\"6b26e661\"})");
  EXPECT_EQ(will.presence, Presence::Will);
  EXPECT_EQ(will.conn, 3U);
}

TEST_F(StatusMessageTest, ReasonOfANewerCarIsStillAsleep) {
  const StatusMessage status = decoded(R"({"online":false,"reason":"holiday"})");
  EXPECT_EQ(status.presence, Presence::Asleep);
  EXPECT_FALSE(status.reason);
}

TEST_F(StatusMessageTest, CapabilitiesOfANewerCarArePassedOver) {
  const StatusMessage status =
      decoded(R"({"online":true,"caps":["a","b","c","d","e","f","g","a-name-that-is-too-long","sync",7,"i"]})");
  EXPECT_EQ(status.capabilities.size(), status.capabilities.capacity());
  EXPECT_EQ(status.capabilities.back(), "sync");
}

TEST_F(StatusMessageTest, JournalIsUpToEightHexDigits) {
  EXPECT_EQ(decoded(R"({"online":true,"journal":"ffffffff"})").journal, 0xFFFFFFFFU);
  EXPECT_EQ(decoded(R"({"online":true,"journal":"0"})").journal, 0U);
  EXPECT_EQ(error(R"({"online":true,"journal":""})"), "journal is malformed");
  EXPECT_EQ(error(R"({"online":true,"journal":"-1"})"), "journal is malformed");
  EXPECT_EQ(error(R"({"online":true,"journal":"12g"})"), "journal is malformed");
  EXPECT_EQ(error(R"({"online":true,"journal":"123456789"})"), "journal is too long");
  EXPECT_EQ(error(R"({"online":true,"journal":5})"), "journal must be a string");
}

TEST_F(StatusMessageTest, FieldErrorsNameTheField) {
  EXPECT_EQ(error("{}"), "online is missing");
  EXPECT_EQ(error(R"({"online":"true"})"), "online must be true or false");
  EXPECT_EQ(error(withMac(R"({"online":true,"boot":-1})")), "boot must be 0-4294967295");
  EXPECT_EQ(error(R"({"online":true,"contact":0})"), "contact must be 1-2147483647");
  EXPECT_EQ(error(R"({"online":true,"maxId":"1"})"), "maxId must be an integer");
  EXPECT_EQ(error(R"({"online":true,"caps":"sync"})"), "caps must be an array");
  EXPECT_EQ(error(R"({"online":true,"fw":1})"), "fw must be a string");
  EXPECT_EQ(error(R"({"online":false,"reason":1})"), "reason must be a string");
  EXPECT_EQ(error(R"({"online":false,"reason":"sleep","nextWake":"soon"})"), "nextWake must be an integer");
  EXPECT_EQ(error(R"({\"online\":false)" + std::string(2000, ' ')), "malformed JSON");
  EXPECT_EQ(error(R"({\"online\":false)" + std::string(2000, '1')), "message is too long");
}

TEST_F(StatusMessageTest, EveryTruncationIsRefused) {
  const std::string text = encode(awake());
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(decodeStatus(std::string_view(text).substr(0, size), document_)) << size;
  }
}

TEST_F(StatusMessageTest, MemoryTooSmallIsReported) {
  std::array<char, 16> memory;
  EXPECT_EQ(encodeStatus(awake(), memory).error(), EncodeError::TooLong);
}

}  // namespace
}  // namespace smartkar::protocol
