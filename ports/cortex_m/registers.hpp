#pragma once

#include <cstdint>

// Registers of the processor and of the board's peripherals.
namespace smartkar::ports {

inline volatile std::uint32_t& at(std::uint32_t address) { return *reinterpret_cast<volatile std::uint32_t*>(address); }

// Cortex-M4 (Armv7-M Architecture Reference Manual, B3.2, B3.4).
inline constexpr std::uint32_t kInterruptSetEnable = 0xE000E100;  // NVIC_ISER0
inline constexpr std::uint32_t kCoprocessorAccess = 0xE000ED88;   // CPACR
inline constexpr std::uint32_t kResetControl = 0xE000ED0C;        // AIRCR
inline constexpr std::uint32_t kSystemReset = 0x05FA0004;         // its key and SYSRESETREQ
inline constexpr std::uint32_t kTickControl = 0xE000E010;         // SYST_CSR
inline constexpr std::uint32_t kTickReload = 0xE000E014;          // SYST_RVR, 24 bits
inline constexpr std::uint32_t kTickValue = 0xE000E018;           // SYST_CVR

// Peripherals (Arm AN386, table 2; Cortex-M System Design Kit, DDI 0479, 4.1 and 4.3).
inline constexpr std::uint32_t kTimer0 = 0x40000000;
inline constexpr std::uint32_t kTimer1 = 0x40001000;
inline constexpr std::uint32_t kUart0 = 0x40004000;
inline constexpr std::uint32_t kUart1 = 0x40005000;
inline constexpr std::uint32_t kClockHz = 25'000'000;

// Interrupts of the board.
inline constexpr unsigned kUart0ReceiveIrq = 0;
inline constexpr unsigned kUart1ReceiveIrq = 2;
inline constexpr unsigned kTimer0Irq = 8;
inline constexpr unsigned kTimer1Irq = 9;

inline void enableInterrupt(unsigned irq) { at(kInterruptSetEnable) = 1U << irq; }

// No interrupt is served while one of these lives; one that comes is served afterwards, and ends waitForInterrupt().
class InterruptsOff {
 public:
  InterruptsOff() { asm volatile("cpsid i" ::: "memory"); }
  ~InterruptsOff() { asm volatile("cpsie i" ::: "memory"); }
  InterruptsOff(const InterruptsOff&) = delete;
  InterruptsOff& operator=(const InterruptsOff&) = delete;
};

inline void waitForInterrupt() { asm volatile("wfi" ::: "memory"); }

[[noreturn]] inline void resetProcessor() {
  at(kResetControl) = kSystemReset;
  for (;;) {
  }
}

}  // namespace smartkar::ports
