#include <boost/json/serialize.hpp>
#include <ostream>
#include <random>

#include "cli/follower.hpp"
#include "cli/value.hpp"
#include "cli/verbs.hpp"

namespace smartkar::cli {
namespace {

std::string newKey() {
  std::random_device entropy;
  static constexpr char kHex[] = "0123456789abcdef";
  std::string key;
  while (key.size() < 32) key += kHex[entropy() % 16];
  return key;
}

// A name with a dot is that of a member inside: onlyIf.parked.
void put(json::object& params, std::string_view name, json::value value) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) {
    params[name] = std::move(value);
    return;
  }
  json::value& inside = params[name.substr(0, dot)];
  if (!inside.is_object()) inside.emplace_object();
  put(inside.get_object(), name.substr(dot + 1), std::move(value));
}

// The key keeps it one command when it is handed in twice.
HttpRequest makeRequest(const SendVerb& verb) {
  json::object params;
  for (const auto& [name, text] : verb.parameters) put(params, name, parameterValue(text));
  json::object body{{"action", verb.action}, {"params", std::move(params)}};
  if (verb.ttl) body["ttl"] = verb.ttl->count();
  if (verb.supersede) body["supersede"] = true;
  return {.method = "POST",
          .path = "/api/v1/devices/" + verb.ccid + "/commands",
          .body = json::serialize(body),
          .idempotency_key = verb.idempotency_key.empty() ? newKey() : verb.idempotency_key};
}

int notSent(const ApiError& error, const HttpRequest& request, Streams streams) {
  const int code = reportError(error, streams);
  if (error.cause == ApiError::Cause::Lost || error.cause == ApiError::Cause::Interrupted) {
    streams.err << "The server may have the command. Sending it again with --idempotency-key "
                << request.idempotency_key << " cannot start a second one.\n";
  }
  return code;
}

}  // namespace

int send(const SendVerb& verb, bool json_output, const Api& api, Streams streams) {
  const HttpRequest request = makeRequest(verb);
  Follower follower(api, json_output, streams);
  auto command = submit(api, request);
  if (!command) return notSent(command.error(), request, streams);
  if (!json_output) streams.out << commandTitle(*command) << '\n';
  follower.show(std::move(*command));
  if (verb.wait) return follower.toEnd("completed", verb.timeout);
  if (!json_output) streams.out << "Follow it with: smartkarctl watch " << verb.ccid << '\n';
  return exit_code::kOk;
}

}  // namespace smartkar::cli
