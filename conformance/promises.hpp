#pragma once

#include <optional>

#include "conformance/scene.hpp"

namespace smartkar::conformance {

// How often the vehicle saw the command; nothing if the rig cannot see the vehicle.
std::optional<int> timesActed(const Scene& scene, server::CommandId id);

// True if every command at the server has ended.
bool allEnded(const Scene& scene);

// Checks, for every command that has ended, what the product promises (docs/architecture.md): at most one effect and
// with the parameters that were ordered (P1), none after its time (P2), and that server, journal and vehicle tell the
// same story (P4). Throws Unexpected.
void checkPromises(const Scene& scene);

}  // namespace smartkar::conformance
