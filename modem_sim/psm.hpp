#pragma once

#include <optional>
#include <string>

#include "modem_sim/event_queue.hpp"

namespace smartkar::modem_sim {

struct Core;

// Power saving mode (AT Manual V1.05 §5.2.18, Low Power Mode App Note V1.02): asked for when it is switched on or the
// modem registers; entered when the radio has been idle for the active time (T3324); left for the periodic tracking
// area update (T3412) or by PWRKEY. In between the modem is as good as off.
class Psm {
 public:
  // What the network has granted, as codes.
  struct Granted {
    std::string active;
    std::string update;
  };

  explicit Psm(Core& core) : core_(core) {}

  // AT+CPSMS. Of a mode that stays 1 nothing is asked for, whatever the timers.
  void setMode(int mode);
  void registered();
  void radioConnected();
  void radioIdle();
  const std::optional<Granted>& granted() const { return granted_; }
  // The firmware runs again after the mode.
  void left();
  // The firmware ended.
  void reset();

 private:
  void negotiate();
  void activeTimeOver(Duration asleep);

  Core& core_;
  std::optional<Granted> granted_;
  EventQueue::Id entry_timer_ = 0;
  EventQueue::Id wake_timer_ = 0;
};

}  // namespace smartkar::modem_sim
