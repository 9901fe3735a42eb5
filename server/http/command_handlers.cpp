#include "server/http/command_handlers.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "server/http/command_body.hpp"
#include "server/http/json_text.hpp"
#include "server/http/paging.hpp"
#include "server/http/problem.hpp"

namespace smartkar::server {

namespace {

constexpr std::size_t kIdempotencyKeyMax = 128;

HttpResponse unknownCommand() { return problem(404, "this device has no command with this id"); }

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

bool validIdempotencyKey(std::string_view key) {
  return key.size() <= kIdempotencyKeyMax &&
         std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

HttpResponse accepted(Backend& backend, const CommandAccepted& accepted) {
  const auto stored = backend.store().command(accepted.ccid, accepted.id);
  if (!stored || !*stored) return unreadable();
  return {.status = 202,
          .body = commandJson(**stored),
          .fields = {{"Location", "/api/v1/devices/" + accepted.ccid + "/commands/" + std::to_string(accepted.id)}}};
}

// What the store says counts: it also has commands that ended so long ago that the Fleet forgot them, and an outcome
// that came while the cancel was being stored.
HttpResponse cancelled(Backend& backend, std::string_view ccid, CommandId id, bool refused_by_old_firmware) {
  const auto stored = backend.store().command(ccid, id);
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

}  // namespace

void postCommand(Backend& backend, const Call& call) {
  const HttpRequest& request = call.request;
  if (!isJson(request)) return call.respond(problem(415, "send the body as application/json"));
  if (!validIdempotencyKey(request.idempotency_key)) {
    return call.respond(problem(422, "at most 128 printable ASCII characters", "Idempotency-Key"));
  }
  auto body = parseCommandBody(request.body);
  if (!body) return call.respond(body.error());
  backend.request({.ccid = std::string(call.path[0]),
                   .action = std::move(body->action),
                   .params_json = std::move(body->params_json),
                   .ttl_s = body->ttl_s,
                   .idempotency_key = request.idempotency_key,
                   .principal = call.caller.name,
                   .supersede = body->supersede},
                  [&backend, respond = call.respond](const auto& answer) {
                    const auto* yes = std::get_if<CommandAccepted>(&answer);
                    respond(yes != nullptr ? accepted(backend, *yes) : refused(std::get<CommandRefused>(answer)));
                  });
}

void postCancel(Backend& backend, const Call& call) {
  const auto number = commandId(call.path[1]);
  if (!number) return call.respond(unknownCommand());
  std::string ccid(call.path[0]);
  backend.cancel({.ccid = ccid, .id = *number, .principal = call.caller.name}, [&backend, respond = call.respond, ccid,
                                                                                command = *number](const auto& answer) {
    const auto* no = std::get_if<CancelRefused>(&answer);
    respond(cancelled(backend, ccid, command, no != nullptr && no->reason == CancelRefusal::OldFirmware));
  });
}

void getCommands(Backend& backend, const Call& call) {
  const auto page = pageOf(call.request);
  if (!page) return call.respond(page.error());
  std::optional<CommandId> before;
  if (page->before) {
    before = static_cast<CommandId>(std::min<std::int64_t>(*page->before, std::numeric_limits<CommandId>::max()));
  }
  auto found = backend.store().commands(call.path[0], page->limit + 1, before);
  if (!found) return call.respond(unreadable());
  const bool more = found->size() > page->limit;
  if (more) found->pop_back();
  std::vector<std::string> items;
  items.reserve(found->size());
  for (const CommandRecord& one : *found) items.push_back(commandJson(one));
  const std::string last = more ? std::to_string(found->back().id) : std::string();
  call.respond(pageAnswer(call.request, "commands", items, "before", last));
}

void getCommand(Backend& backend, const Call& call) {
  const auto number = commandId(call.path[1]);
  if (!number) return call.respond(unknownCommand());
  const auto found = backend.store().command(call.path[0], *number);
  if (!found) return call.respond(unreadable());
  call.respond(*found ? HttpResponse{.body = commandJson(**found), .fields = {}} : unknownCommand());
}

}  // namespace smartkar::server
