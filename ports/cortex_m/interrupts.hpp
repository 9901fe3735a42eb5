#pragma once

namespace smartkar::ports {

// Handlers of interrupts; each stands beside what it serves.
void onTick();    // watchdog.cpp
void onUart0();   // uart.cpp: the modem
void onUart1();   // uart.cpp: its lines
void onTimer0();  // tickless_clock.cpp
void onTimer1();  // tickless_clock.cpp

}  // namespace smartkar::ports
