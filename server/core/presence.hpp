#pragma once

#include "server/core/car.hpp"
#include "server/core/event.hpp"

namespace smartkar::server {

// Takes a message of the status channel: awake, asleep or a will.
void takeStatus(Car& car, const MessageReceived& message, Moment& moment);

// The car's own connection has ended.
void tcpDown(Car& car, const TcpDown& event);

// A session with old firmware begins or goes on, falls asleep, ends.
void legacyUp(Car& car, Moment& moment);
void legacyAsleep(Car& car, const LegacyAsleep& event, Moment& moment);
void legacyDown(Car& car);

// The car was heard in another way. said: when, by its own clock; nothing: it did not say, so now, unless the message
// waited. boot: of the message; only one of the present boot shows that the car is there.
void heard(Car& car, const MessageReceived& message, std::optional<UnixTime> said, std::optional<std::uint32_t> boot,
           Moment& moment);

// What may be said of a car at this time: a stored statement that was not renewed in time is withdrawn, though nobody
// could store that (the disk may be full).
DeviceRecord asOf(UnixTime wall, DeviceRecord record, const Policy& policy = {});

// Withdraws what was not proved for too long.
void agePresence(Car& car, Moment& moment);
// When agePresence has something to do next.
Instant presenceDeadline(const Car& car, const Moment& moment);

}  // namespace smartkar::server
