#pragma once

#include "server/http/backend.hpp"
#include "server/http/call.hpp"

// The endpoints about the server itself (docs/http.md).
namespace smartkar::server {

void getHealth(Backend& backend, const Call& call);
void getReadiness(Backend& backend, const Call& call);
void getMetrics(Backend& backend, const Call& call);
void getOpenApi(Backend& backend, const Call& call);
void getSchema(Backend& backend, const Call& call);
void getStream(Backend& backend, const Call& call);

}  // namespace smartkar::server
