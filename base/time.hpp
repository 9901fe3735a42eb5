#pragma once

#include <chrono>
#include <cstdint>

namespace smartkar {

using namespace std::chrono_literals;  // NOLINT: 120ms, 5s and 3h are the project's way to write a duration

// A span of time. Microseconds, because one byte at 115200 baud takes 87 of them. Literals convert: `Duration d = 5s`.
using Duration = std::chrono::duration<std::int64_t, std::micro>;

// A clock that only the platform or a test can read: there is deliberately no now() here.
struct Monotonic {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Monotonic, Duration>;
  static constexpr bool is_steady = true;
};

// A moment on the monotonic clock of one run; meaningless in another run.
using Instant = Monotonic::time_point;

// Wall-clock time, whole seconds since 1970 UTC.
using UnixTime = std::chrono::sys_seconds;

constexpr UnixTime unixTime(std::int64_t seconds) { return UnixTime{std::chrono::seconds{seconds}}; }
constexpr std::int64_t unixSeconds(UnixTime time) { return time.time_since_epoch().count(); }

constexpr std::int64_t wholeMilliseconds(Duration d) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
}

// "no deadline": later than any deadline.
inline constexpr Instant kNever = Instant::max();

}  // namespace smartkar
