#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"

namespace smartkar::device {

// Bounds of the interval in which a connection is kept alive through the carrier's NAT.
inline constexpr std::chrono::seconds kKeepAliveMin{25};    // NAT timeouts below 30 s are not seen with TCP
inline constexpr std::chrono::seconds kKeepAliveMax{1740};  // a minute below the 30 min at which many end
inline constexpr std::chrono::seconds kKeepAliveStart{300};

// The network a connection went through: CRC-32 of operator and APN.
using NetworkKey = std::uint32_t;

// What became of the connection in a sleep that was longer than its keep-alive interval.
enum class Survival : std::uint8_t {
  Survived,  // the same connection carried the next contact
  Lost,      // it was gone, and the server had seen its will
  Unclear,   // anything else: it tells nothing about the NAT
};

// What is known of one network. Trivially copyable: lives in retained memory and in flash.
struct KeepAliveMemory {
  NetworkKey network = 0;
  std::uint16_t safe_s = 0;       // longest interval that was survived; 0: none
  std::uint16_t bad_s = 0;        // shortest that was not; 0: none
  std::uint16_t losses = 0;       // in a row
  std::uint16_t bad_since_d = 0;  // days of Unix time when bad_s was last seen

  friend bool operator==(const KeepAliveMemory&, const KeepAliveMemory&) = default;
};

// The interval to use next: one step of at most a quarter above the longest that was survived, never one that failed.
std::chrono::seconds nextKeepAlive(const KeepAliveMemory& memory);

// Forgets a failure that is older than two weeks: networks change, and not every loss is a NAT's.
void forgetOldFailure(KeepAliveMemory& memory, UnixTime now);

// Takes what a sleep has shown. interval: of the connection, 0 if it is not known; slept: how long nothing but the
// keep-alive was on it. A sleep shorter than the interval shows nothing.
void learnKeepAlive(KeepAliveMemory& memory, std::chrono::seconds interval, Duration slept, Survival survival,
                    UnixTime now);

// The networks the car has been in, the latest first. Trivially copyable.
class KeepAliveNetworks {
 public:
  // The memory of a network; a new one takes the place of the one that was away longest.
  KeepAliveMemory& of(NetworkKey network);
  // The network asked for last; 0: none, or not known.
  NetworkKey latest() const { return networks_.front().network; }
  // True if so much was learned since `kept` that it is worth a write to flash: a new network, or a bound that is new,
  // gone or moved by a fifth.
  bool outgrew(const KeepAliveNetworks& kept) const;

  friend bool operator==(const KeepAliveNetworks&, const KeepAliveNetworks&) = default;

 private:
  static constexpr std::size_t kNetworks = 4;
  std::array<KeepAliveMemory, kNetworks> networks_{};
};

}  // namespace smartkar::device
