#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.hpp"

namespace smartkar::server {

// Every time and limit of command delivery in one place.
struct Policy {
  // Rings while a command is due: the first at once, then after these pauses, the last of them repeated.
  Duration ring_pauses[3] = {30s, 90s, 10min};

  // Until a ring is answered, as long as no wake of the car was seen: a cycle of 20.48 s in which it listens, and the
  // time to connect.
  Duration ring_answer = 60s;

  // A sleeping car that does not answer rings for that long is sent a text message, if any are to be sent at all…
  Duration text_after = 30s;
  // … but not within that time of the one before it, nor of its own next wake.
  Duration text_pause = 10min;
  Duration text_patience = 2min;
  std::uint32_t texts_per_day = 0;  // the most for one car and day (UTC)
  // Until a text message wakes a car, as long as none was seen to.
  Duration text_answer = 2min;

  // An unanswered command is sent again after this time, doubling, at most sends_per_contact times in one contact.
  Duration resend_after = 5s;
  std::uint32_t sends_per_contact = 3;
  // An accepted command the car falls silent about is asked for with a sync: the longest stage is 15 s (vehicle wake).
  Duration remind_after = 30s;
  // Once that many sends or reminders were in vain, syncs go on at this pace as long as the contact is open.
  Duration slow_sync_every = 2min;
  // The car was busy with another command.
  Duration busy_retry_after = 10s;

  // Sent or accepted, and nothing heard for this long: unconfirmed (protocol v2.2 gives up after 60 s).
  Duration overdue_after = 60s;

  // Nothing leaves for the car that would expire sooner (the car's clock is at most 2 s off).
  Duration send_margin = 2s;
  // Longest time a broker may hold a command or a sync: the contact is over by then.
  Duration command_expiry_max = 60s;
  Duration sync_expiry = 10s;

  // 1.5 times the keep-alive of 300 s and 30 s: by then the broker has published the will of a car that is gone.
  Duration awake_trust = 480s;
  // How late a car may be that said when it would wake.
  Duration wake_tolerance = 10min;

  Duration ttl_min = 10s;
  Duration ttl_max = std::chrono::hours{24 * 30};
  // A command sent and never heard of again is given up as unknown so long after its expiry.
  Duration give_up_after = std::chrono::hours{24 * 30};
  // How long a command that has ended and whose time is over is remembered for late answers and idempotency keys.
  Duration remember_final = std::chrono::hours{24};
  std::size_t open_commands_max = 64;  // for one car
  // Ids begin so far ahead of the clock: a burst of open_commands_max commands puts them that far ahead, and the store
  // may be a backup from before it.
  Duration ids_ahead = 65s;
};

}  // namespace smartkar::server
