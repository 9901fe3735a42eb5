#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "modem_sim/at_line.hpp"
#include "modem_sim/event_queue.hpp"
#include "modem_sim/faults.hpp"
#include "modem_sim/reply.hpp"

namespace smartkar::modem_sim {

struct Core;

// Makes go wrong what Config::faults and the quirks of single commands ask for. Draws from a sequence of its own:
// without faults nothing else changes.
class FaultInjector {
 public:
  FaultInjector(Core& core, std::uint64_t seed);

  // The rates per hour have changed.
  void plan();
  // Bytes on the UART as they arrive at the modem, at the host.
  std::string toModem(std::string_view bytes);
  std::string toHost(std::string_view bytes);
  // What a command answers instead of being carried out; nothing: it is carried out.
  std::optional<Reply> answer(const Command& command);
  // DTR has woken the modem.
  void woken();
  // The UART has come alive.
  void booted();

 private:
  std::string damage(std::string_view bytes);
  std::optional<Reply> refusal(const Command& command);
  void happen();
  void carryOut(Fault fault);
  void urcStorm();
  void cutSupply();
  void loseCell();

  Core& core_;
  Random random_;
  EventQueue::Id timer_ = 0;
  std::size_t deaf_ = 0;  // bytes for the modem that will be lost
  bool cut_ = false;      // the supply fails with the next bytes
  int refused_contexts_ = 0;
  int refused_edrx_ = 0;
};

}  // namespace smartkar::modem_sim
