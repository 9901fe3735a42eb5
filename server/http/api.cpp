#include "server/http/api.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <utility>

#include "server/http/command_body.hpp"
#include "server/http/json_text.hpp"
#include "server/http/problem.hpp"
#include "server/http/schema.hpp"

namespace smartkar::server {

namespace {

constexpr std::int64_t kListDefault = 50;
constexpr std::int64_t kListMax = 500;
constexpr std::size_t kIdempotencyKeyMax = 128;
// There is one token, so one kind of client.
constexpr const char* kPrincipal = "api";

HttpResponse ok(std::string body) { return {.status = 200, .body = std::move(body), .fields = {}}; }
HttpResponse unknownDevice() { return problem(404, "no device with this id is registered"); }
HttpResponse unknownCommand() { return problem(404, "this device has no command with this id"); }
// The reason is for the log of the store, not for clients.
HttpResponse unreadable() { return problem(503, "the store cannot be read at the moment"); }

std::optional<std::int64_t> wholeNumber(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// ?limit=…&before=…
struct Page {
  std::size_t limit = kListDefault;
  std::optional<std::int64_t> before;
};

Result<Page, HttpResponse> pageOf(const HttpRequest& request) {
  Page page;
  if (const auto limit = request.query.find("limit"); limit != request.query.end()) {
    const auto number = wholeNumber(limit->second);
    if (!number || *number < 1 || *number > kListMax) {
      return Failure{problem(422, "limit must be 1-" + std::to_string(kListMax), "limit")};
    }
    page.limit = static_cast<std::size_t>(*number);
  }
  if (const auto before = request.query.find("before"); before != request.query.end()) {
    page.before = wholeNumber(before->second);
    if (!page.before || *page.before < 1) return Failure{problem(422, "before must be a positive number", "before")};
  }
  return page;
}

std::optional<CommandId> commandId(std::string_view text) {
  const auto number = wholeNumber(text);
  if (!number || *number < 1 || *number > protocol::kCommandIdMax) return std::nullopt;
  return static_cast<CommandId>(*number);
}

HttpResponse refused(const CommandRefused& refusal) {
  const auto sentence = refusal.field.describe();
  const std::string_view field = refusal.field.field.view();
  switch (refusal.reason) {
    case Refusal::UnknownAction:
      return problem(422, "no such action", "action");
    case Refusal::BadTtl:
      return problem(422, sentence.view(), "ttl");
    case Refusal::BadParameter:
      return problem(422, sentence.view(), field.empty() ? "params" : field);
    case Refusal::BadSupersede:
      return problem(422, "this action has no earlier ones to supersede; leave it out", "supersede");
    case Refusal::IdempotencyConflict:
      return problem(422, "this key was used for another request", "Idempotency-Key");
    case Refusal::IdsExhausted:
      return problem(503, "this device has used up all command ids");
    case Refusal::TooManyOpen:
      break;
  }
  return problem(429, "this device has too many commands that have not ended");
}

// What is known of a car that was registered and never heard of.
DeviceRecord neverSeen(std::string_view ccid) {
  DeviceRecord device;
  device.ccid = ccid;
  return device;
}

bool isJson(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  type.erase(std::remove(type.begin(), type.end(), ' '), type.end());
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return type == "application/json";
}

bool validIdempotencyKey(std::string_view key) {
  return key.size() <= kIdempotencyKeyMax &&
         std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace

Api::Api(Backend& backend, BearerToken token, Site site)
    : backend_(backend), token_(std::move(token)), site_(site), schema_(schemaJson()), router_([this] {
        // An endpoint that concerns one registered car.
        const auto ofCar = [this](auto answer) {
          return [this, answer](const HttpRequest& request, const PathParameters& path, const Responder& respond) {
            respond(backend_.isRegistered(path[0]) ? answer(request, path) : unknownDevice());
          };
        };
        using Request = const HttpRequest&;
        using Path = const PathParameters&;
        using enum Method;
        using enum Access;
        return Router({
            {Get, "/healthz", Public, [this](Request, Path, const Responder& respond) { respond(health()); }},
            {Get, "/api/v1/stream", Token,
             [this](Request request, Path, const Responder& respond) { respond(stream(request)); }},
            {Get, "/api/v1/schema", Token, [this](Request, Path, const Responder& respond) { respond(ok(schema_)); }},
            {Get, "/api/v1/devices", Token, [this](Request, Path, const Responder& respond) { respond(devices()); }},
            {Get, "/api/v1/devices/{ccid}", Token, ofCar([this](Request, Path path) { return device(path[0]); })},
            {Get, "/api/v1/devices/{ccid}/state", Token, ofCar([this](Request, Path path) { return state(path[0]); })},
            {Get, "/api/v1/devices/{ccid}/events", Token,
             ofCar([this](Request request, Path path) { return events(request, path[0]); })},
            {Get, "/api/v1/devices/{ccid}/commands", Token,
             ofCar([this](Request request, Path path) { return commands(request, path[0]); })},
            {Post, "/api/v1/devices/{ccid}/commands", Token,
             [this](Request request, Path path, const Responder& respond) { postCommand(request, path[0], respond); }},
            {Get, "/api/v1/devices/{ccid}/commands/{id}", Token,
             ofCar([this](Request, Path path) { return command(path[0], path[1]); })},
            {Post, "/api/v1/devices/{ccid}/commands/{id}/cancel", Token,
             [this](Request, Path path, const Responder& respond) { cancelCommand(path[0], path[1], respond); }},
        });
      }()) {}

void Api::handle(const HttpRequest& request, const Responder& respond) const {
  if (auto page = site_.find(request)) return respond(*std::move(page));
  const auto match = router_.find(request.method, request.path);
  const bool is_public = match.endpoint != nullptr && match.endpoint->access == Access::Public;
  if (!is_public && !token_.allows(request.authorization)) {
    HttpResponse response = problem(401, "send the header Authorization: Bearer followed by the token");
    response.fields.emplace_back("WWW-Authenticate", "Bearer");
    respond(std::move(response));
  } else if (match.endpoint == nullptr) {
    respond(match.error);
  } else {
    match.endpoint->handler(request, match.parameters, respond);
  }
}

void Api::postCommand(const HttpRequest& request, std::string_view ccid, const Responder& respond) const {
  if (!backend_.isRegistered(ccid)) return respond(unknownDevice());
  if (!isJson(request.content_type)) return respond(problem(415, "send the body as application/json"));
  if (!validIdempotencyKey(request.idempotency_key)) {
    return respond(problem(422, "at most 128 printable ASCII characters", "Idempotency-Key"));
  }
  auto body = parseCommandBody(request.body);
  if (!body) return respond(body.error());
  backend_.request({.ccid = std::string(ccid),
                    .action = std::move(body->action),
                    .params_json = std::move(body->params_json),
                    .ttl_s = body->ttl_s,
                    .idempotency_key = request.idempotency_key,
                    .principal = kPrincipal,
                    .supersede = body->supersede},
                   [this, respond](const auto& answer) {
                     const auto* yes = std::get_if<CommandAccepted>(&answer);
                     respond(yes != nullptr ? accepted(*yes) : refused(std::get<CommandRefused>(answer)));
                   });
}

HttpResponse Api::accepted(const CommandAccepted& accepted) const {
  const auto stored = backend_.store().command(accepted.ccid, accepted.id);
  if (!stored || !*stored) return unreadable();
  return {.status = 202,
          .body = commandJson(**stored),
          .fields = {{"Location", "/api/v1/devices/" + accepted.ccid + "/commands/" + std::to_string(accepted.id)}}};
}

void Api::cancelCommand(std::string_view ccid, std::string_view id, const Responder& respond) const {
  if (!backend_.isRegistered(ccid)) return respond(unknownDevice());
  const auto number = commandId(id);
  if (!number) return respond(unknownCommand());
  backend_.cancel({.ccid = std::string(ccid), .id = *number, .principal = kPrincipal},
                  [this, respond, car = std::string(ccid), command = *number](const auto& answer) {
                    const auto* no = std::get_if<CancelRefused>(&answer);
                    respond(cancelled(car, command, no != nullptr && no->reason == CancelRefusal::OldFirmware));
                  });
}

// What the store says counts: it also has commands that ended so long ago that the Fleet forgot them, and an outcome
// that came while the cancel was being stored.
HttpResponse Api::cancelled(std::string_view ccid, CommandId id, bool refused_by_old_firmware) const {
  const auto stored = backend_.store().command(ccid, id);
  if (!stored) return unreadable();
  if (!*stored) return unknownCommand();
  const CommandState state = (*stored)->state;
  if (isFinal(state) && state != CommandState::Cancelled) {
    return problem(409, "the command has ended before: " + std::string(stateName(state)));
  }
  if (refused_by_old_firmware) {
    return problem(409, "the command was sent to a car whose old firmware cannot be asked to give it up");
  }
  return {.status = 202, .body = commandJson(**stored), .fields = {}};
}

HttpResponse Api::commands(const HttpRequest& request, std::string_view ccid) const {
  const auto page = pageOf(request);
  if (!page) return page.error();
  std::optional<CommandId> before;
  if (page->before) {
    before = static_cast<CommandId>(std::min<std::int64_t>(*page->before, std::numeric_limits<CommandId>::max()));
  }
  const auto found = backend_.store().commands(ccid, page->limit, before);
  if (!found) return unreadable();
  std::vector<std::string> items;
  for (const auto& one : *found) items.push_back(commandJson(one));
  return ok(listJson("commands", items));
}

HttpResponse Api::command(std::string_view ccid, std::string_view id) const {
  const auto number = commandId(id);
  if (!number) return unknownCommand();
  const auto found = backend_.store().command(ccid, *number);
  if (!found) return unreadable();
  return *found ? ok(commandJson(**found)) : unknownCommand();
}

HttpResponse Api::devices() const {
  const auto known = backend_.store().devices();
  if (!known) return unreadable();
  std::vector<std::string> items;
  for (const std::string& ccid : backend_.registered()) {
    const auto found = std::find_if(known->begin(), known->end(), [&](const auto& one) { return one.ccid == ccid; });
    items.push_back(deviceJson(found != known->end() ? *found : neverSeen(ccid)));
  }
  return ok(listJson("devices", items));
}

HttpResponse Api::device(std::string_view ccid) const {
  const auto found = backend_.store().device(ccid);
  if (!found) return unreadable();
  return ok(deviceJson(found->value_or(neverSeen(ccid))));
}

HttpResponse Api::state(std::string_view ccid) const {
  const auto fields = backend_.store().state(ccid);
  return fields ? ok(carStateJson(ccid, *fields)) : unreadable();
}

HttpResponse Api::events(const HttpRequest& request, std::string_view ccid) const {
  const auto page = pageOf(request);
  if (!page) return page.error();
  const auto found = backend_.store().events(ccid, page->limit, page->before);
  if (!found) return unreadable();
  std::vector<std::string> items;
  for (const auto& one : *found) items.push_back(eventJson(one));
  return ok(listJson("events", items));
}

HttpAnswer Api::stream(const HttpRequest& request) const {
  const auto ccid = request.query.find("ccid");
  if (ccid == request.query.end()) return EventStream{.ccid = {}, .last_event_id = request.last_event_id};
  if (!backend_.isRegistered(ccid->second)) return unknownDevice();
  return EventStream{.ccid = ccid->second, .last_event_id = request.last_event_id};
}

HttpResponse Api::health() const {
  const bool readable = backend_.store().device("").ok();
  const char* const store = readable ? "ok" : "failed";
  return {.status = readable ? 200 : 503,
          .body = std::string(R"({"status":")") + store + R"(","broker":")" + (backend_.brokerUp() ? "up" : "down") +
                  R"(","store":")" + store + "\"}",
          .fields = {}};
}

}  // namespace smartkar::server
