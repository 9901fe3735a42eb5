#include "server/http/endpoints.hpp"

#include "server/http/access_handlers.hpp"
#include "server/http/command_handlers.hpp"
#include "server/http/device_handlers.hpp"
#include "server/http/history_handlers.hpp"
#include "server/http/server_handlers.hpp"

namespace smartkar::server {

std::span<const Endpoint> endpoints() {
  using enum Method;
  using enum Access;
  static constexpr Endpoint kEndpoints[] = {
      {Get, "/healthz", Public, getHealth},
      {Get, "/readyz", Public, getReadiness},
      {Get, "/metrics", Viewer, getMetrics},
      {Get, "/api/v1/openapi.json", Public, getOpenApi},
      {Get, "/api/v1/schema", Viewer, getSchema},
      {Get, "/api/v1/me", Viewer, getMe},
      {Get, "/api/v1/tokens", Admin, getTokens},
      {Post, "/api/v1/tokens", Admin, postToken},
      {Delete, "/api/v1/tokens/{name}", Admin, deleteToken},
      {Get, "/api/v1/audit", Admin, getAudit},
      {Get, "/api/v1/stream", Viewer, getStream},
      {Get, "/api/v1/devices", Viewer, getDevices},
      {Get, "/api/v1/devices/{ccid}", Viewer, getDevice},
      {Get, "/api/v1/devices/{ccid}/presence", Viewer, getPresence},
      {Get, "/api/v1/devices/{ccid}/state", Viewer, getState},
      {Get, "/api/v1/devices/{ccid}/events", Viewer, getEvents},
      {Get, "/api/v1/devices/{ccid}/history", Viewer, getHistory},
      {Get, "/api/v1/devices/{ccid}/export", Viewer, getExport},
      {Get, "/api/v1/devices/{ccid}/commands", Viewer, getCommands},
      {Post, "/api/v1/devices/{ccid}/commands", Operator, postCommand},
      {Get, "/api/v1/devices/{ccid}/commands/{id}", Viewer, getCommand},
      {Post, "/api/v1/devices/{ccid}/commands/{id}/cancel", Operator, postCancel},
  };
  return kEndpoints;
}

}  // namespace smartkar::server
