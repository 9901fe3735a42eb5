#pragma once

#include "bench/dialogue/dialogue_meter.hpp"
#include "bench/dialogue/engine.hpp"

namespace smartkar::bench {

// What each dialogue costs with one engine. Subscribed over TCP: the server has answered. When a publish counts as
// confirmed: publish_watch.hpp.
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
Dialogues measureDialogues(Engine engine);

// From the falling edge of RI to the moment at which the car knows that its first publish was acknowledged.
struct Latency {
  Duration p50{};
  Duration p99{};
};
// seeds: number of cars that are rung once each, at least 1. With the native engine.
Latency measureRingToFirstPuback(int seeds);

}  // namespace smartkar::bench
