#include "protocol/mac.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "protocol/event.hpp"
#include "protocol/response.hpp"
#include "protocol/state.hpp"
#include "protocol/status_message.hpp"
#include "protocol/testing/with_mac.hpp"

namespace smartkar::protocol {
namespace {

std::string problemOf(std::string_view text) {
  JsonDocument document;
  const auto message = parseFromCar(text, document);
  return message ? std::string() : std::string(message.error().describe());
}

// Every byte with every one of its bits flipped, one at a time: none of these messages may be taken for one.
template <class Decode>
void expectEveryFlippedBitToBeNoticed(const std::string& text, Decode decode) {
  ASSERT_TRUE(decode(text)) << text;
  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    std::string damaged = text;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(decode(damaged)) << damaged;
  }
}

TEST(Mac, OfAMessageWithoutOneIsAskedForOnlyIfTheCarNumbersItsBoots) {
  EXPECT_EQ(problemOf(R"({"online":true})"), "");
  EXPECT_EQ(problemOf(R"({"online":true,"boot":7})"), "mac is missing");
  EXPECT_EQ(problemOf(withMac(R"({"online":true,"boot":7})")), "");
  EXPECT_EQ(problemOf(" " + withMac(R"({"online":true})") + "\r\n"), "");
}

TEST(Mac, ThatDoesNotFitIsNamed) {
  EXPECT_EQ(problemOf(R"({"online":true,"mac":"00000000"})"), FieldError::of("mac", Problem::BadMac).describe());
  EXPECT_EQ(problemOf(R"({"mac":"00000000","online":true})"), FieldError::of("mac", Problem::BadMac).describe());
  EXPECT_EQ(problemOf(R"({"online":true,"mac":"00000000000000000000000000000000"})"),
            FieldError::of("mac", Problem::Unsupported).describe());
}

TEST(Mac, IsNotForAMessageThatSaysNothing) {
  std::array<char, kDevicePayloadBytesMax> memory;
  const auto text = encodeState({}, memory);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "{}");
  EXPECT_EQ(problemOf(*text), "");
}

// A digit changed on the modem's line once made a car unreachable: its server waited for boot 5 of a car in boot 1.
TEST(Mac, NoFlippedBitOfAStatusGoesUnnoticed_P5) {
  StatusMessage status;
  status.presence = Presence::Awake;
  status.boot = 1;
  status.conn = 6;
  status.seq = 39;
  status.contact = 365892418;
  std::array<char, kDevicePayloadBytesMax> memory;
  const auto decode = [](std::string_view text) {
    JsonDocument document;
    return decodeStatus(text, document).ok();
  };
  expectEveryFlippedBitToBeNoticed(std::string(*encodeStatus(status, memory)), decode);
  expectEveryFlippedBitToBeNoticed(std::string(*encodeWill(1, 6, memory)), decode);
}

TEST(Mac, NoFlippedBitOfAResponseGoesUnnoticed_P4) {
  Response response;
  response.id = 12;
  response.status = ResponseStatus::InProgress;
  response.stage = Stage::Accepted;
  response.boot = 5;
  response.seq = 4;
  std::array<char, kDevicePayloadBytesMax> memory;
  expectEveryFlippedBitToBeNoticed(std::string(*encodeResponse(response, memory)), [](std::string_view text) {
    JsonDocument document;
    std::array<char, 256> result{};
    return decodeResponse(text, document, result).ok();
  });
}

TEST(Mac, NoFlippedBitOfTelemetryGoesUnnoticed_P7) {
  StateMessage state;
  state.boot = 5;
  state.seq = 4;
  ASSERT_TRUE(state.values.push({Field::BatterySoc, Value::number(41)}));
  Event event;
  event.domain = "vehicle";
  event.name = "chargingStarted";
  event.boot = 5;
  event.seq = 5;
  std::array<char, kDevicePayloadBytesMax> memory;
  expectEveryFlippedBitToBeNoticed(std::string(*encodeState(state, memory)), [](std::string_view text) {
    JsonDocument document;
    return decodeState(text, document).ok();
  });
  expectEveryFlippedBitToBeNoticed(std::string(*encodeEvent(event, memory)), [](std::string_view text) {
    JsonDocument document;
    return decodeEvent(text, document).ok();
  });
}

}  // namespace
}  // namespace smartkar::protocol
