#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/fixed_string.hpp"
#include "protocol/json_document.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/limits.hpp"

namespace smartkar::protocol {

// A small value in telemetry and events: unknown (null), a number, a boolean or a short text.
class Value {
 public:
  enum class Kind : std::uint8_t { Null, Number, Boolean, Text };

  constexpr Value() = default;
  static constexpr Value null() { return {}; }
  static constexpr Value number(double value) {
    Value result;
    result.kind_ = Kind::Number;
    result.number_ = value;
    return result;
  }
  static constexpr Value boolean(bool value) {
    Value result;
    result.kind_ = Kind::Boolean;
    result.number_ = value ? 1 : 0;
    return result;
  }
  // text: at most kValueTextBytesMax bytes (asserts).
  static constexpr Value text(std::string_view text) {
    Value result;
    result.kind_ = Kind::Text;
    result.text_ = text;
    return result;
  }
  // Nothing if the JSON value is an object, an array, a text that is too long or a number beyond a double.
  static std::optional<Value> fromJson(JsonValue json);

  constexpr Kind kind() const { return kind_; }
  constexpr bool isNull() const { return kind_ == Kind::Null; }
  // Only for the kind named; otherwise 0, false or empty.
  constexpr double asNumber() const { return kind_ == Kind::Number ? number_ : 0; }
  constexpr bool asBoolean() const { return kind_ == Kind::Boolean && number_ != 0; }
  constexpr std::string_view asText() const { return text_.view(); }

  // decimals: 0 … 6, for numbers.
  void write(JsonWriter& writer, int decimals) const;

  friend constexpr bool operator==(const Value&, const Value&) = default;

 private:
  Kind kind_ = Kind::Null;
  double number_ = 0;
  FixedString<kValueTextBytesMax> text_;
};

}  // namespace smartkar::protocol
