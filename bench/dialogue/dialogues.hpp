#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "bench/dialogue/dialogue_meter.hpp"

namespace smartkar::bench {

enum class Engine : std::uint8_t {
  Native,  // the modem's MQTT client, over TLS
  Socket,  // our MQTT client over a TLS socket of the modem
  Tcp,     // the v2.2 envelope over a TLS socket of the modem
};
inline constexpr Engine kEngines[] = {Engine::Native, Engine::Socket, Engine::Tcp};
// "native", "socket", "tcp".
std::string_view engineName(Engine engine);

// What each dialogue costs with one engine.
struct Dialogues {
  Cost first_start;            // cold start of a modem that has no certificates yet, until subscribed
  Cost cold_to_subscribed;     // power on until subscribed
  Cost wake_to_first_publish;  // rung, the session lives: until the announcement is confirmed
  Cost wake_without_session;   // the same after the broker has ended the connection
  Cost wake_cycle;             // rung for a stop command, the vehicle awake: until its outcome is confirmed
  Cost wake_until_asleep;      // the same until the processor sleeps again
  Cost publish;                // one announcement
  Cost receive;                // one message that needs no answer
};
// Nothing: the device has no such engine.
std::optional<Dialogues> measureDialogues(Engine engine);

// From the falling edge of RI to the moment at which the car knows that its first publish was acknowledged.
struct Latency {
  Duration p50{};
  Duration p99{};
};
// seeds: number of cars that are rung once each, at least 1. With the native engine.
Latency measureRingToFirstPuback(int seeds);

}  // namespace smartkar::bench
