// What any program on this board costs: start-up, vectors, serial port, and an echo.
#include <array>

#include "ports/cortex_m/registers.hpp"
#include "ports/cortex_m/uart.hpp"

int main() {
  using namespace smartkar::ports;
  modem_uart.begin(kUart0, kUart0ReceiveIrq);
  std::array<std::uint8_t, 64> bytes{};
  for (;;) {
    const std::size_t count = modem_uart.read(bytes);
    modem_uart.write(std::span(bytes).first(count));
  }
}
