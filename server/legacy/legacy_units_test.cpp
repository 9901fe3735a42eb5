#include "server/legacy/legacy_units.hpp"

#include <gtest/gtest.h>

#include <string>

namespace smartkar::server {
namespace {

std::string inOurUnits(const std::string& state) {
  protocol::JsonDocument document;
  char text[8192];
  protocol::JsonWriter writer(text);
  writeLegacyState(*document.parse(state), writer);
  return std::string(writer.text());
}

struct Example {
  const char* name;
  const char* theirs;
  const char* ours;
};

class LegacyUnits : public testing::TestWithParam<Example> {};

TEST_P(LegacyUnits, AreOurs) { EXPECT_EQ(inOurUnits(GetParam().theirs), GetParam().ours); }

INSTANTIATE_TEST_SUITE_P(
    All, LegacyUnits,
    testing::Values(
        Example{"Millivolts", R"({"device":{"batteryVoltage":4150}})", R"({"device":{"batteryVoltage":4.15}})"},
        Example{"Volts", R"({"device":{"batteryVoltage":4.15}})", R"({"device":{"batteryVoltage":4.15}})"},
        Example{"SignalIndex", R"({"network":{"signalStrength":19}})", R"({"network":{"signalStrength":-75}})"},
        Example{"SignalLevel", R"({"network":{"signalStrength":-75}})", R"({"network":{"signalStrength":-75}})"},
        Example{"SignalUnknown", R"({"network":{"signalStrength":99}})", R"({"network":{"signalStrength":null}})"},
        Example{"SignalNotReadYet", R"({"network":{"signalStrength":0}})", R"({"network":{"signalStrength":null}})"},
        Example{"PluggedWithSupply", R"({"vehicle":{"plug":{"plugged":true,"hasSupply":true,"state":"plugged"}}})",
                R"({"vehicle":{"plug":{"plugged":true,"hasSupply":true,"state":"plugged_supply"}}})"},
        Example{"PluggedWithoutSupply", R"({"vehicle":{"plug":{"hasSupply":false,"state":"plugged"}}})",
                R"({"vehicle":{"plug":{"hasSupply":false,"state":"plugged_no_supply"}}})"},
        Example{"PlugInOurWords", R"({"vehicle":{"plug":{"state":"unplugged"}}})",
                R"({"vehicle":{"plug":{"state":"unplugged"}}})"},
        Example{"PlugUnknown", R"({"vehicle":{"plug":{"state":"unknown"}}})", R"({"vehicle":{"plug":{"state":null}}})"},
        Example{"SentinelOfAByte", R"({"vehicle":{"battery":{"chargingAmps":255,"remainingMin":255}}})",
                R"({"vehicle":{"battery":{"chargingAmps":null,"remainingMin":null}}})"},
        Example{"NoChargingDetails",
                R"({"vehicle":{"battery":{"soc":41,"chargingMode":0,"chargingStatus":0,"chargingAmps":0,"targetSoc":0,)"
                R"("remainingMin":0}}})",
                R"({"vehicle":{"battery":{"soc":41,"chargingMode":null,"chargingStatus":null,"chargingAmps":null,)"
                R"("targetSoc":null,"remainingMin":null}}})"},
        Example{"SomeChargingDetails",
                R"({"vehicle":{"battery":{"chargingMode":1,"chargingStatus":2,"chargingAmps":0,"targetSoc":80,)"
                R"("remainingMin":0}}})",
                R"({"vehicle":{"battery":{"chargingMode":1,"chargingStatus":2,"chargingAmps":0,"targetSoc":80,)"
                R"("remainingMin":0}}})"},
        Example{"SelectorInsteadOfTarget", R"({"vehicle":{"battery":{"chargingMode":1,"targetSoc":1}}})",
                R"({"vehicle":{"battery":{"chargingMode":1,"targetSoc":null}}})"},
        Example{"EnergyNotReadYet", R"({"vehicle":{"battery":{"energyWh":0,"maxEnergyWh":0,"temperature":0}}})",
                R"({"vehicle":{"battery":{"energyWh":null,"maxEnergyWh":null,"temperature":null}}})"},
        Example{"FreezingBattery", R"({"vehicle":{"battery":{"maxEnergyWh":18700,"temperature":0}}})",
                R"({"vehicle":{"battery":{"maxEnergyWh":18700,"temperature":0}}})"},
        Example{"LockUnknown", R"({"vehicle":{"body":{"locked":false,"centralLock":0}}})",
                R"({"vehicle":{"body":{"locked":null,"centralLock":null}}})"},
        Example{"Unlocked", R"({"vehicle":{"body":{"locked":false,"centralLock":2}}})",
                R"({"vehicle":{"body":{"locked":false,"centralLock":2}}})"},
        Example{"DoorsItCannotSee",
                R"({"vehicle":{"body":{"trunkOpen":false,"doors":{"driverOpen":false,"rearLeftOpen":false}}}})",
                R"({"vehicle":{"body":{"doors":{"driverOpen":false}}}})"},
        Example{"ConsumptionWithoutUnit", R"({"vehicle":{"range":{"totalKm":120,"consumption":14}}})",
                R"({"vehicle":{"range":{"totalKm":120}}})"},
        Example{"NoStamps", R"({"ts":1,"boot":2,"seq":3,"device":{"uptime":5}})", R"({"device":{"uptime":5}})"},
        Example{"WrongTypesForTheReaderToJudge", R"({"device":{"batteryVoltage":"4"},"network":7})",
                R"({"device":{"batteryVoltage":"4"},"network":7})"}),
    [](const testing::TestParamInfo<Example>& example) { return example.param.name; });

}  // namespace
}  // namespace smartkar::server
