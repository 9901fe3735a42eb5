#include "protocol/parameters.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace smartkar::protocol {
namespace {

class ParametersTest : public testing::Test {
 protected:
  Result<Parameters, FieldError> parse(Action action, std::string_view params) {
    return parseParameters(actionSpec(action), document_.parse(params).value());
  }
  Result<Parameters, FieldError> parseMessage(Action action, std::string_view message) {
    return parseCommandParameters(actionSpec(action), document_.parse(message).value());
  }
  std::string error(Action action, std::string_view params) {
    const auto parsed = parse(action, params);
    return parsed ? "" : std::string(parsed.error().describe());
  }

  JsonDocument document_;
};

TEST_F(ParametersTest, AbsentParametersHaveTheirDefaults) {
  const auto charging = parse(Action::StartCharging, "{}");
  ASSERT_TRUE(charging);
  EXPECT_EQ(charging->integer(Parameter::TargetSoc), 80);
  EXPECT_EQ(charging->integer(Parameter::MaxCurrent), 32);
  EXPECT_FALSE(charging->given(Parameter::TargetSoc));
  const auto climate = parseParameters(actionSpec(Action::StartClimate), JsonValue());
  ASSERT_TRUE(climate);
  EXPECT_EQ(climate->number(Parameter::Temperature), 21.0);
  EXPECT_TRUE(climate->boolean(Parameter::AllowBattery));
  EXPECT_EQ(parse(Action::Sleep, "{}")->integer(Parameter::SleepDuration), 0);
}

TEST_F(ParametersTest, BoundsAreIncluded) {
  EXPECT_TRUE(parse(Action::StartCharging, R"({"targetSoc":10,"maxCurrent":1})"));
  EXPECT_TRUE(parse(Action::StartCharging, R"({"targetSoc":100,"maxCurrent":32})"));
  EXPECT_TRUE(parse(Action::StartClimate, R"({"temperature":15.5})"));
  EXPECT_TRUE(parse(Action::StartClimate, R"({"temperature":30})"));
  EXPECT_TRUE(parse(Action::Sleep, R"({"duration":604800})"));
}

TEST_F(ParametersTest, ValuesOutOfRangeAreRefusedByName) {
  EXPECT_EQ(error(Action::StartCharging, R"({"targetSoc":9})"), "targetSoc must be 10-100");
  EXPECT_EQ(error(Action::StartCharging, R"({"targetSoc":300})"), "targetSoc must be 10-100");
  EXPECT_EQ(error(Action::StartCharging, R"({"targetSoc":99999999999999999999})"), "targetSoc must be 10-100");
  EXPECT_EQ(error(Action::StartCharging, R"({"maxCurrent":0})"), "maxCurrent must be 1-32");
  EXPECT_EQ(error(Action::StartCharging, R"({"maxCurrent":-1})"), "maxCurrent must be 1-32");
  EXPECT_EQ(error(Action::StartClimate, R"({"temperature":15.4})"), "temperature must be 15.5-30.0");
  EXPECT_EQ(error(Action::StartClimate, R"({"temperature":1e999})"), "temperature must be 15.5-30.0");
  EXPECT_EQ(error(Action::StartClimate, R"({"temp":30.1})"), "temp must be 15.5-30.0");
  EXPECT_EQ(error(Action::Sleep, R"({"duration":604801})"), "duration must be 0-604800");
}

TEST_F(ParametersTest, WrongTypesAreRefusedByName) {
  EXPECT_EQ(error(Action::StartCharging, R"({"targetSoc":80.0})"), "targetSoc must be an integer");
  EXPECT_EQ(error(Action::StartCharging, R"({"targetSoc":"80"})"), "targetSoc must be an integer");
  EXPECT_EQ(error(Action::StartCharging, R"({"maxCurrent":null})"), "maxCurrent must be an integer");
  EXPECT_EQ(error(Action::StartClimate, R"({"temperature":"21"})"), "temperature must be a number");
  EXPECT_EQ(error(Action::StartClimate, R"({"allowBattery":1})"), "allowBattery must be true or false");
  EXPECT_EQ(error(Action::StartClimate, "[]"), "params must be an object");
}

TEST_F(ParametersTest, UnknownParametersAreRefusedByName) {
  EXPECT_EQ(error(Action::StartCharging, R"({"targetSok":80})"), "targetSok is unknown");
  EXPECT_EQ(error(Action::StopCharging, R"({"targetSoc":80})"), "targetSoc is unknown");
  EXPECT_EQ(error(Action::StartCharging, R"({"id":1})"), "id is unknown");
}

TEST_F(ParametersTest, AliasWinsOverName) {
  EXPECT_EQ(parse(Action::StartClimate, R"({"temp":18,"temperature":25})")->number(Parameter::Temperature), 18);
  EXPECT_EQ(parse(Action::StartClimate, R"({"temperature":25,"temp":18})")->number(Parameter::Temperature), 18);
}

TEST_F(ParametersTest, MessageParametersMayBeFlattenedNestedOrBoth) {
  const auto flattened = parseMessage(
      Action::StartCharging,
      R"({"id":1,"action":"vehicle.startCharging","targetSoc":70,"expiresAt":9,"contact":1,"try":1,"mac":"00000000"})");
  EXPECT_EQ(flattened->integer(Parameter::TargetSoc), 70);
  const auto nested = parseMessage(Action::StartCharging, R"({"id":1,"action":"x","params":{"targetSoc":60}})");
  EXPECT_EQ(nested->integer(Parameter::TargetSoc), 60);
  EXPECT_TRUE(nested->given(Parameter::TargetSoc));
  const auto both =
      parseMessage(Action::StartCharging, R"({"id":1,"targetSoc":70,"params":{"targetSoc":60,"maxCurrent":10}})");
  EXPECT_EQ(both->integer(Parameter::TargetSoc), 70);
  EXPECT_EQ(both->integer(Parameter::MaxCurrent), 10);
}

TEST_F(ParametersTest, MessageParametersAreCheckedEvenIfTheyDoNotWin) {
  EXPECT_FALSE(parseMessage(Action::StartCharging, R"({"targetSoc":70,"params":{"targetSoc":5}})"));
  EXPECT_FALSE(parseMessage(Action::StartCharging, R"({"params":{"id":5}})"));
  EXPECT_FALSE(parseMessage(Action::StartCharging, R"({"params":[]})"));
  EXPECT_FALSE(parseMessage(Action::StartCharging, R"({"id":1,"mbc":"00000000"})"));
}

TEST_F(ParametersTest, EncodedParametersReadBackTheSame) {
  const auto parameters = parse(Action::StartClimate, R"({"temp":21.25,"allowBattery":false})");
  std::array<char, 128> memory;
  const auto text = encodeParameters(*parameters, memory);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, R"({"temperature":21.25,"allowBattery":false})");
  const auto again = parse(Action::StartClimate, *text);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->number(Parameter::Temperature), 21.25);
  EXPECT_FALSE(again->boolean(Parameter::AllowBattery));
}

TEST_F(ParametersTest, WhatIsNotConfiguredStaysAsItIs) {
  const auto configured = parse(Action::Configure, R"({"idleTime":60})");
  ASSERT_TRUE(configured);
  EXPECT_TRUE(configured->given(Parameter::IdleTime));
  EXPECT_FALSE(configured->given(Parameter::WakeInterval));
  char text[kCommandBytesMax];
  EXPECT_EQ(*encodeParameters(*configured, text), R"({"idleTime":60})");
}

TEST_F(ParametersTest, ConfiguringNothingIsAnError) {
  const auto configured = parse(Action::Configure, "{}");
  ASSERT_FALSE(configured);
  EXPECT_EQ(configured.error().describe(), "wakeInterval is missing");
}

TEST_F(ParametersTest, Defect64ProfileSettingsAreNeitherCutNorWrapped) {
  const auto refused = [&](std::string_view setting) {
    return error(Action::UpdateProfile, R"({"index":1,)" + std::string(setting) + "}");
  };
  EXPECT_EQ(refused(R"("targetSoc":101)"), "targetSoc must be 0-100");
  EXPECT_EQ(refused(R"("maxCurrent":288)"), "maxCurrent must be 0-32");
  EXPECT_EQ(refused(R"("temperature":30.5)"), "temperature must be 15.5-30.0");
  EXPECT_EQ(refused(R"("leadTime":-1)"), "leadTime must be 0-120");
  EXPECT_EQ(refused(R"("holdTimePlug":256)"), "holdTimePlug must be 0-254");
  EXPECT_EQ(refused(R"("holdTimeBattery":"5")"), "holdTimeBattery must be an integer");
  EXPECT_EQ(refused(R"("name":"a name that is far too long")"), "name must be 0-20 characters");
  EXPECT_EQ(refused(R"("enableClimate":1)"), "enableClimate must be true or false");
  EXPECT_EQ(error(Action::UpdateProfile, R"({"index":0,"targetSoc":80})"), "index must be 1-3");
  EXPECT_EQ(error(Action::UpdateProfile, R"({"index":1})"), "targetSoc is missing");
  EXPECT_EQ(error(Action::SetEnabled, R"({"index":2})"), "enabled is missing");
  EXPECT_EQ(error(Action::GetProfile, R"({"index":4})"), "index must be 0-3");
}

TEST_F(ParametersTest, ConditionsAreReadAndWrittenBack) {
  const auto parsed = parseMessage(
      Action::StartCharging,
      R"({"id":1,"targetSoc":70,"onlyIf":{"plugged":true,"outsideBelow":-2.5},"params":{"onlyIf":{"socBelow":60}}})");
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->boolean(Parameter::Plugged));
  EXPECT_EQ(parsed->number(Parameter::OutsideBelow), -2.5);
  EXPECT_EQ(parsed->number(Parameter::SocBelow), 60);
  EXPECT_FALSE(parsed->given(Parameter::Parked));
  char text[kCommandBytesMax];
  EXPECT_EQ(*encodeParameters(*parsed, text),
            R"({"targetSoc":70,"maxCurrent":32,"onlyIf":{"plugged":true,"socBelow":60,"outsideBelow":-2.5}})");
}

TEST_F(ParametersTest, ConditionsOutOfOrderAreRefusedByPath) {
  EXPECT_EQ(error(Action::StopCharging, R"({"onlyIf":{"socBelow":101}})"), "onlyIf.socBelow must be 0-100");
  EXPECT_EQ(error(Action::StopCharging, R"({"onlyIf":{"parked":1}})"), "onlyIf.parked must be true or false");
  EXPECT_EQ(error(Action::StopCharging, R"({"onlyIf":{"flying":true}})"), "onlyIf.flying is unknown");
  EXPECT_EQ(error(Action::StopCharging, R"({"onlyIf":true})"), "onlyIf must be an object");
  EXPECT_EQ(error(Action::GetState, R"({"onlyIf":{"parked":true}})"), "onlyIf is unknown");
  EXPECT_EQ(error(Action::StopCharging, R"({"onlyIf":{")" + std::string(70, 'x') + R"(":1}})"),
            "onlyIf." + std::string(kFieldNameBytesMax - 7, 'x') + " is unknown");
}

// Texts of the greatest length and more than one: read, kept and written like any other parameter.
constexpr ParameterSpec kTexts[] = {
    {Parameter::TargetSoc, "name", "", FieldType::String, 0, 20, {}, ""},
    {Parameter::MaxCurrent, "place", "", FieldType::String, 1, 100, {}, ""},
    {Parameter::Temperature, "index", "", FieldType::Integer, 1, 3, {}, "", true},
};
constexpr ActionSpec kWithTexts = {Action::Configure, "test", ActionKind::Management, Subject::None, 1h, kTexts};

class TextsTest : public ParametersTest {
 protected:
  Result<Parameters, FieldError> parse(std::string_view params) {
    return parseParameters(kWithTexts, document_.parse(params).value());
  }
  std::string error(std::string_view params) {
    const auto parsed = parse(params);
    return parsed ? "" : std::string(parsed.error().describe());
  }
};

TEST_F(TextsTest, TextsAreKeptAndWrittenAsGiven) {
  auto parsed = parse(R"({"place":"\u00c4hre \"7\"","name":"","index":2})");
  ASSERT_TRUE(parsed);
  const Parameters parameters = *parsed;
  parsed = parse(R"({"index":1,"name":"another"})");
  EXPECT_EQ(parameters.text(Parameter::MaxCurrent), "Ähre \"7\"");
  EXPECT_EQ(parameters.text(Parameter::TargetSoc), "");
  char text[kCommandBytesMax];
  EXPECT_EQ(*encodeParameters(parameters, text), R"({"name":"","place":"Ähre \"7\"","index":2})");
}

TEST_F(TextsTest, LengthCountsCharacters) {
  EXPECT_TRUE(parse(R"({"index":1,"name":"ÄÖÜäöüßÄÖÜäöüßÄÖÜäöü"})"));
  EXPECT_EQ(error(R"({"index":1,"name":"ÄÖÜäöüßÄÖÜäöüßÄÖÜäöüß"})"), "name must be 0-20 characters");
  EXPECT_EQ(error(R"({"index":1,"place":""})"), "place must be 1-100 characters");
  EXPECT_EQ(error(R"({"index":1,"place":")" + std::string(600, 'a') + "\"}"), "place is too long");
}

TEST_F(TextsTest, WhatIsNoPlainTextIsRefusedByName) {
  EXPECT_EQ(error(R"({"index":1,"name":7})"), "name must be a string");
  EXPECT_EQ(error(R"({"index":1,"name":null})"), "name must be a string");
  EXPECT_EQ(error(R"({"index":1,"name":"a\nb"})"), "name is malformed");
}

TEST_F(TextsTest, RequiredOnesMustBeGivenAndOneOfTheOthers) {
  EXPECT_EQ(error(R"({"name":"home"})"), "index is missing");
  EXPECT_EQ(error(R"({"index":1})"), "name is missing");
}

}  // namespace
}  // namespace smartkar::protocol
