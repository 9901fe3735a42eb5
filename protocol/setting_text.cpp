#include "protocol/setting_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>

namespace smartkar::protocol {
namespace {

constexpr std::array<std::string_view, 2> kFlagWords = {"false", "true"};

// Names and ranges of the table are far shorter than this; what somebody else wrote is cut.
void add(SettingText& text, std::string_view more) {
  SK_ASSERT(text.append(more.substr(0, SettingText::capacity() - text.size())));
}

void addNumber(SettingText& text, double number) {
  std::array<char, 16> digits;
  const auto done = std::to_chars(digits.data(), digits.data() + digits.size(), static_cast<std::int64_t>(number));
  add(text, {digits.data(), static_cast<std::size_t>(done.ptr - digits.data())});
}

std::optional<std::int32_t> findWord(std::span<const std::string_view> words, std::string_view word) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<std::int32_t>(found - words.begin());
}

// What a setting that is no text may be instead of a number.
std::span<const std::string_view> wordsOf(const SettingSpec& spec) {
  if (spec.parameter.type == FieldType::Boolean) return kFlagWords;
  return spec.parameter.words;
}

std::optional<std::int32_t> readNumber(std::string_view text) {
  std::int32_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto done = std::from_chars(text.data(), end, number);
  if (done.ec != std::errc() || done.ptr != end) return std::nullopt;
  return number;
}

std::optional<SettingValue> readValue(const SettingSpec& spec, std::string_view text) {
  if (spec.isText()) return SettingValue{0, text};
  const auto words = wordsOf(spec);
  const auto number = words.empty() ? readNumber(text) : findWord(words, text);
  if (!number) return std::nullopt;
  return SettingValue{*number, {}};
}

}  // namespace

const SettingSpec* findSetting(std::string_view name) {
  const auto all = allSettings();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& spec) { return spec.name() == name; });
  return found == all.end() ? nullptr : &*found;
}

SettingText settingRange(const SettingSpec& spec) {
  SettingText text;
  const auto words = wordsOf(spec);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) add(text, i + 1 < words.size() ? ", " : " or ");
    add(text, words[i]);
  }
  if (!words.empty()) return text;
  addNumber(text, spec.parameter.min);
  add(text, "-");
  addNumber(text, spec.parameter.max);
  if (spec.isText()) {
    add(text, " characters without space, quote and backslash");
  } else if (!spec.parameter.unit.empty()) {
    add(text, " ");
    add(text, spec.parameter.unit);
  }
  return text;
}

Result<WrittenSetting, SettingText> readSetting(std::string_view name, std::string_view value) {
  SettingText problem(name.substr(0, kFieldNameBytesMax));
  const SettingSpec* const spec = findSetting(name);
  if (spec == nullptr) {
    add(problem, " is no setting");
    return Failure{problem};
  }
  const auto read = readValue(*spec, value);
  if (read && spec->allows(*read)) return WrittenSetting{spec, *read};
  add(problem, " must be ");
  add(problem, settingRange(*spec));
  return Failure{problem};
}

}  // namespace smartkar::protocol
