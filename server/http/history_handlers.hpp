#pragma once

#include "server/http/backend.hpp"
#include "server/http/call.hpp"

// The endpoints about what cars reported earlier (docs/http.md). The car in the path is registered.
namespace smartkar::server {

void getHistory(Backend& backend, const Call& call);
void getExport(Backend& backend, const Call& call);

}  // namespace smartkar::server
