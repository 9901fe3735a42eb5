#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "device/platform/vehicle.hpp"
#include "server/core/types.hpp"

namespace smartkar::sim {

// What an order wants of the vehicle.
enum class WishKind : std::uint8_t { Start, StopCharging, StopClimate, Nothing };

// One order of an owner, as the owner knows it.
struct Wish {
  std::size_t car = 0;
  std::string key;  // idempotency key: which order a command of the API is
  std::string action;
  std::string params_json;
  std::int64_t ttl_s = 0;
  bool supersede = false;
  WishKind kind = WishKind::Nothing;
  device::ImmediateProfile profile;  // of a Start, and of no other order: an act tells whose it is
  bool after_healing = false;        // nothing stood in its way any more
  Instant asked_at{};
  bool accepted = false;  // the API said 202…
  Instant accepted_at{};  // …then
  bool refused = false;   // …or why not
  std::optional<Instant> cancelled_at;
  std::optional<server::CommandId> id;
};

}  // namespace smartkar::sim
