#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "base/time.hpp"
#include "device/link/server_link.hpp"

namespace smartkar::device {

// The ways to the server, in the order in which they are tried.
enum class LinkKind : std::uint8_t { Mqtt, Mqtt2, Tcp };
inline constexpr std::size_t kLinkKinds = 3;

// "mqtt", "mqtt2", "tcp": the names in `status` and system.setLink.
std::string_view linkKindName(LinkKind kind);
// Nothing: no link has this name.
std::optional<LinkKind> findLinkKind(std::string_view name);

// Those that are configured; Mqtt always is.
using LinkKinds = std::bitset<kLinkKinds>;

// Which link is used, and what speaks for another one. Survives deep sleep; a cold start begins with the first link.
struct LinkChoice {
  LinkKind current = LinkKind::Mqtt;
  std::optional<LinkKind> wish;      // by the server: used until it leads nowhere
  std::optional<LinkKind> fallback;  // the first link is being tried again, and this one works
  std::uint8_t failures = 0;         // of the current one, in a row
  std::uint8_t wakes = 0;            // since the latest decision
};
static_assert(std::is_trivially_copyable_v<LinkChoice>);

enum class LinkMode : std::uint8_t {
  Fallback,  // one link after the other
  First,     // only the first, and another one while the server asks for it
};

struct LinkPolicy {
  LinkMode mode = LinkMode::Fallback;
  // Openings and contacts in a row that fail on one link before the next is tried; on one the server asked for, before
  // the car chooses by itself again.
  std::uint8_t failures = 2;
  // The first link is tried again after so long on another one, or so many wakes: 12 h of timer wakes.
  Duration return_after = 30min;
  std::uint8_t return_wakes = 4;
};

// False for trouble that every link has: no modem, SIM, network or IP connectivity.
bool speaksAgainst(LinkError error);

// The current link could not be opened, or nobody answered over it.
void noteFailure(LinkChoice& choice, const LinkPolicy& policy, LinkKinds configured);
// The server answered over the current link.
void noteContact(LinkChoice& choice);
// A run begins. A current link that is not configured any more gives way to the first.
void noteWake(LinkChoice& choice, const LinkPolicy& policy, LinkKinds configured);

// True if the first link should have another chance. since_decision: in this run.
bool returnDue(const LinkChoice& choice, const LinkPolicy& policy, Duration since_decision);
// Gives it that chance: one failure, and the link that works is the current one again.
void tryFirst(LinkChoice& choice);

// What the server asks for: from now on this link, or (nothing) the car's own choice, beginning with the first. False:
// it is not configured, nothing changes.
bool wishFor(LinkChoice& choice, std::optional<LinkKind> wish, LinkKinds configured);

}  // namespace smartkar::device
