#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/fixed_string.hpp"
#include "base/task.hpp"
#include "base/time.hpp"

namespace smartkar::device {

// 19 or 20 digits.
using SimNumber = FixedString<20>;

// What the controller needs of the modem beside the link to the server.
class ModemPort {
 public:
  virtual ~ModemPort() = default;

  // Moves bytes between UART and dialogues; resumes nothing.
  virtual void poll(Instant now) = 0;
  virtual Instant nextDeadline() const = 0;
  // Lets the modem sleep. False: it would not come to rest; ask again later.
  virtual Task<bool> prepareForSleep() = 0;
  // Ends the connection, switches the modem off and cuts its supply; always succeeds, within 15 s. open() starts it.
  virtual Task<void> powerDown() = 0;
  // Cuts its supply at once, whatever it does: for when nothing else helps. open() starts it.
  virtual void cutPower() = 0;
  // True if nothing is half received and nothing unread.
  virtual bool quiet() = 0;
  // True while RI is low: 120 ms at an event, longer only if something is wrong.
  virtual bool ringing() const = 0;
  // The server answered, or did not answer, over a link that claims to be up.
  virtual void onContact() = 0;
  virtual void onSilence() = 0;
  // Asks for the operator. Returns a number that is another for each operator and APN; 0: not known.
  virtual Task<std::uint32_t> network() = 0;
  // Asks for the field strength in dBm, -115 … -52. Nothing: the modem cannot tell now.
  virtual Task<std::optional<int>> signal() = 0;
  // Asks for the SIM's number. Empty: the modem cannot tell now.
  virtual Task<SimNumber> simNumber() = 0;
  // True if it has IP connectivity.
  virtual bool connected() const = 0;
  // "connected", …; lives for ever.
  virtual std::string_view stateName() const = 0;
};

}  // namespace smartkar::device
