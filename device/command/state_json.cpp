#include "device/command/state_json.hpp"

#include <string_view>

#include "base/time.hpp"
#include "device/telemetry/provider.hpp"
#include "protocol/state.hpp"

namespace smartkar::device {
namespace {

using protocol::JsonWriter;
using Car = VehicleSnapshot;

struct Part {
  StateDomain domain;
  std::string_view name;
  std::optional<Duration> Car::*age;
};

constexpr Part kParts[] = {
    {StateDomain::Battery, "battery", &Car::battery_age}, {StateDomain::Drive, "drive", &Car::drive_age},
    {StateDomain::Body, "body", &Car::body_age},          {StateDomain::Climate, "climate", &Car::climate_age},
    {StateDomain::Range, "range", &Car::range_age},       {StateDomain::Gps, "gps", &Car::fix_age},
    {StateDomain::Plug, "plug", &Car::plug_age},
};

void writeReading(JsonWriter& writer, const Reading& reading, const Observation& seen) {
  const protocol::FieldSpec& spec = protocol::fieldSpec(reading.field);
  writer.key(spec.name);
  valueOf(reading, seen).write(writer, spec.decimals);
}

// The last word of "vehicle.body.doors".
std::string_view lastOf(std::string_view path) { return path.substr(path.rfind('.') + 1); }

// A domain's own members stand before the object inside it, of which there is at most one.
void writeReadings(JsonWriter& writer, std::span<const Reading> readings, const Observation& seen) {
  const std::string_view own = protocol::fieldSpec(readings[0].field).domain;
  bool inside = false;
  for (const Reading& reading : readings) {
    const std::string_view domain = protocol::fieldSpec(reading.field).domain;
    if (!inside && domain != own) {
      writer.key(lastOf(domain)).beginObject();
      inside = true;
    }
    writeReading(writer, reading, seen);
  }
  if (inside) writer.endObject();
}

void writeAge(JsonWriter& writer, const std::optional<Duration>& age) {
  writer.key("ageMs");
  age ? writer.integer(wholeMilliseconds(*age)) : writer.null();
}

}  // namespace

void writeState(JsonWriter& writer, const VehicleSnapshot& car) {
  const DeviceFacts no_facts;
  const Observation seen{car, no_facts};
  for (const Part& part : kParts) {
    writer.key(part.name).beginObject();
    writeAge(writer, car.*part.age);
    writeReadings(writer, provider(part.domain).readings, seen);
    writer.endObject();
  }
  for (const Reading& reading : provider(StateDomain::Bus).readings) writeReading(writer, reading, seen);
}

}  // namespace smartkar::device
