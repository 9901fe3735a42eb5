#include "protocol/command.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "base/crc32.hpp"
#include "base/hex.hpp"
#include "protocol/parameters.hpp"

namespace smartkar::protocol {
namespace {

std::string withMac(std::string begin) {
  std::string digits(8, '0');
  encodeHex32(crc32(std::string_view(begin)), digits);
  return begin + R"(,"mac":")" + digits + R"("})";
}

class CommandTest : public testing::Test {
 protected:
  Result<CommandMessage, CommandError> decode(std::string_view text) { return decodeCommand(text, document_); }
  std::string error(std::string_view text) {
    const auto command = decode(text);
    return command ? "" : std::string(command.error().field.describe());
  }
  std::string encode(const CommandOut& command) {
    std::array<char, kCommandBytesMax> memory;
    const auto text = encodeCommand(command, memory);
    EXPECT_TRUE(text);
    return text ? std::string(*text) : "";
  }
  std::uint32_t fingerprint(std::string_view text) { return decode(text).value().fingerprint; }

  static CommandOut charging() {
    return {12, "vehicle.startCharging", R"({"targetSoc":80,"maxCurrent":16})", unixTime(1767225600), 91827, 1};
  }

  JsonDocument document_;
};

TEST_F(CommandTest, EncodesTheMembersInOrderWithTheMacLast) {
  EXPECT_EQ(encode(charging()), withMac(R"({"id":12,"action":"vehicle.startCharging","targetSoc":80,"maxCurrent":16,)"
                                        R"("expiresAt":1767225600,"contact":91827,"try":1)"));
}

TEST_F(CommandTest, RoundTrips) {
  const std::string text = encode(charging());
  const auto command = decode(text);
  ASSERT_TRUE(command);
  EXPECT_EQ(command->id, 12U);
  EXPECT_EQ(command->action, "vehicle.startCharging");
  EXPECT_EQ(command->spec, &actionSpec(Action::StartCharging));
  EXPECT_EQ(command->expires_at, unixTime(1767225600));
  EXPECT_EQ(command->contact, 91827U);
  EXPECT_EQ(command->attempt, 1U);
  EXPECT_TRUE(command->has_mac);
  const auto parameters = parseCommandParameters(*command->spec, command->message);
  ASSERT_TRUE(parameters);
  EXPECT_EQ(parameters->integer(Parameter::MaxCurrent), 16);
}

TEST_F(CommandTest, AcceptsThePlainCommandOfV22) {
  const auto command = decode("{\"id\": 12, \"action\": \"vehicle.stopClimate\"}\r\n");
  ASSERT_TRUE(command);
  EXPECT_EQ(command->id, 12U);
  EXPECT_FALSE(command->expires_at || command->contact || command->attempt || command->has_mac);
}

TEST_F(CommandTest, UnknownActionIsLeftToTheCallerToAnswer) {
  const auto command = decode(R"({"id":5,"action":"vehicle.fly"})");
  ASSERT_TRUE(command);
  EXPECT_EQ(command->spec, nullptr);
}

TEST_F(CommandTest, OnlyLinkActionsGoWithoutId) {
  EXPECT_TRUE(decode(R"({"action":"system.ring"})"));
  EXPECT_EQ(error(R"({"action":"ping"})"), "id is missing");
  EXPECT_EQ(error(R"({"action":"vehicle.fly"})"), "id is missing");
}

TEST_F(CommandTest, FieldErrorsNameTheFieldAndKeepTheId) {
  EXPECT_EQ(error(R"({"id":1})"), "action is missing");
  EXPECT_EQ(error(R"({"id":1,"action":7})"), "action must be a string");
  EXPECT_EQ(error(R"({"id":1,"action":")" + std::string(kActionBytesMax + 1, 'a') + "\"}"), "action is too long");
  EXPECT_EQ(error(R"({"id":1,"action":"ping","expiresAt":1.5})"), "expiresAt must be an integer");
  EXPECT_EQ(error(R"({"id":1,"action":"ping","expiresAt":0})"), "expiresAt must be 1-253402300799");
  EXPECT_EQ(error(R"({"id":1,"action":"ping","try":0})"), "try must be 1-1000");
  EXPECT_EQ(error(R"({"id":1,"action":"ping","contact":5})"), "mac is missing");
  // Found by the simulation: noise had damaged the name "mac"; the answer called the command rejected, and the next
  // copy of it was carried out (P4).
  JsonDocument document;
  const auto damaged = decodeCommand(R"({"id":1,"action":"ping","contact":5,"Kac":"00000000"})", document);
  ASSERT_FALSE(damaged.ok());
  EXPECT_FALSE(damaged.error().id.has_value());
  EXPECT_EQ(decode(R"({"id":77,"action":"ping","expiresAt":"x"})").error().id, 77U);
}

TEST_F(CommandTest, IdIsAPositive31BitInteger) {
  EXPECT_TRUE(decode(R"({"id":2147483647,"action":"ping"})"));
  for (const std::string id : {"0", "-1", "2147483648", "99999999999999999999"}) {
    const auto command = decode(R"({"id":)" + id + R"(,"action":"ping"})");
    ASSERT_FALSE(command);
    EXPECT_EQ(command.error().field.describe(), "id must be 1-2147483647");
    EXPECT_FALSE(command.error().id);
  }
  EXPECT_EQ(error(R"({"id":"12","action":"ping"})"), "id must be an integer");
  EXPECT_EQ(error(R"({"id":12.0,"action":"ping"})"), "id must be an integer");
}

TEST_F(CommandTest, ChangingAnyByteIsDetected) {
  const std::string text = encode(charging());
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = text;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      EXPECT_FALSE(decode(damaged)) << "byte " << i << " bit " << bit;
    }
  }
}

TEST_F(CommandTest, WrongMacHidesTheIdBecauseItMayBeWrongToo) {
  const auto command = decode(R"({"id":12,"action":"ping","mac":"00000000"})");
  ASSERT_FALSE(command);
  EXPECT_EQ(command.error().field, FieldError::of("mac", Problem::BadMac));
  EXPECT_FALSE(command.error().id);
}

TEST_F(CommandTest, MacNotLastOrNotInItsExactFormIsBad) {
  const std::string good = withMac(R"({"id":1,"action":"ping")");
  ASSERT_TRUE(decode(good));
  const std::string digits = good.substr(good.size() - 10, 8);
  for (const std::string& text :
       {R"({"mac":")" + digits + R"(","id":1,"action":"ping"})",
        R"({"id":1,"action":"ping", "mac":")" + digits + R"("})",
        R"({"id":1,"action":"ping","mac":")" + digits + R"(" })",
        R"({"id":1,"action":"ping","mac":")" + digits + "0\"}", std::string(R"({"id":1,"action":"ping","mac":12})"),
        std::string(R"({"id":1,"action":"ping","mac":""})")}) {
    EXPECT_EQ(error(text), "mac does not match") << text;
  }
  EXPECT_TRUE(decode(" " + good + "\r\n"));
}

TEST_F(CommandTest, SignedCommandsAreRefusedForWhatTheyAre) {
  const auto command = decode(R"({"id":12,"action":"ping","mac":")" + std::string(32, 'a') + "\"}");
  ASSERT_FALSE(command);
  EXPECT_EQ(command.error().field.describe(), "mac is not supported in this form");
  EXPECT_EQ(command.error().id, 12U);
}

TEST_F(CommandTest, EveryTruncationIsRefused) {
  const std::string text = encode(charging());
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_EQ(error(text.substr(0, size)), "malformed JSON") << size;
  }
}

TEST_F(CommandTest, MalformedMessagesAreErrorsOfTheWhole) {
  EXPECT_EQ(error(""), "malformed JSON");
  EXPECT_EQ(error("[]"), "message must be an object");
  EXPECT_EQ(error(R"({"id":1,"id":2,"action":"ping"})"), "a field is given twice");
  EXPECT_EQ(error(std::string(2048, 'x')), "message is too long");
}

TEST_F(CommandTest, LimitOf480BytesIsExact) {
  const std::string frame = R"({"id":1,"action":"ping","x":""})";
  const std::string longest =
      R"({"id":1,"action":"ping","x":")" + std::string(kCommandBytesMax - frame.size(), 'a') + "\"}";
  ASSERT_EQ(longest.size(), kCommandBytesMax);
  EXPECT_TRUE(decode(longest));
  EXPECT_EQ(error(longest.substr(0, 29) + "a" + longest.substr(29)), "message is too long");
}

TEST_F(CommandTest, FingerprintIsTheSameForEveryTryAndContact) {
  auto again = charging();
  again.contact = 5;
  again.attempt = 3;
  const std::string first = encode(charging());
  const std::string second = encode(again);
  EXPECT_EQ(fingerprint(first), fingerprint(second));
}

TEST_F(CommandTest, FingerprintDiffersForAnotherBody) {
  const std::uint32_t original = fingerprint(encode(charging()));
  auto other = charging();
  other.params_json = R"({"targetSoc":81,"maxCurrent":16})";
  EXPECT_NE(fingerprint(encode(other)), original);
  other = charging();
  other.expires_at = unixTime(1767225601);
  EXPECT_NE(fingerprint(encode(other)), original);
  other = charging();
  other.id = 13;
  EXPECT_NE(fingerprint(encode(other)), original);
}

TEST_F(CommandTest, EncodingRefusesWhatNoCarWouldTake) {
  std::array<char, 1024> memory;
  auto command = charging();
  command.id = 0;
  EXPECT_EQ(encodeCommand(command, memory).error(), EncodeError::Invalid);
  command.id = kCommandIdMax + 1;
  EXPECT_EQ(encodeCommand(command, memory).error(), EncodeError::Invalid);
  command = charging();
  command.params_json = "[1]";
  EXPECT_EQ(encodeCommand(command, memory).error(), EncodeError::Invalid);
  const std::string long_params = R"({"x":")" + std::string(400, 'x') + R"("})";
  command.params_json = long_params;
  EXPECT_EQ(encodeCommand(command, memory).error(), EncodeError::TooLong);
}

TEST_F(CommandTest, CancelNamesTheCommandToGiveUp) {
  std::array<char, kCommandBytesMax> memory;
  const auto text = encodeCancel(12, 91827, memory);
  ASSERT_TRUE(text);
  EXPECT_TRUE(text->starts_with(R"({"id":12,"action":"system.cancel","contact":91827,"mac":")")) << *text;
  const auto command = decodeCommand(*text, document_);
  ASSERT_TRUE(command);
  EXPECT_EQ(command->id, 12U);
  ASSERT_NE(command->spec, nullptr);
  EXPECT_EQ(command->spec->action, Action::Cancel);
  EXPECT_FALSE(decodeCommand(R"({"action":"system.cancel"})", document_));
}

}  // namespace
}  // namespace smartkar::protocol
