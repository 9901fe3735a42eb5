#include "server/legacy/legacy_units.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <string_view>

namespace smartkar::server {
namespace {

using protocol::JsonValue;
using protocol::JsonWriter;

// A value of old firmware, and the object it stands in.
struct Seen {
  JsonValue value;
  JsonValue object;

  bool isInteger(std::int64_t wanted) const { return value.asInt64() == wanted; }
  bool neighbourIs(std::string_view key, double wanted) const {
    const auto neighbour = object.find(key);
    return neighbour && neighbour->asDouble() == wanted;
  }
};

enum class Verdict : std::uint8_t { Keep, LeaveOut, Unknown };

// How one field is read. It either says what becomes of the value, or writes another one.
using Judge = Verdict (*)(const Seen& seen);
using Convert = bool (*)(const Seen& seen, JsonWriter& writer);  // false: to be kept

// Some versions say volts, some millivolts; the cell has 3 to 4.2 V.
bool voltage(const Seen& seen, JsonWriter& writer) {
  constexpr double kVoltsMax = 100;
  const auto value = seen.value.asDouble();
  if (!value || *value <= kVoltsMax) return false;
  writer.number(*value / 1000, 3);
  return true;
}

// Some versions say dBm, some the index of AT+CSQ (AT Manual V1.05 §2.2.15): -113 dBm and 2 dB for each step, 99 for
// unknown. 0 is also what they say before the first reading.
bool signalStrength(const Seen& seen, JsonWriter& writer) {
  constexpr std::int64_t kIndexMax = 31;
  const auto value = seen.value.asInt64();
  if (!value || *value < 0) return false;
  if (*value >= 1 && *value <= kIndexMax) {
    writer.integer(-113 + 2 * *value);
  } else {
    writer.null();
  }
  return true;
}

// Some versions do not name the supply here, but beside it.
bool plugState(const Seen& seen, JsonWriter& writer) {
  if (seen.value.equals("unknown")) {
    writer.null();
    return true;
  }
  if (!seen.value.equals("plugged")) return false;
  const auto supply = seen.object.find("hasSupply");
  const bool has_supply = supply && supply->asBool().value_or(false);
  writer.string(has_supply ? "plugged_supply" : "plugged_no_supply");
  return true;
}

// The details of charging come from another source than the rest; without it they are all zero.
Verdict chargingDetail(const Seen& seen) {
  constexpr std::array<std::string_view, 5> kDetails = {"chargingMode", "chargingStatus", "chargingAmps", "targetSoc",
                                                        "remainingMin"};
  const bool none = std::all_of(kDetails.begin(), kDetails.end(),
                                [&](std::string_view detail) { return seen.neighbourIs(detail, 0); });
  return none ? Verdict::Unknown : Verdict::Keep;
}

// 255: the car does not know.
Verdict chargingByte(const Seen& seen) { return seen.isInteger(255) ? Verdict::Unknown : chargingDetail(seen); }

// The car's own selector (0 least, 1 most, 15 not set) instead of a percentage.
Verdict targetSoc(const Seen& seen) {
  const bool selector = seen.isInteger(0) || seen.isInteger(1) || seen.isInteger(15);
  return selector ? Verdict::Unknown : Verdict::Keep;
}

Verdict zeroIsUnknown(const Seen& seen) { return seen.value.asDouble() == 0.0 ? Verdict::Unknown : Verdict::Keep; }

// 0 until it is known, as the energy is, which is never 0 else.
Verdict batteryTemperature(const Seen& seen) {
  return seen.neighbourIs("maxEnergyWh", 0) && seen.value.asDouble() == 0.0 ? Verdict::Unknown : Verdict::Keep;
}

// `locked` is false also if the car did not tell.
Verdict lock(const Seen& seen) { return seen.neighbourIs("centralLock", 0) ? Verdict::Unknown : Verdict::Keep; }

// Never read from the car, always false.
Verdict neverRead(const Seen& seen) { return seen.value.asBool() == false ? Verdict::LeaveOut : Verdict::Keep; }

// Without its unit, which may be km/kWh.
Verdict noUnit(const Seen&) { return Verdict::LeaveOut; }

struct Rule {
  std::string_view domain;
  std::string_view name;
  Judge judge;
  Convert convert;
};

constexpr std::array<Rule, 17> kRules = {{
    {"device", "batteryVoltage", nullptr, voltage},
    {"network", "signalStrength", nullptr, signalStrength},
    {"vehicle.battery", "chargingMode", chargingDetail, nullptr},
    {"vehicle.battery", "chargingStatus", chargingDetail, nullptr},
    {"vehicle.battery", "chargingAmps", chargingByte, nullptr},
    {"vehicle.battery", "remainingMin", chargingByte, nullptr},
    {"vehicle.battery", "targetSoc", targetSoc, nullptr},
    {"vehicle.battery", "energyWh", zeroIsUnknown, nullptr},
    {"vehicle.battery", "maxEnergyWh", zeroIsUnknown, nullptr},
    {"vehicle.battery", "temperature", batteryTemperature, nullptr},
    {"vehicle.body", "locked", lock, nullptr},
    {"vehicle.body", "centralLock", lock, nullptr},
    {"vehicle.body", "trunkOpen", neverRead, nullptr},
    {"vehicle.body.doors", "rearLeftOpen", neverRead, nullptr},
    {"vehicle.body.doors", "rearRightOpen", neverRead, nullptr},
    {"vehicle.range", "consumption", noUnit, nullptr},
    {"vehicle.plug", "state", nullptr, plugState},
}};

// What a stamp of this firmware would be; old firmware has none.
constexpr std::array<std::string_view, 3> kStamps = {"ts", "boot", "seq"};

const Rule* findRule(std::string_view domain, const JsonValue& key) {
  const auto* const rule = std::find_if(kRules.begin(), kRules.end(),
                                        [&](const Rule& one) { return one.domain == domain && key.equals(one.name); });
  return rule != kRules.end() ? &*rule : nullptr;
}

void writeField(const Rule* rule, const Seen& seen, std::string_view name, JsonWriter& writer) {
  const Verdict verdict = rule != nullptr && rule->judge != nullptr ? rule->judge(seen) : Verdict::Keep;
  if (verdict == Verdict::LeaveOut) return;
  writer.key(name);
  if (verdict == Verdict::Unknown) {
    writer.null();
    return;
  }
  if (rule == nullptr || rule->convert == nullptr || !rule->convert(seen, writer)) writer.raw(seen.value.raw());
}

// domain: path of the object; empty: the whole state.
void writeObject(JsonValue object, const std::string& domain, JsonWriter& writer) {
  writer.beginObject();
  for (const auto& [key, value] : object.members()) {
    const auto name = key.asString<protocol::kFieldNameBytesMax>();
    if (!name) continue;
    const bool stamp = domain.empty() && std::find(kStamps.begin(), kStamps.end(), name->view()) != kStamps.end();
    if (stamp) continue;
    if (value.isObject()) {
      writer.key(name->view());
      writeObject(value, domain.empty() ? std::string(name->view()) : domain + "." + std::string(name->view()), writer);
    } else {
      writeField(findRule(domain, key), {value, object}, name->view(), writer);
    }
  }
  writer.endObject();
}

}  // namespace

void writeLegacyState(protocol::JsonValue state, protocol::JsonWriter& writer) { writeObject(state, {}, writer); }

}  // namespace smartkar::server
