#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "mqtt/reason_code.hpp"

namespace smartkar::mqtt {

// The largest value of a Variable Byte Integer (MQTT 5.0 section 1.5.5).
inline constexpr std::uint32_t kMaxVariable = 268'435'455;

// Reads the data types of MQTT 5.0 section 1.5. The first failure stays: from then on every read returns nothing.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::uint8_t byte();
  std::uint16_t twoBytes();
  std::uint32_t fourBytes();
  std::uint32_t variable();
  // A well-formed UTF-8 string with its length.
  std::string_view text();
  // Binary data with its length.
  std::span<const std::uint8_t> binary();
  // The next `count` bytes.
  std::span<const std::uint8_t> take(std::size_t count);
  std::span<const std::uint8_t> rest() { return take(remaining()); }

  std::size_t remaining() const { return bytes_.size() - position_; }
  std::size_t position() const { return position_; }

  void fail(ReasonCode reason, const char* what);
  bool ok() const { return reason_ == ReasonCode::Success; }
  ReasonCode reason() const { return reason_; }
  const char* what() const { return what_; }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t position_ = 0;
  ReasonCode reason_ = ReasonCode::Success;
  const char* what_ = "";
};

// Writes the same data types. Without memory it only counts. What does not fit, or a string over 65,535 bytes, makes it
// fail for good.
class Writer {
 public:
  Writer() : counting_(true) {}
  explicit Writer(std::span<std::uint8_t> memory) : memory_(memory) {}

  void byte(std::uint8_t value) { raw({&value, 1}); }
  void twoBytes(std::uint16_t value);
  void fourBytes(std::uint32_t value);
  void variable(std::uint32_t value);
  void text(std::string_view value);
  void binary(std::span<const std::uint8_t> value);
  void raw(std::span<const std::uint8_t> value);

  std::size_t size() const { return size_; }
  bool ok() const { return ok_; }

 private:
  std::span<std::uint8_t> memory_;
  std::size_t size_ = 0;
  bool counting_ = false;
  bool ok_ = true;
};

}  // namespace smartkar::mqtt
