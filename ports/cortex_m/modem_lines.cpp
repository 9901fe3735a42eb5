#include "ports/cortex_m/modem_lines.hpp"

#include <array>
#include <utility>

namespace smartkar::ports {

bool ModemLines::takeRing() {
  std::array<std::uint8_t, 64> bytes{};
  while (const std::size_t count = uart_.read(bytes)) {
    for (std::size_t i = 0; i < count; ++i) onCharacter(static_cast<char>(bytes[i]));
  }
  return std::exchange(rang_, false);
}

void ModemLines::tell(std::string_view line) {
  std::span bytes(reinterpret_cast<const std::uint8_t*>(line.data()), line.size());
  while (!bytes.empty()) bytes = bytes.subspan(uart_.write(bytes));
}

// The socket also answers our own lines ("ok"); only `ri` lines matter here.
void ModemLines::onCharacter(char c) {
  if (c != '\n') {
    line_fits_ = line_fits_ && line_.append(c);
    return;
  }
  if (line_fits_ && line_.view() == "ri high") ri_high_ = true;
  if (line_fits_ && line_.view() == "ri low") {
    ri_high_ = false;
    rang_ = true;
  }
  line_.clear();
  line_fits_ = true;
}

}  // namespace smartkar::ports
