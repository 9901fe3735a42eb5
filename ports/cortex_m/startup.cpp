// From the reset to main(): memory, floating point unit, constructors, vectors.
#include <array>
#include <cstdint>
#include <cstring>

#include "ports/cortex_m/interrupts.hpp"
#include "ports/cortex_m/registers.hpp"
#include "ports/cortex_m/semihosting.hpp"

extern "C" {

extern std::uint32_t stack_top;
extern std::uint8_t data_begin;
extern std::uint8_t data_end;
extern const std::uint8_t data_image;
extern std::uint8_t bss_begin;
extern std::uint8_t bss_end;
using Constructor = void (*)();
extern const Constructor init_array_begin;
extern const Constructor init_array_end;

int main();

[[noreturn]] void resetHandler() {
  using namespace smartkar::ports;
  at(kCoprocessorAccess) = at(kCoprocessorAccess) | 0xFU << 20;  // CP10, CP11: the floating point unit
  asm volatile("dsb\n isb" ::: "memory");
  std::memcpy(&data_begin, &data_image, static_cast<std::size_t>(&data_end - &data_begin));
  std::memset(&bss_begin, 0, static_cast<std::size_t>(&bss_end - &bss_begin));
  for (const Constructor* each = &init_array_begin; each != &init_array_end; ++each) (*each)();
  semihosting::exit(main());
}

}  // extern "C"

namespace smartkar::ports {
namespace {

constexpr int kFaulted = 70;  // EX_SOFTWARE of sysexits.h

void fault() {
  semihosting::print("processor fault\n");
  semihosting::exit(kFaulted);
}

struct Vectors {
  std::uint32_t* stack;
  std::array<void (*)(), 15> system;
  std::array<void (*)(), 32> board;
};

consteval std::array<void (*)(), 15> systemVectors() {
  std::array<void (*)(), 15> all{};
  all.fill(fault);
  all[0] = resetHandler;
  all[14] = onTick;
  return all;
}

consteval std::array<void (*)(), 32> boardVectors() {
  std::array<void (*)(), 32> all{};
  all.fill(fault);
  all[kUart0ReceiveIrq] = onUart0;
  all[kUart1ReceiveIrq] = onUart1;
  all[kTimer0Irq] = onTimer0;
  all[kTimer1Irq] = onTimer1;
  return all;
}

[[gnu::section(".vectors"), gnu::used]] constinit const Vectors kVectors{&stack_top, systemVectors(), boardVectors()};

}  // namespace
}  // namespace smartkar::ports
