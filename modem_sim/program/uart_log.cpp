#include "modem_sim/program/uart_log.hpp"

#include <array>
#include <utility>

namespace smartkar::modem_sim {
namespace {

constexpr std::size_t kLongest = 200;

std::string printable(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    if (c >= ' ' && c <= '~') {
      text += c;
      continue;
    }
    std::array<char, 8> escape{};
    std::snprintf(escape.data(), escape.size(), "\\x%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    text += escape.data();
  }
  return text;
}

}  // namespace

void UartLog::take(std::string& line, const char* direction, std::string_view bytes, Instant now) {
  for (const char c : bytes) {
    if (c != '\r' && c != '\n') line += c;
    if (line.empty() || (c != '\r' && c != '\n' && line.size() < kLongest && line != ">")) continue;
    // What the host sent without a line end, a data block, comes before the answer to it.
    if (&line != &host_ && !host_.empty()) print("->", printable(std::exchange(host_, {})), now);
    print(direction, printable(line), now);
    line.clear();
  }
}

void UartLog::print(const char* direction, std::string_view text, Instant now) {
  if (out_ == nullptr) return;
  std::fprintf(out_, "%10.3f %s %.*s\n", static_cast<double>(now.time_since_epoch().count()) / 1e6, direction,
               static_cast<int>(text.size()), text.data());
  std::fflush(out_);
}

}  // namespace smartkar::modem_sim
