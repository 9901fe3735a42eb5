#include "protocol/field_error.hpp"

#include <array>
#include <cmath>

#include "protocol/json_writer.hpp"
#include "protocol/utf8.hpp"

namespace smartkar::protocol {
namespace {

using Text = FixedString<kErrorTextBytesMax>;

// The longest sentence after a field name is far below kErrorTextBytesMax - kFieldNameBytesMax; what a range could
// still be too long for is cut.
void add(Text& text, std::string_view more) { SK_ASSERT(text.append(more.substr(0, Text::capacity() - text.size()))); }

std::string_view typeName(FieldType type) {
  switch (type) {
    case FieldType::Integer:
      return "an integer";
    case FieldType::Number:
      return "a number";
    case FieldType::Boolean:
      return "true or false";
    case FieldType::String:
      return "a string";
    case FieldType::Object:
      return "an object";
    case FieldType::Array:
      return "an array";
  }
  return "";
}

// "10-100", "15.5-30.0": with one decimal if either bound needs it. Negative bounds: "-40 to 80".
void addRange(Text& text, double min, double max) {
  const bool whole = std::floor(min) == min && std::floor(max) == max;
  const auto bound = [&](double value) {
    std::array<char, 32> memory;
    JsonWriter writer(memory);
    writer.number(value, 1);
    add(text, writer.text());
    if (!whole && std::floor(value) == value) add(text, ".0");
  };
  bound(min);
  add(text, min < 0 ? " to " : "-");
  bound(max);
}

}  // namespace

Text FieldError::describe() const {
  if (field.empty()) {
    switch (problem) {
      case Problem::TooLong:
        return "message is too long";
      case Problem::Duplicate:
        return "a field is given twice";
      case Problem::WrongType:
        return "message must be an object";
      default:
        return "malformed JSON";
    }
  }
  Text text(field.view());
  switch (problem) {
    case Problem::Missing:
      add(text, " is missing");
      break;
    case Problem::WrongType:
      add(text, " must be ");
      add(text, typeName(expected));
      break;
    case Problem::OutOfRange:
      add(text, " must be ");
      addRange(text, min, max);
      if (expected == FieldType::String) add(text, " characters");
      break;
    case Problem::Unknown:
      add(text, " is unknown");
      break;
    case Problem::UnknownWord:
      add(text, " has no such value");
      break;
    case Problem::TooLong:
      add(text, " is too long");
      break;
    case Problem::Malformed:
      add(text, " is malformed");
      break;
    case Problem::BadMac:
      add(text, " does not match");
      break;
    case Problem::Duplicate:
      add(text, " is given twice");
      break;
    case Problem::Unsupported:
      add(text, " is not supported in this form");
      break;
    case Problem::Unsecured:
      add(text, " needs a link with TLS");
      break;
  }
  return text;
}

FieldError FieldError::of(std::string_view field, Problem problem) {
  FieldError error;
  error.field = cutUtf8(field, kFieldNameBytesMax);
  error.problem = problem;
  return error;
}

FieldError FieldError::wrongType(std::string_view field, FieldType expected) {
  FieldError error = of(field, Problem::WrongType);
  error.expected = expected;
  return error;
}

FieldError FieldError::outOfRange(std::string_view field, double min, double max) {
  FieldError error = of(field, Problem::OutOfRange);
  error.min = min;
  error.max = max;
  return error;
}

FieldError FieldError::lengthOutOfRange(std::string_view field, double min, double max) {
  FieldError error = outOfRange(field, min, max);
  error.expected = FieldType::String;
  return error;
}

FieldError FieldError::of(JsonError error) {
  switch (error) {
    case JsonError::Duplicate:
      return of("", Problem::Duplicate);
    case JsonError::TooComplex:
      return of("", Problem::TooLong);
    case JsonError::Malformed:
      break;
  }
  return of("", Problem::Malformed);
}

}  // namespace smartkar::protocol
