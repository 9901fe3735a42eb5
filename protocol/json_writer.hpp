#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.hpp"

namespace smartkar::protocol {

enum class EncodeError : std::uint8_t {
  TooLong,  // does not fit the message limit or the memory handed in
  Invalid,  // what was to be encoded is not allowed (a value out of range, text that is not JSON)
};

// Writes compact JSON into memory of the caller. Every call may be chained; what does not fit is remembered and
// reported once, by finish(). Balancing objects, arrays and keys is the caller's duty.
class JsonWriter {
 public:
  // out: stays with the caller; its size is the limit of the text.
  explicit JsonWriter(std::span<char> out) : out_(out) {}

  JsonWriter& beginObject() { return open('{'); }
  JsonWriter& endObject() { return close('}'); }
  JsonWriter& beginArray() { return open('['); }
  JsonWriter& endArray() { return close(']'); }
  // name: any text; escaped as needed.
  JsonWriter& key(std::string_view name);

  JsonWriter& integer(std::int64_t value);
  // Rounded to `decimals` (0 … 6) places, trailing zeros left out: 21.0 is written as 21. A value that is not finite or
  // beyond ±1e12 is written as null.
  JsonWriter& number(double value, int decimals);
  JsonWriter& boolean(bool value);
  // text: UTF-8; escaped as needed.
  JsonWriter& string(std::string_view text);
  JsonWriter& null();
  // json: the text of one JSON value, written as it is.
  JsonWriter& raw(std::string_view json);
  // Writes the members of an object into the open object. object: text of a JSON object ("{…}"); empty: nothing.
  JsonWriter& members(std::string_view object);

  // What was written so far; incomplete once something did not fit.
  std::string_view text() const { return {out_.data(), size_}; }
  // The finished text; Invalid if members() was given no object, TooLong if it did not fit.
  Result<std::string_view, EncodeError> finish() const;

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();
  void quoted(std::string_view text);
  void put(char c);
  void put(std::string_view text);

  std::span<char> out_;
  std::size_t size_ = 0;
  bool comma_ = false;
  bool overflow_ = false;
  bool invalid_ = false;
};

}  // namespace smartkar::protocol
