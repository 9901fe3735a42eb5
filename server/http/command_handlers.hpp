#pragma once

#include "server/http/backend.hpp"
#include "server/http/call.hpp"

// The endpoints about commands (docs/http.md). The car in the path is registered.
namespace smartkar::server {

void postCommand(Backend& backend, const Call& call);
void postCancel(Backend& backend, const Call& call);
void getCommands(Backend& backend, const Call& call);
void getCommand(Backend& backend, const Call& call);

}  // namespace smartkar::server
