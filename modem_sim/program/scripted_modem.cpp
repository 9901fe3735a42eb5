#include "modem_sim/program/scripted_modem.hpp"

#include <algorithm>
#include <utility>

namespace smartkar::modem_sim {

ScriptedModem::ScriptedModem(const SimulatorOptions& options, Transcript script, Instant begin)
    : network_(options.redirections),
      modem_(options.modem, network_, *this, options.seed),
      script_(std::move(script), *this, begin) {
  modem_.powerUpNow(programTime());
}

std::vector<pollfd> ScriptedModem::wanted() const {
  std::vector<pollfd> polled;
  network_.addTo(polled);
  return polled;
}

Instant ScriptedModem::deadline() const {
  if (network_.pending()) return programTime();
  return std::min(modem_.nextDeadline(), script_.nextDeadline());
}

void ScriptedModem::turn(const std::vector<pollfd>& polled) {
  modem_.run(programTime());
  network_.handle(polled);
  script_.run(programTime());
  modem_.run(programTime());
}

void ScriptedModem::onUart(std::string_view bytes) { script_.received(bytes, programTime()); }

}  // namespace smartkar::modem_sim
