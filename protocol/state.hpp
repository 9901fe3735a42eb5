#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/fixed_vector.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "protocol/field_error.hpp"
#include "protocol/limits.hpp"
#include "protocol/value.hpp"

namespace smartkar::protocol {

// Every telemetry field. Unit, type and range are in the table (fieldSpec).
enum class Field : std::uint8_t {
  DeviceUptime,
  DeviceFreeHeap,
  DeviceWakeCause,
  DeviceBatteryVoltage,
  DeviceBatteryPercent,
  DeviceCharging,
  DeviceVbusConnected,
  DeviceChargingState,
  DeviceChargeCurrentMa,
  NetworkModemState,
  NetworkSignalStrength,
  NetworkSimCcid,
  NetworkModemConnected,
  NetworkLinkConnected,
  NetworkLinkState,
  NetworkMqttConnected,
  VehicleAwake,
  VehicleCanFrameCount,
  BatterySoc,
  BatterySocSource,
  BatteryCharging,
  BatteryChargingSource,
  BatteryChargingMode,
  BatteryChargingStatus,
  BatteryChargingAmps,
  BatteryTargetSoc,
  BatteryRemainingMin,
  BatteryPowerKw,
  BatteryEnergyWh,
  BatteryMaxEnergyWh,
  BatteryTemperature,
  BatteryBalancing,
  DriveIgnition,
  DriveKeyInserted,
  DriveIgnitionOn,
  DriveSpeedKmh,
  DriveOdometerKm,
  BodyLocked,
  BodyCentralLock,
  BodyTrunkOpen,
  BodyAnyDoorOpen,
  DoorsDriverOpen,
  DoorsPassengerOpen,
  DoorsRearLeftOpen,
  DoorsRearRightOpen,
  ClimateInsideTemp,
  ClimateInsideTempSource,
  ClimateOutsideTemp,
  ClimateActive,
  ClimateActiveSource,
  ClimateHeating,
  ClimateCooling,
  ClimateVentilation,
  ClimateAutoDefrost,
  ClimateRemainingMin,
  RangeTotalKm,
  RangeElectricKm,
  RangeDisplayKm,
  RangeConsumption,
  RangeTendency,
  RangeReserveWarning,
  GpsLat,
  GpsLng,
  GpsAlt,
  GpsHeading,
  GpsSatellites,
  GpsFixType,
  GpsHdop,
  PlugPlugged,
  PlugHasSupply,
  PlugState,
  PlugLockState,
};
inline constexpr std::size_t kFieldCount = static_cast<std::size_t>(Field::PlugLockState) + 1;

struct FieldSpec {
  Field field;
  std::string_view domain;  // path of the object it stands in: "device", "vehicle.body.doors"
  std::string_view name;    // its key there
  FieldType type;           // Integer, Number, Boolean or String
  std::string_view unit;    // "%", "V", "km"; empty: none
  int decimals;             // of a Number
  double min;               // of Integer and Number, both included
  double max;
};

// Every field, in the order of Field; the fields of one domain stand together.
std::span<const FieldSpec> allFields();
const FieldSpec& fieldSpec(Field field);
// nullptr if there is none. path: "vehicle.battery.soc".
const FieldSpec* findField(std::string_view path);

struct FieldValue {
  Field field = Field::DeviceUptime;
  Value value;  // null: unknown
};

// Telemetry. A field that is absent has not changed; null says it is unknown.
struct StateMessage {
  std::optional<UnixTime> time;  // `ts`; absent while the car does not know the time
  std::optional<std::uint32_t> boot;
  std::optional<std::uint32_t> seq;
  FixedVector<FieldValue, kFieldCount> values;
};

// Writes the fields given, each once, in any order. Fails with TooLong beyond kDevicePayloadBytesMax or out (send one
// domain at a time then), Invalid if a value is of the wrong type or out of its range.
Result<std::string_view, EncodeError> encodeState(const StateMessage& state, std::span<char> out);

inline constexpr std::size_t kRejectedFieldsMax = 16;

// A decoded state: the good fields, and what was wrong with the others.
struct DecodedState {
  StateMessage state;
  // Fields by path that are unknown, of the wrong type or out of range; those beyond the capacity are only counted.
  FixedVector<FieldError, kRejectedFieldsMax> rejected;
  std::size_t rejected_count = 0;
};

// Reads a state, with or without the v2.2 envelope {"type","data"}; v2.2's vehicle.canGps is read as vehicle.gps. Fails
// only if the text is no JSON object or ts, boot or seq are wrong. Units are not converted: that is the duty of
// whoever speaks to old firmware. document: memory for the parsed text, of no further use afterwards.
Result<DecodedState, FieldError> decodeState(std::string_view text, JsonDocument& document);

}  // namespace smartkar::protocol
