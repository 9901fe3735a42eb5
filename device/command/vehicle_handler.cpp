#include "device/command/vehicle_handler.hpp"

namespace smartkar::device {
namespace {

using protocol::JsonWriter;

void write(JsonWriter& writer, std::string_view name, const std::optional<bool>& value) {
  if (value) writer.key(name).boolean(*value);
}
void write(JsonWriter& writer, std::string_view name, const std::optional<double>& value) {
  if (value) writer.key(name).number(*value, 2);
}
template <class Integer>
void write(JsonWriter& writer, std::string_view name, const std::optional<Integer>& value) {
  if (value) writer.key(name).integer(*value);
}

void writeBattery(JsonWriter& writer, const VehicleSnapshot& car) {
  writer.key("battery").beginObject();
  write(writer, "soc", car.soc);
  write(writer, "powerKw", car.power_kw);
  write(writer, "charging", car.charging);
  write(writer, "chargingAmps", car.charging_amps);
  write(writer, "remainingMin", car.remaining_min);
  writer.endObject();
}

void writeDriveAndBody(JsonWriter& writer, const VehicleSnapshot& car) {
  writer.key("drive").beginObject();
  write(writer, "ignitionOn", car.ignition_on);
  write(writer, "speedKmh", car.speed_kmh);
  write(writer, "odometerKm", car.odometer_km);
  writer.endObject().key("body").beginObject();
  write(writer, "locked", car.locked);
  writer.endObject();
}

void writePlugAndClimate(JsonWriter& writer, const VehicleSnapshot& car) {
  writer.key("plug").beginObject();
  write(writer, "plugged", car.plugged);
  write(writer, "hasSupply", car.has_supply);
  writer.endObject().key("climate").beginObject();
  write(writer, "active", car.climate_active);
  write(writer, "insideTemp", car.inside_c);
  write(writer, "outsideTemp", car.outside_c);
  writer.endObject();
}

}  // namespace

void VehicleHandler::handle(const protocol::Parameters& parameters, Instant now, Reply& reply) {
  if (parameters.spec().action == protocol::Action::RequestState) return requestState(now, reply);
  writeState(now, reply);
}

void VehicleHandler::requestState(Instant now, Reply& reply) {
  const bool requested = vehicle_.refresh(now);
  for (const std::string_view name : {"plugRequested", "chargeRequested", "climateRequested"}) {
    reply.result().key(name).boolean(requested);
  }
}

void VehicleHandler::writeState(Instant now, Reply& reply) const {
  const VehicleSnapshot car = vehicle_.snapshot(now);
  JsonWriter& writer = reply.result();
  writeBattery(writer, car);
  writeDriveAndBody(writer, car);
  writePlugAndClimate(writer, car);
  write(writer, "rangeKm", car.range_km);
  writer.key("vehicleAwake").boolean(vehicle_.awake(now));
}

}  // namespace smartkar::device
