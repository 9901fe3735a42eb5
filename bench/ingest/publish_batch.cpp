#include "bench/ingest/publish_batch.hpp"

#include <array>
#include <stdexcept>

#include "base/assert.hpp"
#include "mqtt/encoder.hpp"
#include "protocol/limits.hpp"
#include "protocol/state.hpp"

namespace smartkar::bench {
namespace {

using protocol::Field;

constexpr std::size_t kPacketBytesMax = 1200;
constexpr std::size_t kPacketIds = 65'535;

// A value of the field that differs from message to message and is in every field's range.
protocol::Value valueOf(Field field, std::uint32_t step) {
  switch (protocol::fieldSpec(field).type) {
    case protocol::FieldType::Integer:
      return protocol::Value::number(step % 200);
    case protocol::FieldType::Number:
      return protocol::Value::number(static_cast<double>(step % 700) / 10);
    case protocol::FieldType::Boolean:
      return protocol::Value::boolean(step % 2 == 0);
    default:
      return protocol::Value::text(step % 2 == 0 ? "can" : "bms");
  }
}

std::span<const Field> fieldsOf(std::uint32_t step) {
  static constexpr std::array kBattery{Field::BatterySoc,         Field::BatterySocSource, Field::BatteryCharging,
                                       Field::BatteryPowerKw,     Field::BatteryEnergyWh,  Field::BatteryTemperature,
                                       Field::BatteryRemainingMin};
  static constexpr std::array kDrive{Field::DriveKeyInserted, Field::DriveIgnitionOn, Field::DriveSpeedKmh,
                                     Field::DriveOdometerKm};
  static constexpr std::array kGps{Field::GpsLat,     Field::GpsLng,        Field::GpsAlt,
                                   Field::GpsHeading, Field::GpsSatellites, Field::GpsHdop};
  static constexpr std::array kClimate{Field::ClimateInsideTemp, Field::ClimateOutsideTemp, Field::ClimateActive,
                                       Field::RangeTotalKm, Field::RangeElectricKm};
  switch (step % 4) {
    case 0:
      return kBattery;
    case 1:
      return kDrive;
    case 2:
      return kGps;
    default:
      return kClimate;
  }
}

}  // namespace

void PublishBatch::add(std::string_view topic, std::string_view payload) {
  mqtt::Publish packet;
  packet.topic = topic;
  packet.payload = mqtt::asBytes(payload);
  packet.qos = mqtt::Qos::AtLeastOnce;
  packet.packet_id = static_cast<std::uint16_t>(ends_.size() % kPacketIds + 1);
  const std::size_t begin = bytes_.size();
  bytes_.resize(begin + kPacketBytesMax);
  const auto size = mqtt::encode(packet, mqtt::Version::V5, std::span(bytes_).subspan(begin));
  bytes_.resize(begin + size.value());
  ends_.push_back(bytes_.size());
}

std::span<const std::uint8_t> PublishBatch::bytes(std::size_t from, std::size_t to) const {
  const std::size_t begin = from == 0 ? 0 : ends_[from - 1];
  const std::size_t end = to == 0 ? 0 : ends_[to - 1];
  return std::span(bytes_).subspan(begin, end - begin);
}

std::vector<std::string> carIds(std::size_t count) {
  constexpr std::uint64_t kFirst = 8986012345678900000;
  std::vector<std::string> cars;
  cars.reserve(count);
  for (std::size_t i = 0; i < count; ++i) cars.push_back(std::to_string(kFirst + i));
  return cars;
}

PublishBatch CarsTelemetry::next(std::size_t count) {
  PublishBatch batch;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t car = told_++ % cars_.size();
    batch.add("smartkar/" + cars_[car] + "/state", payload(car));
  }
  return batch;
}

std::string CarsTelemetry::payload(std::size_t car) {
  const std::uint32_t sequence = ++sequences_[car];
  const auto step = static_cast<std::uint32_t>(sequence + car);
  protocol::StateMessage state;
  state.time = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  state.boot = 1;
  state.seq = sequence;
  for (const Field field : fieldsOf(step)) SK_ASSERT(state.values.push({field, valueOf(field, step)}));
  char text[protocol::kDevicePayloadBytesMax];
  return std::string(protocol::encodeState(state, text).value());
}

}  // namespace smartkar::bench
