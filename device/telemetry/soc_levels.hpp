#pragma once

#include <array>
#include <cstddef>
#include <optional>

namespace smartkar::device {

// Levels of the state of charge whose crossing is an event (protocol v2.2 section 10.1), in percent.
inline constexpr std::array<int, 4> kSocLevels = {20, 50, 80, 100};

enum class Crossing : unsigned char { None, Up, Down };

// Tells each crossing of a level once. After one, the level counts again when the value was 2 percent away from it, so
// that a value that dithers about a level is one crossing. Trivially copyable: survives deep sleep.
class SocLevels {
 public:
  // What happened to each level since the look before; nothing at the first.
  std::array<Crossing, kSocLevels.size()> look(double soc);

 private:
  struct Level {
    bool above = false;
    bool armed = false;  // the value was away from it since the latest crossing
  };

  bool known_ = false;
  std::array<Level, kSocLevels.size()> levels_{};
};

// Tells once that charging has reached its goal: the target, or a full battery.
class ChargeGoal {
 public:
  // charging: now, or at the look before. target: percent, if known. Returns the goal when it was reached.
  std::optional<int> look(double soc, bool charging, std::optional<int> target);

 private:
  bool known_ = false;
  bool reached_ = false;
};

}  // namespace smartkar::device
