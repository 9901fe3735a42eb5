#pragma once

#include "server/http/backend.hpp"
#include "server/http/call.hpp"

// The endpoints about who may use the API, and who did (docs/http.md).
namespace smartkar::server {

void getMe(Backend& backend, const Call& call);
void getTokens(Backend& backend, const Call& call);
void postToken(Backend& backend, const Call& call);
void deleteToken(Backend& backend, const Call& call);
void getAudit(Backend& backend, const Call& call);

}  // namespace smartkar::server
