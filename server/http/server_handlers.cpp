#include "server/http/server_handlers.hpp"

#include "server/http/openapi.hpp"
#include "server/http/problem.hpp"
#include "server/http/schema.hpp"

namespace smartkar::server {

namespace {

// {"status":…,"broker":…,"store":…}
HttpResponse standing(Backend& backend, bool good, const char* yes, const char* no, bool store_readable) {
  HttpResponse response{.status = good ? 200 : 503, .body = R"({"status":")", .fields = {}};
  response.body.append(good ? yes : no)
      .append(R"(","broker":")")
      .append(backend.brokerUp() ? "up" : "down")
      .append(R"(","store":")")
      .append(store_readable ? "ok" : "failed")
      .append("\"}");
  return response;
}

bool readable(Backend& backend) { return backend.store().device("").ok(); }

}  // namespace

void getHealth(Backend& backend, const Call& call) {
  const bool good = readable(backend);
  call.respond(standing(backend, good, "ok", "failed", good));
}

void getReadiness(Backend& backend, const Call& call) {
  const bool store = readable(backend);
  call.respond(standing(backend, store && backend.brokerUp(), "ready", "not ready", store));
}

void getMetrics(Backend& backend, const Call& call) {
  call.respond(HttpResponse{
      .content_type = "text/plain; version=0.0.4; charset=utf-8", .body = backend.metrics(), .fields = {}});
}

void getOpenApi(Backend& /*backend*/, const Call& call) {
  call.respond(HttpResponse{.body = std::string(openApiJson()), .fields = {}});
}

void getSchema(Backend& /*backend*/, const Call& call) {
  static const std::string kSchema = schemaJson();
  call.respond(HttpResponse{.body = kSchema, .fields = {}});
}

void getStream(Backend& backend, const Call& call) {
  const auto ccid = call.request.query.find("ccid");
  EventStream stream{.ccid = {}, .last_event_id = call.request.last_event_id, .fields = {}};
  if (ccid != call.request.query.end()) {
    if (!backend.isRegistered(ccid->second)) return call.respond(unknownDevice());
    stream.ccid = ccid->second;
  }
  call.respond(std::move(stream));
}

}  // namespace smartkar::server
