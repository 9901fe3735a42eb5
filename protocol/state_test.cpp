#include "protocol/state.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

#include "protocol/testing/with_mac.hpp"

namespace smartkar::protocol {
namespace {

class StateTest : public testing::Test {
 protected:
  DecodedState decoded(std::string_view text) {
    const auto state = decodeState(text, document_);
    EXPECT_TRUE(state) << text;
    return state ? *state : DecodedState();
  }
  static std::optional<Value> valueOf(const DecodedState& decoded, Field field) {
    for (const auto& entry : decoded.state.values) {
      if (entry.field == field) return entry.value;
    }
    return std::nullopt;
  }
  static Value exampleOf(const FieldSpec& spec) {
    if (spec.type == FieldType::Boolean) return Value::boolean(true);
    if (spec.type == FieldType::String) return Value::text("text");
    return Value::number(spec.max);
  }

  JsonDocument document_;
  std::array<char, kDevicePayloadBytesMax> memory_;
};

TEST_F(StateTest, FieldsAreFoundByTheirPaths) {
  std::set<std::string> paths;
  for (const auto& spec : allFields()) {
    const std::string path = std::string(spec.domain) + "." + std::string(spec.name);
    EXPECT_TRUE(paths.insert(path).second) << path;
    EXPECT_LE(path.size(), kFieldNameBytesMax);
    EXPECT_EQ(findField(path), &spec);
    EXPECT_EQ(&fieldSpec(spec.field), &spec);
  }
  EXPECT_EQ(findField("vehicle.battery"), nullptr);
  EXPECT_EQ(findField("soc"), nullptr);
}

TEST_F(StateTest, NestsFieldsByTheirDomainsInAnyOrderGiven) {
  StateMessage state;
  state.time = unixTime(1767225600);
  state.boot = 7;
  state.seq = 2;
  ASSERT_TRUE(state.values.push({Field::DoorsDriverOpen, Value::boolean(false)}));
  ASSERT_TRUE(state.values.push({Field::BatterySoc, Value::number(75.04)}));
  ASSERT_TRUE(state.values.push({Field::DeviceBatteryVoltage, Value::number(4.154)}));
  ASSERT_TRUE(state.values.push({Field::BodyLocked, Value::boolean(true)}));
  ASSERT_TRUE(state.values.push({Field::PlugState, Value::null()}));
  const auto text = encodeState(state, memory_);
  ASSERT_TRUE(text);
  EXPECT_EQ(
      *text,
      withMac(R"({"ts":1767225600,"boot":7,"seq":2,"device":{"batteryVoltage":4.15},"vehicle":{"battery":{"soc":75},)"
              R"("body":{"locked":true,"doors":{"driverOpen":false}},"plug":{"state":null}}})"));
  const DecodedState again = decoded(*text);
  EXPECT_EQ(again.state.time, state.time);
  EXPECT_EQ(again.state.boot, 7U);
  EXPECT_EQ(again.state.seq, 2U);
  EXPECT_EQ(again.state.values.size(), 5U);
  EXPECT_EQ(again.rejected_count, 0U);
  EXPECT_EQ(valueOf(again, Field::BatterySoc), Value::number(75));
  EXPECT_EQ(valueOf(again, Field::PlugState), Value::null());
}

TEST_F(StateTest, EveryFieldRoundTripsAloneAndAsNull) {
  for (const auto& spec : allFields()) {
    for (const Value& value : {exampleOf(spec), Value::null()}) {
      StateMessage state;
      ASSERT_TRUE(state.values.push({spec.field, value}));
      const auto text = encodeState(state, memory_);
      ASSERT_TRUE(text) << spec.name;
      const DecodedState again = decoded(*text);
      EXPECT_EQ(valueOf(again, spec.field), value) << *text;
      EXPECT_EQ(again.rejected_count, 0U) << *text;
    }
  }
}

TEST_F(StateTest, EveryDomainFitsOneMessageButAllTogetherDoNot) {
  StateMessage all;
  StateMessage domain;
  std::string_view name = allFields()[0].domain;
  for (const auto& spec : allFields()) {
    if (spec.domain != name) {
      EXPECT_TRUE(encodeState(domain, memory_)) << name;
      domain.values.clear();
      name = spec.domain;
    }
    const Value value =
        spec.type == FieldType::String ? Value::text(std::string(kValueTextBytesMax, 'x')) : exampleOf(spec);
    ASSERT_TRUE(domain.values.push({spec.field, value}));
    ASSERT_TRUE(all.values.push({spec.field, value}));
  }
  EXPECT_TRUE(encodeState(domain, memory_));
  std::array<char, 4096> memory;
  EXPECT_EQ(encodeState(all, memory).error(), EncodeError::TooLong);
}

TEST_F(StateTest, EncodingRefusesValuesTheTableDoesNotAllow) {
  const auto refused = [&](Field field, Value value) {
    StateMessage state;
    EXPECT_TRUE(state.values.push({field, value}));
    const auto text = encodeState(state, memory_);
    return !text && text.error() == EncodeError::Invalid;
  };
  EXPECT_TRUE(refused(Field::BatterySoc, Value::number(100.1)));
  EXPECT_TRUE(refused(Field::BatterySoc, Value::boolean(true)));
  EXPECT_TRUE(refused(Field::DriveOdometerKm, Value::number(1.5)));
  EXPECT_TRUE(refused(Field::BodyLocked, Value::number(1)));
  EXPECT_TRUE(refused(Field::PlugState, Value::number(1)));
  StateMessage twice;
  ASSERT_TRUE(twice.values.push({Field::BodyLocked, Value::boolean(true)}));
  ASSERT_TRUE(twice.values.push({Field::BodyLocked, Value::boolean(true)}));
  EXPECT_EQ(encodeState(twice, memory_).error(), EncodeError::Invalid);
}

TEST_F(StateTest, BadFieldsAreNamedAndTheRestIsKept) {
  const DecodedState state =
      decoded(R"({"device":{"uptime":1,"batteryVoltage":4150,"batteryPercent":"85","moon":1},)"
              R"("network":{"signalStrength":20,"modemState":"a text far too long for telemetry"},)"
              R"("vehicle":{"battery":{"soc":75.5,"charging":1,"remainingMin":3.0},"plug":7},"extra":null})");
  EXPECT_EQ(state.state.values.size(), 2U);
  EXPECT_EQ(valueOf(state, Field::DeviceUptime), Value::number(1));
  EXPECT_EQ(valueOf(state, Field::BatterySoc), Value::number(75.5));
  std::string errors;
  for (const auto& error : state.rejected) errors += std::string(error.describe()) + "\n";
  EXPECT_EQ(errors,
            "device.batteryVoltage must be 0-20\n"
            "device.batteryPercent must be an integer\n"
            "device.moon is unknown\n"
            "network.signalStrength must be -150 to -1\n"
            "network.modemState is too long\n"
            "vehicle.battery.charging must be true or false\n"
            "vehicle.battery.remainingMin must be an integer\n"
            "vehicle.plug is unknown\n"
            "extra is unknown\n");
  EXPECT_EQ(state.rejected_count, 9U);
}

TEST_F(StateTest, RejectedFieldsBeyondTheCapacityAreCounted) {
  std::string text = "{";
  for (int i = 0; i < 30; ++i) text += (i == 0 ? "\"x" : ",\"x") + std::to_string(i) + "\":1";
  const DecodedState state = decoded(text + "}");
  EXPECT_TRUE(state.rejected.full());
  EXPECT_EQ(state.rejected_count, 30U);
}

TEST_F(StateTest, AcceptsTheEnvelopeAndTheGpsNameOfV22) {
  const DecodedState state =
      decoded(R"({"type":"state","data":{"vehicle":{"canGps":{"lat":48.137154,"lng":11.576124,"fixType":"3D"}}}})");
  EXPECT_EQ(valueOf(state, Field::GpsLat), Value::number(48.137154));
  EXPECT_EQ(valueOf(state, Field::GpsFixType), Value::text("3D"));
  EXPECT_EQ(decoded(R"({"vehicle":{"gps":{"lat":1},"canGps":{"lat":2}}})").rejected[0],
            FieldError::of("vehicle.gps.lat", Problem::Duplicate));
}

TEST_F(StateTest, LongNamesDoNotBreakThePath) {
  const std::string name(200, 'n');
  EXPECT_EQ(decoded(R"({")" + name + R"(":{")" + name + R"(":1}})").rejected_count, 1U);
}

TEST_F(StateTest, ErrorsOfTheFrameRefuseTheWhole) {
  EXPECT_EQ(decodeState(R"({"ts":"x"})", document_).error(), FieldError::wrongType("ts", FieldType::Integer));
  EXPECT_FALSE(decodeState(R"({"boot":-1})", document_));
  EXPECT_FALSE(decodeState("[]", document_));
  EXPECT_FALSE(decodeState(R"({"type":"event","data":{}})", document_));
}

TEST_F(StateTest, EveryTruncationIsRefused) {
  const std::string text = R"({"ts":1,"device":{"uptime":1},"vehicle":{"battery":{"soc":75.5}}})";
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(decodeState(std::string_view(text).substr(0, size), document_)) << size;
  }
}

// The longest state of v2.2: every provider with every field.
TEST_F(StateTest, ReadsACompleteStateOfV22) {
  std::string text = R"({"type":"state","data":{)"
                     R"("device":{"uptime":125340,"freeHeap":245760,"wakeCause":"modem_ri","batteryVoltage":4.15,)"
                     R"("batteryPercent":85,"charging":false,"vbusConnected":true},"network":{"modemState":)"
                     R"("connected","signalStrength":-75,"simCCID":"89445001021983048261","modemConnected":true,)"
                     R"("linkConnected":true,"linkState":"connected"},"vehicle":{"vehicleAwake":true,)"
                     R"("canFrameCount":99,"battery":{"soc":75,"socSource":"bap","charging":true,)"
                     R"("chargingSource":"bap","chargingMode":1,"chargingStatus":2,"chargingAmps":16,"targetSoc":80,)"
                     R"("remainingMin":95,"powerKw":3.2,"energyWh":15000,"maxEnergyWh":24000,"temperature":21.5,)"
                     R"("balancing":false},"drive":{"ignition":0,"keyInserted":false,"ignitionOn":false,)"
                     R"("speedKmh":0.0,"odometerKm":45678},"body":{"locked":true,"centralLock":1,"trunkOpen":false,)"
                     R"("anyDoorOpen":false,"doors":{"driverOpen":false,"passengerOpen":false,"rearLeftOpen":false,)"
                     R"("rearRightOpen":false}},"range":{"totalKm":180,"electricKm":180,"displayKm":175,)"
                     R"("consumption":14.5,"tendency":"stable","reserveWarning":false},"canGps":{"lat":48.137154,)"
                     R"("lng":11.576124,"alt":520.0,"heading":123.4,"satellites":8,"fixType":"3D","hdop":0.9},)"
                     R"("climate":{"insideTemp":19.5,"insideTempSource":"can","outsideTemp":7.0,"active":false,)"
                     R"("activeSource":"bap","heating":false,"cooling":false,"ventilation":false,)"
                     R"("autoDefrost":false,"remainingMin":0},"plug":{"plugged":true,"hasSupply":true,)"
                     R"("state":"plugged","lockState":1}}}})";
  const DecodedState state = decoded(text);
  EXPECT_EQ(state.rejected_count, 0U);
  EXPECT_EQ(state.state.values.size(), kFieldCount - 3);
}

}  // namespace
}  // namespace smartkar::protocol
