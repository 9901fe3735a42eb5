#include "modem_sim/sms_pdu.hpp"

#include <algorithm>
#include <cstdio>

#include "base/hex.hpp"
#include "modem_sim/sms_alphabet.hpp"

namespace smartkar::modem_sim {
namespace {

constexpr std::uint8_t kInternational = 0x91;  // type of address (3GPP TS 24.011 §8.2.5.2)
constexpr std::uint8_t kUnknownNumber = 0x81;
constexpr std::uint8_t kUcs2 = 0x08;                     // data coding scheme
constexpr std::string_view kDigits = "0123456789*#abc";  // semi-octets

std::uint8_t octet(char c) { return static_cast<std::uint8_t>(c); }

// ---- Writing

class TpduWriter {
 public:
  const std::string& octets() const { return octets_; }
  TpduWriter& put(std::size_t value) {
    octets_ += static_cast<char>(value);
    return *this;
  }
  // Digits, two an octet, the first in the lower half; the last may stand alone.
  TpduWriter& semiOctets(std::string_view digits) {
    for (std::size_t i = 0; i < digits.size(); i += 2) {
      const auto low = static_cast<unsigned>(kDigits.find(digits[i]));
      const auto high = i + 1 < digits.size() ? static_cast<unsigned>(kDigits.find(digits[i + 1])) : 0xFU;
      put(high << 4U | low);
    }
    return *this;
  }
  TpduWriter& address(std::string_view number) {
    const bool international = number.starts_with('+');
    if (international) number.remove_prefix(1);
    return put(number.size()).put(international ? kInternational : kUnknownNumber).semiOctets(number);
  }
  // Data coding scheme, what comes between, length, text.
  TpduWriter& text(std::string_view text, const std::string& between) {
    auto septets = toSeptets(text);
    if (septets) septets->resize(std::min<std::size_t>(septets->size(), 160));
    const std::string content = septets ? packSeptets(*septets) : toUcs2(text).substr(0, 140);
    put(septets ? 0 : kUcs2);
    octets_ += between;
    put(septets ? septets->size() : content.size());
    octets_ += content;
    return *this;
  }

 private:
  std::string octets_;
};

// "yy/MM/dd,hh:mm:ss±zz" as seven octets (3GPP TS 23.040 §9.2.3.11).
std::string timeStamp(const std::string& text) {
  std::array<unsigned, 6> parts{};
  int zone = 0;
  std::sscanf(text.c_str(), "%2u/%2u/%2u,%2u:%2u:%2u%3d", &parts[0], &parts[1], &parts[2], &parts[3], &parts[4],
              &parts[5], &zone);
  std::string octets;
  const auto put = [&octets](unsigned value, unsigned flag) {
    octets += static_cast<char>(value % 10 << 4U | value / 10 | flag);
  };
  for (const unsigned part : parts) put(part, 0);
  constexpr unsigned kWestOfGreenwich = 0x08;
  put(static_cast<unsigned>(zone < 0 ? -zone : zone), zone < 0 ? kWestOfGreenwich : 0);
  return octets;
}

std::string hexDigits(std::string_view octets) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string digits;
  for (const char c : octets) {
    digits += kHex[octet(c) >> 4U];
    digits += kHex[octet(c) & 15U];
  }
  return digits;
}

std::string centreOctets(std::string_view centre) {
  const std::string address = TpduWriter().address(centre).octets();
  // Here the length counts octets, the type of the number among them (3GPP TS 24.011 §8.2.5.1).
  return TpduWriter().put(address.size() - 1).octets() + address.substr(1);
}

// ---- Reading

class TpduReader {
 public:
  explicit TpduReader(std::string_view octets) : rest_(octets) {}

  // False: it was too short for what has been taken.
  bool ok() const { return ok_; }
  std::string_view take(std::size_t count) {
    ok_ = ok_ && count <= rest_.size();
    const std::string_view taken = rest_.substr(0, ok_ ? count : 0);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::uint8_t takeOctet() {
    const std::string_view taken = take(1);
    return taken.empty() ? 0 : octet(taken[0]);
  }
  // digits: so many.
  std::string takeNumber(std::size_t digits) {
    std::string number = takeOctet() == kInternational ? "+" : "";
    const std::string_view octets = take((digits + 1) / 2);
    for (std::size_t i = 0; i < digits && ok_; ++i) {
      const unsigned value = octet(octets[i / 2]) >> (i % 2 * 4) & 15U;
      ok_ = value < kDigits.size();
      if (ok_) number += kDigits[value];
    }
    return number;
  }
  // Length and content; with a header in front of it, which is left out.
  std::string takeText(SmsCoding coding, bool has_header) {
    const std::size_t length = takeOctet();
    const std::string_view content = take(coding == SmsCoding::SevenBit ? (length * 7 + 7) / 8 : length);
    const std::size_t header = has_header && !content.empty() ? std::size_t{octet(content[0])} + 1 : 0;
    ok_ = ok_ && header <= content.size();
    if (!ok_) return {};
    if (coding == SmsCoding::Octets) return std::string(content.substr(header));
    if (coding == SmsCoding::Ucs2) return fromUcs2(content.substr(header));
    const std::size_t skipped = (header * 8 + 6) / 7;  // the text begins with a whole septet
    return fromSeptets(unpackSeptets(content, length - std::min(length, skipped), skipped * 7));
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// 3GPP TS 23.040 §9.2.3.3: by bits 3 and 4 of the first octet.
std::size_t validityOctets(std::uint8_t first_octet) {
  constexpr std::array<std::size_t, 4> kOctets = {0, 7, 1, 7};  // none, enhanced, relative, absolute
  return kOctets[first_octet >> 3U & 3U];
}

std::string timeText(std::string_view octets) {
  std::array<unsigned, 7> parts{};
  for (std::size_t i = 0; i < parts.size() && i < octets.size(); ++i) {
    const unsigned value = octet(octets[i]) & (i == 6 ? 0xF7U : 0xFFU);
    parts[i] = (value & 15U) * 10 + (value >> 4U);
  }
  const bool west = !octets.empty() && (octet(octets.back()) & 8U) != 0;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%02u/%02u/%02u,%02u:%02u:%02u%c%02u", parts[0], parts[1], parts[2], parts[3],
                parts[4], parts[5], west ? '-' : '+', parts[6]);
  return text.data();
}

}  // namespace

SmsPdu pduOf(const Sms& sms, std::string_view centre) {
  constexpr unsigned kDeliver = 0x04;  // no more messages wait
  constexpr unsigned kSubmit = 0x11;   // relative validity
  constexpr char kOneDay = '\xA7';
  TpduWriter tpdu;
  if (sms.received()) {
    tpdu.put(kDeliver).address(sms.number).put(0).text(sms.text, timeStamp(sms.time));
  } else {
    tpdu.put(kSubmit).put(0).address(sms.number).put(0).text(sms.text, {kOneDay});
  }
  return {hexDigits(centreOctets(centre)) + hexDigits(tpdu.octets()), tpdu.octets().size()};
}

std::optional<Sms> parsePdu(std::string_view digits, std::size_t length, bool received) {
  std::vector<std::uint8_t> bytes(digits.size() / 2);
  if (bytes.empty() || !decodeHex(digits, bytes)) return std::nullopt;
  const std::string octets(bytes.begin(), bytes.end());
  const std::size_t centre = std::size_t{bytes[0]} + 1;
  if (centre + length != octets.size()) return std::nullopt;
  TpduReader reader(std::string_view(octets).substr(centre));
  const std::uint8_t first_octet = reader.takeOctet();
  constexpr unsigned kTypeMask = 3;  // 0 SMS-DELIVER, 1 SMS-SUBMIT
  if ((first_octet & kTypeMask) != (received ? 0U : 1U)) return std::nullopt;
  if (!received) reader.takeOctet();  // message reference: the modem's own is used
  Sms sms;
  sms.number = reader.takeNumber(reader.takeOctet());
  reader.takeOctet();  // protocol
  const SmsCoding coding = codingOf(reader.takeOctet());
  constexpr std::size_t kTimeOctets = 7;
  const std::string_view time = reader.take(received ? kTimeOctets : validityOctets(first_octet));
  if (received) sms.time = timeText(time);
  sms.text = reader.takeText(coding, (first_octet & 0x40U) != 0);
  return reader.ok() ? std::optional(std::move(sms)) : std::nullopt;
}

}  // namespace smartkar::modem_sim
