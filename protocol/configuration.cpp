#include "protocol/configuration.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "protocol/setting_table.hpp"

namespace smartkar::protocol {

using setting_table::kSettings;

bool SettingSpec::allows(const SettingValue& value) const {
  if (isText()) return !checkText(parameter, name(), value.text);
  return value.number >= parameter.min && value.number <= parameter.max;
}

std::span<const SettingSpec> allSettings() { return kSettings; }

const SettingSpec& settingSpec(Setting setting) {
  const auto* const found =
      std::find_if(kSettings.begin(), kSettings.end(), [=](const auto& spec) { return spec.setting == setting; });
  SK_ASSERT(found != kSettings.end());
  return *found;
}

SettingValue settingValue(const Parameters& parameters, const SettingSpec& spec) {
  SettingValue value;
  if (spec.isText()) {
    value.text = parameters.text(spec.parameter.parameter);
  } else {
    value.number = static_cast<std::int32_t>(parameters.integer(spec.parameter.parameter));
  }
  return value;
}

void writeSetting(JsonWriter& writer, const SettingSpec& spec, const SettingValue& value) {
  if (spec.isText()) {
    writer.string(value.text);
  } else if (!spec.parameter.words.empty()) {
    writer.string(spec.parameter.words[static_cast<std::size_t>(value.number)]);
  } else if (spec.parameter.type == FieldType::Boolean) {
    writer.boolean(value.number != 0);
  } else {
    writer.integer(value.number);
  }
}

}  // namespace smartkar::protocol
