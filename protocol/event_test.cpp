#include "protocol/event.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "protocol/testing/with_mac.hpp"

namespace smartkar::protocol {
namespace {

class EventTest : public testing::Test {
 protected:
  Event decoded(std::string_view text) {
    const auto event = decodeEvent(text, document_);
    EXPECT_TRUE(event) << text;
    return event ? *event : Event();
  }
  std::string error(std::string_view text) {
    const auto event = decodeEvent(text, document_);
    return event ? "" : std::string(event.error().describe());
  }
  static Event chargingStarted() {
    Event event;
    event.domain = event_domain::kVehicle;
    event.name = event_name::kChargingStarted;
    EXPECT_TRUE(event.details.push({"soc", Value::number(75)}));
    EXPECT_TRUE(event.details.push({"powerKw", Value::number(3.2)}));
    event.time = unixTime(1767225600);
    event.boot = 7;
    event.seq = 4;
    return event;
  }

  JsonDocument document_;
  std::array<char, 2048> memory_;
};

TEST_F(EventTest, RoundTrips) {
  const auto text = encodeEvent(chargingStarted(), memory_);
  ASSERT_TRUE(text);
  EXPECT_EQ(
      *text,
      withMac(
          R"({"domain":"vehicle","name":"chargingStarted","soc":75,"powerKw":3.2,"ts":1767225600,"boot":7,"seq":4})"));
  const Event again = decoded(*text);
  EXPECT_EQ(again.domain, "vehicle");
  EXPECT_EQ(again.name, "chargingStarted");
  ASSERT_EQ(again.details.size(), 2U);
  EXPECT_EQ(again.details[1].name, "powerKw");
  EXPECT_EQ(again.details[1].value, Value::number(3.2));
  EXPECT_EQ(again.time, unixTime(1767225600));
  EXPECT_EQ(again.boot, 7U);
  EXPECT_EQ(again.seq, 4U);
}

TEST_F(EventTest, AcceptsEventsOfV22) {
  const Event event = decoded(
      R"({"type":"event","data":{"domain":"vehicle","name":"socThreshold","soc":50,"threshold":"50%","up":true}})");
  EXPECT_EQ(event.name, event_name::kSocThreshold);
  EXPECT_EQ(event.details[1].value, Value::text("50%"));
  EXPECT_EQ(event.details[2].value, Value::boolean(true));
  EXPECT_FALSE(event.time || event.boot || event.seq);
}

TEST_F(EventTest, DetailsThatAreNoSimpleValueAreLeftOut) {
  const Event event = decoded(
      R"({"domain":"d","name":"n","a":{"b":1},"c":[1],"long":"aaaaaaaaaaaaaaaaaaaaaaaaa","e":1e999,"ok":null})");
  ASSERT_EQ(event.details.size(), 1U);
  EXPECT_EQ(event.details[0].value, Value::null());
}

TEST_F(EventTest, DetailsBeyondTheCapacityAreLeftOut) {
  EXPECT_TRUE(
      decoded(R"({"domain":"d","name":"n","a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1})").details.full());
}

TEST_F(EventTest, FieldErrorsNameTheField) {
  EXPECT_EQ(error(R"({"name":"n"})"), "domain is missing");
  EXPECT_EQ(error(R"({"domain":"d"})"), "name is missing");
  EXPECT_EQ(error(R"({"domain":1,"name":"n"})"), "domain must be a string");
  EXPECT_EQ(error(R"({"domain":"d","name":"aaaaaaaaaaaaaaaaaaaaaaaaa"})"), "name is too long");
  EXPECT_EQ(error(R"({"domain":"d","name":"n","ts":1.5})"), "ts must be an integer");
  EXPECT_EQ(error(R"({"domain":"d","name":"n","seq":-1})"), "seq must be 0-4294967295");
  EXPECT_EQ(error(R"({"type":"state","data":{}})"), "type is unknown");
}

TEST_F(EventTest, EncodingRefusesNamelessEventsAndStolenNames) {
  EXPECT_EQ(encodeEvent(Event(), memory_).error(), EncodeError::Invalid);
  Event event = chargingStarted();
  ASSERT_TRUE(event.details.push({"boot", Value::number(1)}));
  EXPECT_EQ(encodeEvent(event, memory_).error(), EncodeError::Invalid);
}

TEST_F(EventTest, EveryTruncationIsRefused) {
  const std::string text(*encodeEvent(chargingStarted(), memory_));
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(decodeEvent(std::string_view(text).substr(0, size), document_)) << size;
  }
}

}  // namespace
}  // namespace smartkar::protocol
