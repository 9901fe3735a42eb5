#pragma once

namespace smartkar::modem_sim {

struct Core;

// The network tells its time and zone (NITZ): with AT+CLTS=1 the clock is set and the lines of AT Manual V1.05 §5.2.4
// are printed.
void receiveNetworkTime(Core& core);

}  // namespace smartkar::modem_sim
