#include "ports/linux/power_file.hpp"

#include <charconv>
#include <fstream>
#include <string_view>

namespace smartkar::ports {
namespace {

void assign(std::optional<int>& number, std::string_view text) {
  int value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec == std::errc() && parsed.ptr == text.data() + text.size()) number = value;
}

void assign(bool& flag, std::string_view text) {
  if (text == "yes" || text == "no") flag = text == "yes";
}

}  // namespace

void PowerFile::refresh() {
  if (path_.empty()) return;
  std::ifstream file(path_);
  device::PowerReading reading = chip_.read();
  for (std::string word; file >> word;) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) continue;
    const std::string_view key = std::string_view(word).substr(0, equals);
    const std::string_view value = std::string_view(word).substr(equals + 1);
    if (key == "percent") assign(reading.cell_percent, value);
    if (key == "mv") assign(reading.cell_mv, value);
    if (key == "supply") assign(reading.supply, value);
    if (key == "charging") assign(reading.charging, value);
  }
  chip_.set(reading);
}

}  // namespace smartkar::ports
