#include "protocol/mac.hpp"

#include <array>
#include <cstddef>

#include "base/crc32.hpp"
#include "base/hex.hpp"
#include "protocol/field_reader.hpp"

namespace smartkar::protocol {
namespace {

constexpr std::string_view kMacBegin = ",\"mac\":\"";
constexpr std::string_view kMacEnd = "\"}";
constexpr std::size_t kChecksumDigits = 8;    // CRC-32
constexpr std::size_t kSignatureDigits = 32;  // HMAC-SHA-256, first 128 bits

using Checksum = std::array<char, kChecksumDigits>;

Checksum checksumOf(std::string_view bytes) {
  Checksum digits;
  encodeHex32(crc32(bytes), digits);
  return digits;
}

bool isLowerHex(std::string_view text) { return text.find_first_not_of("0123456789abcdef") == std::string_view::npos; }

// The digits of a mac of this length at the very end of the text; empty if there is none.
std::string_view macDigits(std::string_view text, std::size_t digits) {
  const std::size_t size = kMacBegin.size() + digits + kMacEnd.size();
  if (text.size() < size) return {};
  const std::string_view tail = text.substr(text.size() - size);
  const std::string_view hex = tail.substr(kMacBegin.size(), digits);
  return tail.starts_with(kMacBegin) && tail.ends_with(kMacEnd) && isLowerHex(hex) ? hex : std::string_view();
}

}  // namespace

void endWithMac(JsonWriter& writer) {
  if (writer.text() == "{") {
    writer.endObject();
    return;
  }
  const Checksum digits = checksumOf(writer.text());
  writer.key("mac").string({digits.data(), digits.size()}).endObject();
}

std::optional<Problem> checkMac(std::string_view text) {
  const std::string_view digits = macDigits(text, kChecksumDigits);
  if (digits.empty()) {
    return macDigits(text, kSignatureDigits).empty() ? Problem::BadMac : Problem::Unsupported;
  }
  const std::size_t covered = text.size() - kMacBegin.size() - kChecksumDigits - kMacEnd.size();
  const Checksum expected = checksumOf(text.substr(0, covered));
  if (digits != std::string_view(expected.data(), expected.size())) return Problem::BadMac;
  return std::nullopt;
}

Result<JsonValue, FieldError> parseFromCar(std::string_view text, JsonDocument& document) {
  const auto message = parseObject(text, document);
  if (!message) return Failure{message.error()};
  if (!message->find("mac")) {
    if (message->find("boot")) return Failure{FieldError::of("mac", Problem::Missing)};
    return message;
  }
  if (const auto problem = checkMac(trimmed(text))) return Failure{FieldError::of("mac", *problem)};
  return message;
}

}  // namespace smartkar::protocol
