#include "modem_sim/nmea.hpp"

#include <array>
#include <cmath>
#include <cstdio>

#include "modem_sim/real_time_clock.hpp"

namespace smartkar::modem_sim {
namespace {

// AT Manual V1.05 §8.2.9: the bits of <nmeatype>.
enum Bit : unsigned { kGpsView, kGlonassView, kGalileoView, kBeidouView, kActive, kCourse, kMinimum, kFix };

// In view in the simulated sky, as many as +CGNSINF says: number, elevation, azimuth, signal.
struct Satellite {
  int number;
  int elevation;
  int azimuth;
  int signal;
};
constexpr std::array<Satellite, 8> kSky = {{{2, 61, 141, 41},
                                            {5, 33, 289, 36},
                                            {7, 22, 64, 33},
                                            {12, 48, 215, 39},
                                            {13, 75, 32, 43},
                                            {15, 40, 181, 38},
                                            {25, 17, 249, 30},
                                            {29, 28, 310, 35}}};
constexpr std::string_view kPrecision = "1.2,0.9,0.8";  // PDOP, HDOP, VDOP, those of +CGNSINF

template <class... Values>
std::string format(const char* pattern, Values... values) {
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(), pattern, values...);
  return text.data();
}

std::string sentence(const std::string& content) {
  unsigned sum = 0;
  for (const char c : content) sum ^= static_cast<unsigned char>(c);
  return "$" + content + format("*%02X\r\n", sum);
}

// "5954.832000,N": degrees and minutes.
std::string angle(double degrees, int digits, const char* signs) {
  const double size = std::abs(degrees);
  const int whole = static_cast<int>(size);
  return format("%0*d%09.6f,%c", digits, whole, (size - whole) * 60, degrees < 0 ? signs[1] : signs[0]);
}

std::string place(const GnssPosition& position) {
  return angle(position.latitude, 2, "NS") + "," + angle(position.longitude, 3, "EW");
}

std::string timeOfDay(const CivilTime& utc) { return format("%02d%02d%02d.00", utc.hour, utc.minute, utc.second); }

// Four satellites a sentence.
std::string inView(bool fixed) {
  constexpr std::size_t kInOne = 4;
  if (!fixed) return sentence("GPGSV,1,1,00");
  std::string text;
  for (std::size_t first = 0; first < kSky.size(); first += kInOne) {
    std::string content = format("GPGSV,%zu,%zu,%02zu", kSky.size() / kInOne, first / kInOne + 1, kSky.size());
    for (std::size_t i = first; i < first + kInOne; ++i) {
      content += format(",%02d,%02d,%03d,%02d", kSky[i].number, kSky[i].elevation, kSky[i].azimuth, kSky[i].signal);
    }
    text += sentence(content);
  }
  return text;
}

std::string active(bool fixed) {
  constexpr std::size_t kPlaces = 12;
  std::string content = fixed ? "GPGSA,A,3" : "GPGSA,A,1";
  for (std::size_t i = 0; i < kPlaces; ++i) {
    content += fixed && i < kSky.size() ? format(",%02d", kSky[i].number) : std::string(",");
  }
  return sentence(content + "," + (fixed ? std::string(kPrecision) : std::string(",,")));
}

}  // namespace

std::string nmeaSentences(int types, const std::optional<GnssPosition>& position, UnixTime utc, bool two_systems) {
  const auto wanted = [types](Bit bit) { return (static_cast<unsigned>(types) >> bit & 1U) != 0; };
  const bool fixed = position.has_value();
  const std::string talker = fixed && two_systems ? "GN" : "GP";
  const CivilTime time = civilTime(utc);
  std::string text;
  if (wanted(kGpsView)) text += inView(fixed);
  // Of the other constellations nothing is in view.
  if (wanted(kGlonassView)) text += sentence("GLGSV,1,1,00");
  if (wanted(kGalileoView)) text += sentence("GAGSV,1,1,00");
  if (wanted(kBeidouView)) text += sentence("BDGSV,1,1,00");
  if (wanted(kActive)) text += active(fixed);
  if (wanted(kCourse)) text += sentence(talker + (fixed ? "VTG,0.0,T,,M,0.0,N,0.0,K,A" : "VTG,,T,,M,,N,,K,N"));
  if (wanted(kMinimum)) {
    const std::string date = format("%02d%02d%02d", time.day, time.month, time.year % 100);
    text +=
        sentence(talker + "RMC," +
                 (fixed ? timeOfDay(time) + ",A," + place(*position) + ",0.0,0.0," + date + ",,,A" : ",V,,,,,,,,,,N"));
  }
  if (wanted(kFix)) {
    text += sentence(talker + "GGA," +
                     (fixed ? timeOfDay(time) + "," + place(*position) + ",1,08,0.9,19.0,M,,M,," : ",,,,,0,,,,,,,,"));
  }
  return text;
}

}  // namespace smartkar::modem_sim
