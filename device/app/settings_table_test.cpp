#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "device/app/device_settings.hpp"
#include "device/app/setting_bindings.hpp"
#include "device/app/testing/car_bench.hpp"

// The table of settings is compared with docs/operating.md and with what it changes.

namespace smartkar::device {
namespace {

using protocol::SettingEffect;
using protocol::SettingSpec;
using protocol::SettingValue;

std::string valuesOf(const SettingSpec& spec) {
  const protocol::ParameterSpec& parameter = spec.parameter;
  if (parameter.type == protocol::FieldType::Boolean) return "true, false";
  std::string words;
  for (const auto word : parameter.words) words += (words.empty() ? "`" : ", `") + std::string(word) + "`";
  if (!words.empty()) return words;
  const std::string unit = spec.isText() ? "characters" : std::string(parameter.unit);
  const std::string range =
      std::to_string(static_cast<long>(parameter.min)) + "-" + std::to_string(static_cast<long>(parameter.max));
  return unit.empty() ? range : range + " " + unit;
}

std::string defaultOf(const SettingSpec& spec) {
  const DeviceConfig config;
  char memory[200];
  protocol::JsonWriter writer(memory);
  protocol::writeSetting(writer, spec, settingOf(config, spec.setting).value());
  return writer.text() == "\"\"" ? "" : "`" + std::string(writer.text()) + "`";
}

std::string effectOf(const SettingSpec& spec) {
  switch (spec.effect) {
    case SettingEffect::AtOnce:
      return "at once";
    case SettingEffect::Network:
      return "on trial";
    case SettingEffect::Broker:
      return "on trial with the broker";
  }
  return "";
}

TEST(SettingsTable, IsTheOneOfTheManual) {
  std::ifstream file(SMARTKAR_SOURCE_DIR "/docs/operating.md");
  const std::string manual(std::istreambuf_iterator<char>(file), {});
  for (const SettingSpec& spec : protocol::allSettings()) {
    const std::string row = "| `" + std::string(spec.name()) + "` | " + valuesOf(spec) + " | " + defaultOf(spec) +
                            " | " + effectOf(spec) + " | " + std::string(spec.meaning) + " |\n";
    EXPECT_NE(manual.find(row), std::string::npos) << row;
  }
}

// What system.configure answers with every text at its longest, all that may lose the link on trial.
TEST(SettingsTable, LongestAnswerFits) {
  CutFlash flash(4096);
  RecordingLogSink log;
  DeviceConfig config;
  const std::string longest(64, 'x');
  StoredConfiguration stored;
  for (const SettingSpec& spec : protocol::allSettings()) {
    const SettingValue value =
        spec.isText() ? SettingValue{0, longest} : SettingValue{static_cast<std::int32_t>(spec.parameter.max), {}};
    applySetting(config, spec.setting, value);
    if (!spec.mayLoseTheLink()) continue;
    ASSERT_TRUE(stored.trial.set(spec.setting, value));
  }
  ConfigurationStore store(flash);
  ASSERT_TRUE(store.load());
  ASSERT_TRUE(store.save(stored));
  const DeviceSettings settings(flash, config, log, Instant{});
  char memory[kResultBytesMax];
  protocol::JsonWriter writer(memory);
  writer.beginObject();
  settings.write(writer);
  EXPECT_TRUE(writer.endObject().finish().ok());
}

// Every setting reads back at both ends of its range, and changes no other.
TEST(SettingsTable, EverySettingChangesItsOwnPlaceOnly) {
  const std::string longest(100, 'x');
  for (const SettingSpec& spec : protocol::allSettings()) {
    for (const double bound : {spec.parameter.min, spec.parameter.max}) {
      const auto size = static_cast<std::size_t>(bound);
      const SettingValue value = spec.isText() ? SettingValue{0, std::string_view(longest).substr(0, size)}
                                               : SettingValue{static_cast<std::int32_t>(bound), {}};
      DeviceConfig config;
      applySetting(config, spec.setting, value);
      EXPECT_EQ(settingOf(config, spec.setting), value) << spec.name();
      for (const SettingSpec& other : protocol::allSettings()) {
        if (other.setting == spec.setting) continue;
        EXPECT_EQ(settingOf(config, other.setting), settingOf(DeviceConfig(), other.setting)) << other.name();
      }
    }
  }
}

TEST(SettingsTable, NumbersInFlashAreUnique) {
  protocol::SettingSet seen;
  for (const SettingSpec& spec : protocol::allSettings()) {
    EXPECT_LT(static_cast<int>(spec.setting), 64);
    EXPECT_FALSE(seen.has(spec.setting)) << spec.name();
    seen.add(spec.setting);
  }
}

}  // namespace
}  // namespace smartkar::device
