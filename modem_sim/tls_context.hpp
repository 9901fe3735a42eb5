#pragma once

#include <optional>
#include <string>

#include "modem_sim/network.hpp"

namespace smartkar::modem_sim {

struct Core;

// What a connection with TLS is made with. context: 0 … 5, of AT+CSSLCFG; ca, certificate: names given to CONVERT,
// empty for none. Nothing if a name is unknown.
std::optional<TlsOptions> tlsOptions(const Core& core, int context, const std::string& ca,
                                     const std::string& certificate);

}  // namespace smartkar::modem_sim
