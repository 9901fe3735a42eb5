#pragma once

#include <string>

#include "mqtt/packet.hpp"

namespace smartkar::interop {

// Everything that a client sees of a packet, in one line. Seconds until a message expires are rounded if they are many,
// because a real second may pass while a script runs.
std::string describe(const mqtt::ServerPacket& packet);

}  // namespace smartkar::interop
