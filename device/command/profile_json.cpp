#include "device/command/profile_json.hpp"

#include <array>
#include <string_view>

namespace smartkar::device {
namespace {

using protocol::JsonWriter;

constexpr std::array<std::string_view, kProfileSlots> kDescriptions = {"Immediate charging or climate", "Timer 1",
                                                                       "Timer 2", "Timer 3"};

void writeOperation(JsonWriter& writer, const ChargingProfile& profile) {
  writer.key("chargingEnabled").boolean(profile.has(kOperationCharge));
  writer.key("climateEnabled").boolean(profile.has(kOperationClimate));
  writer.key("climateAllowBattery").boolean(profile.has(kOperationClimateOnBattery));
}

void writeTemperature(JsonWriter& writer, const ChargingProfile& profile) {
  writer.key("temperature").number(profile.temperature_c, 1);
}

void writeSettings(JsonWriter& writer, const ChargingProfile& profile) {
  writer.key("operation").integer(profile.operation).key("operation2").integer(profile.operation2);
  writeOperation(writer, profile);
  writer.key("maxCurrent").integer(profile.max_current_a);
  writer.key("minChargeLevel").integer(profile.min_soc).key("targetChargeLevel").integer(profile.target_soc);
  writeTemperature(writer, profile);
  writer.key("temperatureUnit").string(profile.shows_fahrenheit ? "fahrenheit" : "celsius");
  writer.key("leadTime").integer(profile.lead_min);
  writer.key("holdTimePlug").integer(profile.hold_plugged_min);
  writer.key("holdTimeBattery").integer(profile.hold_battery_min);
  if (!profile.name.empty()) writer.key("name").string(profile.name);
}

}  // namespace

void writeProfile(JsonWriter& writer, const ProfileBook& book, std::size_t slot, Instant now) {
  const auto& heard = book.slots[slot];
  writer.beginObject().key("index").integer(static_cast<std::int64_t>(slot)).key("valid").boolean(heard.has_value());
  writer.key("ageMs");
  heard ? writer.integer(wholeMilliseconds(now - heard->at)) : writer.null();
  if (slot != 0 && book.timers) writer.key("enabled").boolean(book.timers->enabled(slot));
  if (heard) writeSettings(writer, heard->profile);
  writer.key("type").string(slot == 0 ? "immediate" : "timer");
  writer.key("description").string(kDescriptions[slot]).endObject();
}

void writeShortProfile(JsonWriter& writer, const ChargingProfile& profile, std::size_t slot) {
  writer.beginObject().key("index").integer(static_cast<std::int64_t>(slot));
  writeOperation(writer, profile);
  writer.key("maxCurrent").integer(profile.max_current_a).key("targetChargeLevel").integer(profile.target_soc);
  writeTemperature(writer, profile);
  writer.endObject();
}

}  // namespace smartkar::device
