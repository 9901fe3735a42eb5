#pragma once

#include <cstdint>
#include <string_view>

#include "base/fixed_string.hpp"
#include "protocol/json_document.hpp"
#include "protocol/limits.hpp"

namespace smartkar::protocol {

enum class Problem : std::uint8_t {
  Missing,
  WrongType,    // FieldError::expected says what it should be
  OutOfRange,   // FieldError::min and max say what is allowed
  Unknown,      // no such field, or no such value of an enumeration
  UnknownWord,  // a parameter that is none of its words
  TooLong,
  Malformed,  // not in the form it must have; without a field name: the text is no JSON
  BadMac,     // the checksum does not match
  Duplicate,
  Unsupported,  // known, but not offered by this version
  Unsecured,    // only over a link that nobody else can write to
};

enum class FieldType : std::uint8_t { Integer, Number, Boolean, String, Object, Array };

// Why a message was refused, and which field is to blame.
struct FieldError {
  FixedString<kFieldNameBytesMax> field;  // as it was named in the message; empty: the message as a whole
  Problem problem = Problem::Malformed;
  FieldType expected = FieldType::Integer;  // for WrongType; for OutOfRange: String if the length is meant
  double min = 0;                           // for OutOfRange, both included
  double max = 0;

  // A sentence for people: "targetSoc must be 10-100".
  FixedString<kErrorTextBytesMax> describe() const;

  // field: cut if longer than kFieldNameBytesMax.
  static FieldError of(std::string_view field, Problem problem);
  static FieldError wrongType(std::string_view field, FieldType expected);
  static FieldError outOfRange(std::string_view field, double min, double max);
  // Of a text: min and max are characters.
  static FieldError lengthOutOfRange(std::string_view field, double min, double max);
  // The error for a text that could not be parsed.
  static FieldError of(JsonError error);

  friend bool operator==(const FieldError&, const FieldError&) = default;
};

}  // namespace smartkar::protocol
