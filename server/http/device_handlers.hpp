#pragma once

#include "server/http/backend.hpp"
#include "server/http/call.hpp"

// The endpoints about cars and what they report (docs/http.md). The car in the path is registered.
namespace smartkar::server {

void getDevices(Backend& backend, const Call& call);
void getDevice(Backend& backend, const Call& call);
void getPresence(Backend& backend, const Call& call);
void getState(Backend& backend, const Call& call);
void getEvents(Backend& backend, const Call& call);

}  // namespace smartkar::server
