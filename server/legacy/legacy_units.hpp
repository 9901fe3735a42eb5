#pragma once

#include "protocol/json_document.hpp"
#include "protocol/json_writer.hpp"

namespace smartkar::server {

// Writes a state of old firmware (an object with device, network and vehicle) as one of docs/protocol.md: other units
// are converted, what stands for "unknown" there becomes null, and what that firmware says without knowing is left out.
// Members that nothing is known of stay as they are. writer: at the place of the object.
void writeLegacyState(protocol::JsonValue state, protocol::JsonWriter& writer);

}  // namespace smartkar::server
