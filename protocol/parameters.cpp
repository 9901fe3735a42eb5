#include "protocol/parameters.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "protocol/field_reader.hpp"
#include "protocol/utf8.hpp"

namespace smartkar::protocol {
namespace {

// Members of a command message that are no parameters.
constexpr std::array<std::string_view, 7> kEnvelope = {"id", "action", "expiresAt", "contact", "try", "mac", "params"};

constexpr std::string_view kOnlyIf = "onlyIf";

Result<double, FieldError> readBoolean(std::string_view name, JsonValue value) {
  const auto flag = value.asBool();
  if (!flag) return Failure{FieldError::wrongType(name, FieldType::Boolean)};
  return *flag ? 1.0 : 0.0;
}

Result<double, FieldError> readWhole(const ParameterSpec& spec, std::string_view name, JsonValue value) {
  const auto number =
      readInteger(value, name, static_cast<std::int64_t>(spec.min), static_cast<std::int64_t>(spec.max));
  if (!number) return Failure{number.error()};
  return static_cast<double>(*number);
}

Result<double, FieldError> readNumber(const ParameterSpec& spec, std::string_view name, JsonValue value) {
  if (!value.isNumber()) return Failure{FieldError::wrongType(name, FieldType::Number)};
  const auto number = value.asDouble();
  if (!number || *number < spec.min || *number > spec.max) {
    return Failure{FieldError::outOfRange(name, spec.min, spec.max)};
  }
  return *number;
}

bool allowed(TextForm form, char32_t character) {
  if (form == TextForm::Any) return character >= 0x20 && character != 0x7F;
  return character > 0x20 && character < 0x7F && character != '"' && character != '\\';
}

Result<double, FieldError> readWord(const ParameterSpec& spec, std::string_view name, JsonValue value) {
  if (!value.isString()) return Failure{FieldError::wrongType(name, FieldType::String)};
  for (std::size_t i = 0; i < spec.words.size(); ++i) {
    if (value.equals(spec.words[i])) return static_cast<double>(i);
  }
  return Failure{FieldError::of(name, Problem::UnknownWord)};
}

}  // namespace

std::optional<FieldError> checkText(const ParameterSpec& spec, std::string_view name, std::string_view text) {
  std::size_t characters = 0;
  while (const auto character = takeUtf8(text)) {
    if (!allowed(spec.form, *character)) return FieldError::of(name, Problem::Malformed);
    ++characters;
  }
  if (!text.empty()) return FieldError::of(name, Problem::Malformed);
  const auto length = static_cast<double>(characters);
  if (length < spec.min || length > spec.max) return FieldError::lengthOutOfRange(name, spec.min, spec.max);
  return std::nullopt;
}

Parameters::Parameters(const ActionSpec& spec) : spec_(&spec) {
  for (const auto& parameter : spec.parameters) {
    values_[static_cast<std::size_t>(parameter.parameter)] = parameter.default_value;
  }
}

std::int64_t Parameters::integer(Parameter parameter) const { return static_cast<std::int64_t>(number(parameter)); }

double Parameters::number(Parameter parameter) const {
  const std::optional<double> value = values_[static_cast<std::size_t>(parameter)];
  SK_ASSERT(value.has_value());
  return *value;
}

bool Parameters::boolean(Parameter parameter) const { return number(parameter) != 0; }

std::string_view Parameters::text(Parameter parameter) const {
  return &texts_[static_cast<std::size_t>(integer(parameter))];
}

void Parameters::write(JsonWriter& writer) const {
  for (const auto& parameter : spec_->parameters) {
    if (values_[static_cast<std::size_t>(parameter.parameter)]) writeOne(parameter, writer);
  }
  writeConditions(writer);
}

void Parameters::writeConditions(JsonWriter& writer) const {
  bool open = false;
  for (const auto& condition : conditions()) {
    if (!given(condition.parameter)) continue;
    if (!open) writer.key(kOnlyIf).beginObject();
    open = true;
    writeOne(condition, writer);
  }
  if (open) writer.endObject();
}

void Parameters::writeOne(const ParameterSpec& spec, JsonWriter& writer) const {
  constexpr int kDecimals = 6;  // keeps what a client gives: 21.25 stays 21.25
  writer.key(spec.name);
  switch (spec.type) {
    case FieldType::Boolean:
      writer.boolean(boolean(spec.parameter));
      return;
    case FieldType::String:
      writer.string(spec.words.empty() ? text(spec.parameter)
                                       : spec.words[static_cast<std::size_t>(integer(spec.parameter))]);
      return;
    default:
      writer.number(number(spec.parameter), kDecimals);
  }
}

// Collects parameters from one or two objects. The later object wins, within one the alias wins; every value given is
// checked, also one that does not win.
class ParameterParser {
 public:
  explicit ParameterParser(const ActionSpec& spec) : result_(spec) {}

  // object: an object. envelope: true to pass over the members of a command message that are no parameters.
  std::optional<FieldError> take(JsonValue object, bool envelope) {
    for (const bool aliases : {false, true}) {
      for (const auto& member : object.members()) {
        if (envelope && isEnvelope(member.key)) continue;
        if (auto error = takeMember(member, aliases)) return error;
      }
    }
    return std::nullopt;
  }
  Result<Parameters, FieldError> result() const {
    const ParameterSpec* left_out = nullptr;  // the first of those to choose from
    bool chosen = false;
    for (const auto& spec : result_.spec().parameters) {
      const bool given = result_.given(spec.parameter);
      if (spec.required && !given) return Failure{FieldError::of(spec.name, Problem::Missing)};
      if (spec.required || spec.default_value) continue;
      if (left_out == nullptr) left_out = &spec;
      chosen = chosen || given;
    }
    if (left_out != nullptr && !chosen) return Failure{FieldError::of(left_out->name, Problem::Missing)};
    return result_;
  }

 private:
  static bool isEnvelope(JsonValue key) {
    return std::any_of(kEnvelope.begin(), kEnvelope.end(), [&](std::string_view name) { return key.equals(name); });
  }

  // aliases: whether this is the pass for names (in which unknown ones are found) or for aliases.
  std::optional<FieldError> takeMember(const JsonMember& member, bool aliases) {
    if (result_.spec().kind == ActionKind::Actuating && member.key.equals(kOnlyIf)) return takeConditions(member.value);
    for (const auto& spec : result_.spec().parameters) {
      const bool alias = !spec.alias.empty() && member.key.equals(spec.alias);
      if (!alias && !member.key.equals(spec.name)) continue;
      if (alias != aliases) return std::nullopt;
      return takeValue(spec, alias ? spec.alias : spec.name, member.value);
    }
    return FieldError::of(member.key.asCutString<kFieldNameBytesMax>(), Problem::Unknown);
  }

  std::optional<FieldError> takeConditions(JsonValue object) {
    if (!object.isObject()) return FieldError::wrongType(kOnlyIf, FieldType::Object);
    for (const auto& member : object.members()) {
      FixedString<kFieldNameBytesMax> path(kOnlyIf);
      SK_ASSERT(path.append('.'));
      const auto name = member.key.asCutString<kFieldNameBytesMax>();
      SK_ASSERT(path.append(cutUtf8(name, path.capacity() - path.size())));
      const auto known = std::find_if(conditions().begin(), conditions().end(),
                                      [&](const auto& condition) { return member.key.equals(condition.name); });
      if (known == conditions().end()) return FieldError::of(path, Problem::Unknown);
      if (const auto error = takeValue(*known, path, member.value)) return error;
    }
    return std::nullopt;
  }

  std::optional<FieldError> takeValue(const ParameterSpec& spec, std::string_view name, JsonValue text) {
    const auto value = read(spec, name, text);
    if (!value) return value.error();
    result_.values_[static_cast<std::size_t>(spec.parameter)] = *value;
    result_.given_[static_cast<std::size_t>(spec.parameter)] = true;
    return std::nullopt;
  }

  Result<double, FieldError> read(const ParameterSpec& spec, std::string_view name, JsonValue value) {
    switch (spec.type) {
      case FieldType::Boolean:
        return readBoolean(name, value);
      case FieldType::Integer:
        return readWhole(spec, name, value);
      case FieldType::String:
        return spec.words.empty() ? readText(spec, name, value) : readWord(spec, name, value);
      default:
        return readNumber(spec, name, value);
    }
  }

  // The value of a text is where it begins.
  Result<double, FieldError> readText(const ParameterSpec& spec, std::string_view name, JsonValue value) {
    if (!value.isString()) return Failure{FieldError::wrongType(name, FieldType::String)};
    const auto text = value.asString<kParameterTextBytes>();
    const std::size_t begin = result_.texts_end_;
    if (!text || begin + text->size() >= kParameterTextBytes) return Failure{FieldError::of(name, Problem::TooLong)};
    if (const auto error = checkText(spec, name, *text)) return Failure{*error};
    std::copy(text->view().begin(), text->view().end(), &result_.texts_[begin]);
    result_.texts_end_ = begin + text->size() + 1;
    result_.texts_[result_.texts_end_ - 1] = '\0';
    return static_cast<double>(begin);
  }

  Parameters result_;
};

Result<Parameters, FieldError> parseParameters(const ActionSpec& spec, JsonValue params) {
  ParameterParser parser(spec);
  if (params.isNull()) return parser.result();
  if (!params.isObject()) return Failure{FieldError::wrongType("params", FieldType::Object)};
  if (const auto error = parser.take(params, false)) return Failure{*error};
  return parser.result();
}

Result<Parameters, FieldError> parseCommandParameters(const ActionSpec& spec, JsonValue message) {
  ParameterParser parser(spec);
  if (const auto nested = message.find("params")) {
    if (!nested->isObject()) return Failure{FieldError::wrongType("params", FieldType::Object)};
    if (const auto error = parser.take(*nested, false)) return Failure{*error};
  }
  if (const auto error = parser.take(message, true)) return Failure{*error};
  return parser.result();
}

Result<std::string_view, EncodeError> encodeParameters(const Parameters& parameters, std::span<char> out) {
  JsonWriter writer(out);
  writer.beginObject();
  parameters.write(writer);
  return writer.endObject().finish();
}

}  // namespace smartkar::protocol
