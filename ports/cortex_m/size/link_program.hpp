#pragma once

#include <string_view>

#include "base/scheduler.hpp"
#include "base/task.hpp"
#include "device/at/at_engine.hpp"
#include "device/link/mqtt_manager.hpp"
#include "device/link/saved_session.hpp"
#include "device/modem/modem_manager.hpp"
#include "ports/cortex_m/modem_lines.hpp"
#include "ports/cortex_m/registers.hpp"
#include "ports/cortex_m/tickless_clock.hpp"
#include "ports/cortex_m/uart.hpp"

// What a program costs that does nothing but MQTT through the modem: connect with TLS, subscribe, publish, receive.
namespace smartkar::ports::size {

inline device::MqttSettings settings() {
  device::MqttSettings mqtt;
  mqtt.broker.host = "broker.example.org";
  mqtt.ccid = "8949000012345678901";
  mqtt.client_id = mqtt.ccid.view();
  mqtt.identity.ca = {"ca", "-"};
  return mqtt;
}

// Everything below the engine.
class Below : public device::InboundSink {
 public:
  Below()
      : at_(modem_uart, scheduler_, log_),
        lines_(lines_uart),
        modem_(at_, lines_, scheduler_, arena_, log_, {}),
        sender_(at_, arena_),
        files_(sender_, settings().identity),
        profile_(settings()) {}

  void onCommand(std::string_view) override { ++received_; }
  Arena& arena() { return arena_; }

  // Runs the program with this engine.
  [[noreturn]] void run(device::MqttEngine& engine) {
    device::MqttManager manager(at_, modem_, engine, profile_);
    manager.setWill("offline");
    const TicklessClock clock;
    auto program = talk(manager);
    program.start();
    for (;;) {
      at_.poll(clock.now());
      scheduler_.run(clock.now());
      clock.alarmAt(std::min(scheduler_.nextDeadline(), at_.nextDeadline()));
      const InterruptsOff guard;
      if (modem_uart.empty() && clock.alarmPending()) waitForInterrupt();
    }
  }

 protected:
  Task<void> talk(device::MqttManager& manager) {
    for (;;) {
      const auto opened = co_await manager.open();
      while (opened.ok() && manager.up()) {
        co_await manager.publish(protocol::Channel::State, "{}", false);
        co_await manager.receive();
        co_await scheduler_.sleepUntil(scheduler_.now() + 10s);
      }
      co_await scheduler_.sleepUntil(scheduler_.now() + 10s);
    }
  }

  FixedArena<device::kLinkArenaBytes> arena_;
  Scheduler scheduler_;
  NullLogSink log_;
  device::AtEngine at_;
  ModemLines lines_;
  device::ModemManager modem_;
  device::CommandSender sender_;
  device::TlsFiles files_;
  device::MqttProfile profile_;
  device::SavedSession saved_{};
  unsigned received_ = 0;
};

inline void begin() {
  TicklessClock::begin();
  modem_uart.begin(kUart0, kUart0ReceiveIrq);
  lines_uart.begin(kUart1, kUart1ReceiveIrq);
}

}  // namespace smartkar::ports::size
