#include <algorithm>
#include <iterator>

#include "protocol/state.hpp"

namespace smartkar::protocol {
namespace {

constexpr FieldSpec flag(Field field, std::string_view domain, std::string_view name) {
  return {field, domain, name, FieldType::Boolean, "", 0, 0, 0};
}
constexpr FieldSpec text(Field field, std::string_view domain, std::string_view name) {
  return {field, domain, name, FieldType::String, "", 0, 0, 0};
}
constexpr FieldSpec integer(Field field, std::string_view domain, std::string_view name, std::string_view unit,
                            double min, double max) {
  return {field, domain, name, FieldType::Integer, unit, 0, min, max};
}
constexpr FieldSpec number(Field field, std::string_view domain, std::string_view name, std::string_view unit,
                           int decimals, double min, double max) {
  return {field, domain, name, FieldType::Number, unit, decimals, min, max};
}

// Names as in protocol v2.2; an object's own members stand before the objects inside it, so that encoding opens every
// object once.
constexpr FieldSpec kFields[] = {
    integer(Field::DeviceUptime, "device", "uptime", "ms", 0, 4294967295),
    integer(Field::DeviceFreeHeap, "device", "freeHeap", "bytes", 0, 4294967295),
    text(Field::DeviceWakeCause, "device", "wakeCause"),
    number(Field::DeviceBatteryVoltage, "device", "batteryVoltage", "V", 2, 0, 20),
    integer(Field::DeviceBatteryPercent, "device", "batteryPercent", "%", 0, 100),
    flag(Field::DeviceCharging, "device", "charging"),
    flag(Field::DeviceVbusConnected, "device", "vbusConnected"),
    text(Field::DeviceChargingState, "device", "chargingState"),
    integer(Field::DeviceChargeCurrentMa, "device", "chargeCurrentMa", "mA", 0, 10000),
    text(Field::NetworkModemState, "network", "modemState"),
    integer(Field::NetworkSignalStrength, "network", "signalStrength", "dBm", -150, -1),
    text(Field::NetworkSimCcid, "network", "simCCID"),
    flag(Field::NetworkModemConnected, "network", "modemConnected"),
    flag(Field::NetworkLinkConnected, "network", "linkConnected"),
    text(Field::NetworkLinkState, "network", "linkState"),
    flag(Field::NetworkMqttConnected, "network", "mqttConnected"),
    flag(Field::VehicleAwake, "vehicle", "vehicleAwake"),
    integer(Field::VehicleCanFrameCount, "vehicle", "canFrameCount", "", 0, 4294967295),
    number(Field::BatterySoc, "vehicle.battery", "soc", "%", 1, 0, 100),
    text(Field::BatterySocSource, "vehicle.battery", "socSource"),
    flag(Field::BatteryCharging, "vehicle.battery", "charging"),
    text(Field::BatteryChargingSource, "vehicle.battery", "chargingSource"),
    integer(Field::BatteryChargingMode, "vehicle.battery", "chargingMode", "", 0, 15),
    integer(Field::BatteryChargingStatus, "vehicle.battery", "chargingStatus", "", 0, 15),
    integer(Field::BatteryChargingAmps, "vehicle.battery", "chargingAmps", "A", 0, 254),
    integer(Field::BatteryTargetSoc, "vehicle.battery", "targetSoc", "%", 0, 100),
    integer(Field::BatteryRemainingMin, "vehicle.battery", "remainingMin", "min", 0, 254),
    number(Field::BatteryPowerKw, "vehicle.battery", "powerKw", "kW", 2, -500, 500),
    number(Field::BatteryEnergyWh, "vehicle.battery", "energyWh", "Wh", 0, 0, 200000),
    number(Field::BatteryMaxEnergyWh, "vehicle.battery", "maxEnergyWh", "Wh", 0, 0, 200000),
    number(Field::BatteryTemperature, "vehicle.battery", "temperature", "°C", 1, -50, 100),
    flag(Field::BatteryBalancing, "vehicle.battery", "balancing"),
    integer(Field::DriveIgnition, "vehicle.drive", "ignition", "", 0, 3),
    flag(Field::DriveKeyInserted, "vehicle.drive", "keyInserted"),
    flag(Field::DriveIgnitionOn, "vehicle.drive", "ignitionOn"),
    number(Field::DriveSpeedKmh, "vehicle.drive", "speedKmh", "km/h", 2, 0, 400),
    integer(Field::DriveOdometerKm, "vehicle.drive", "odometerKm", "km", 0, 1048575),
    flag(Field::BodyLocked, "vehicle.body", "locked"),
    integer(Field::BodyCentralLock, "vehicle.body", "centralLock", "", 0, 2),
    flag(Field::BodyTrunkOpen, "vehicle.body", "trunkOpen"),
    flag(Field::BodyAnyDoorOpen, "vehicle.body", "anyDoorOpen"),
    flag(Field::DoorsDriverOpen, "vehicle.body.doors", "driverOpen"),
    flag(Field::DoorsPassengerOpen, "vehicle.body.doors", "passengerOpen"),
    flag(Field::DoorsRearLeftOpen, "vehicle.body.doors", "rearLeftOpen"),
    flag(Field::DoorsRearRightOpen, "vehicle.body.doors", "rearRightOpen"),
    number(Field::ClimateInsideTemp, "vehicle.climate", "insideTemp", "°C", 1, -50, 100),
    text(Field::ClimateInsideTempSource, "vehicle.climate", "insideTempSource"),
    number(Field::ClimateOutsideTemp, "vehicle.climate", "outsideTemp", "°C", 1, -50, 100),
    flag(Field::ClimateActive, "vehicle.climate", "active"),
    text(Field::ClimateActiveSource, "vehicle.climate", "activeSource"),
    flag(Field::ClimateHeating, "vehicle.climate", "heating"),
    flag(Field::ClimateCooling, "vehicle.climate", "cooling"),
    flag(Field::ClimateVentilation, "vehicle.climate", "ventilation"),
    flag(Field::ClimateAutoDefrost, "vehicle.climate", "autoDefrost"),
    integer(Field::ClimateRemainingMin, "vehicle.climate", "remainingMin", "min", 0, 65535),
    integer(Field::RangeTotalKm, "vehicle.range", "totalKm", "km", 0, 2044),
    integer(Field::RangeElectricKm, "vehicle.range", "electricKm", "km", 0, 2044),
    integer(Field::RangeDisplayKm, "vehicle.range", "displayKm", "km", 0, 2044),
    number(Field::RangeConsumption, "vehicle.range", "consumption", "kWh/100km", 1, 0, 500),
    text(Field::RangeTendency, "vehicle.range", "tendency"),
    flag(Field::RangeReserveWarning, "vehicle.range", "reserveWarning"),
    number(Field::GpsLat, "vehicle.gps", "lat", "°", 6, -90, 90),
    number(Field::GpsLng, "vehicle.gps", "lng", "°", 6, -180, 180),
    number(Field::GpsAlt, "vehicle.gps", "alt", "m", 1, -500, 9000),
    number(Field::GpsHeading, "vehicle.gps", "heading", "°", 1, 0, 360),
    integer(Field::GpsSatellites, "vehicle.gps", "satellites", "", 0, 255),
    text(Field::GpsFixType, "vehicle.gps", "fixType"),
    number(Field::GpsHdop, "vehicle.gps", "hdop", "", 3, 0, 100),
    flag(Field::PlugPlugged, "vehicle.plug", "plugged"),
    flag(Field::PlugHasSupply, "vehicle.plug", "hasSupply"),
    text(Field::PlugState, "vehicle.plug", "state"),
    integer(Field::PlugLockState, "vehicle.plug", "lockState", "", 0, 15),
};

constexpr bool inOrder() {
  for (std::size_t i = 0; i < std::size(kFields); ++i) {
    if (static_cast<std::size_t>(kFields[i].field) != i) return false;
  }
  return std::size(kFields) == kFieldCount;
}
static_assert(inOrder());

}  // namespace

std::span<const FieldSpec> allFields() { return kFields; }

const FieldSpec& fieldSpec(Field field) { return kFields[static_cast<std::size_t>(field)]; }

const FieldSpec* findField(std::string_view path) {
  const auto dot = path.rfind('.');
  if (dot == std::string_view::npos) return nullptr;
  const auto found = std::find_if(std::begin(kFields), std::end(kFields), [&](const FieldSpec& spec) {
    return spec.domain == path.substr(0, dot) && spec.name == path.substr(dot + 1);
  });
  return found == std::end(kFields) ? nullptr : &*found;
}

}  // namespace smartkar::protocol
