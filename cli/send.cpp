#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <ostream>
#include <random>

#include "cli/command_view.hpp"
#include "cli/reconnect.hpp"
#include "cli/text.hpp"
#include "cli/value.hpp"
#include "cli/verbs.hpp"

namespace smartkar::cli {
namespace {

// Beyond a command's expiry, a car that was in contact still has this long to tell how it went.
constexpr std::chrono::seconds kGraceAfterExpiry{60};

std::string newKey() {
  std::random_device entropy;
  static constexpr char kHex[] = "0123456789abcdef";
  std::string key;
  while (key.size() < 32) key += kHex[entropy() % 16];
  return key;
}

HttpRequest makeRequest(const SendVerb& verb) {
  json::object params;
  for (const auto& [name, text] : verb.parameters) params[name] = parameterValue(text);
  json::object body{{"action", verb.action}, {"params", std::move(params)}};
  if (verb.ttl) body["ttl"] = verb.ttl->count();
  return {.method = "POST",
          .path = "/api/v1/devices/" + verb.ccid + "/commands",
          .body = json::serialize(body),
          .idempotency_key = verb.idempotency_key.empty() ? newKey() : verb.idempotency_key};
}

// Hands the command in. Asks once more when the answer got lost: the key keeps it one command.
Result<Command, ApiError> submit(const Api& api, const HttpRequest& request) {
  auto answer = api.call(request);
  if (!answer && answer.error().cause == ApiError::Cause::Lost) answer = api.call(request);
  if (!answer) return Failure{answer.error()};
  return readCommand(*answer);
}

// Shows one command until it is final.
class Follower {
 public:
  Follower(const Api& api, bool json_output, Streams streams, Clock::time_point began)
      : api_(api), json_output_(json_output), streams_(streams), began_(began) {}

  double elapsed() const { return std::chrono::duration<double>(Clock::now() - began_).count(); }
  bool done() const { return latest_.final; }
  const Command& latest() const { return latest_; }

  void show(Command command) {
    if (json_output_) {
      std::string text = json::serialize(command.raw);
      if (text != last_json_) streams_.out << text << std::endl;
      last_json_ = std::move(text);
    } else {
      streams_.out << view_.update(command, elapsed()) << std::flush;
    }
    latest_ = std::move(command);
  }

  // Until the command is final, the deadline, or an error that no new attempt cures. Losing the server is none: it is
  // asked again until the deadline, and then the error.
  Result<void, ApiError> follow(Clock::time_point deadline) {
    Reconnect reconnect(api_.interrupt(), streams_.err);
    while (!done()) {
      auto ended = followOnce(deadline, reconnect);
      if (ended && Clock::now() >= deadline) return {};
      if (!ended && !Reconnect::worthwhile(ended.error())) return ended;
      if (!ended && Clock::now() >= deadline) return ended;
      if (!done() && !reconnect.wait(deadline)) return Failure{ApiError{ApiError::Cause::Interrupted, "interrupted"}};
    }
    return {};
  }

 private:
  // The stream first, then the command once: what happened in between is in the answer, what comes later in the stream.
  Result<void, ApiError> followOnce(Clock::time_point deadline, Reconnect& reconnect) {
    auto stream = api_.stream(latest_.ccid);
    if (!stream) return Failure{stream.error()};
    const auto current = api_.get("/api/v1/devices/" + latest_.ccid + "/commands/" + latest_.id);
    if (!current) return Failure{current.error()};
    reconnect.succeeded();
    show(readCommand(*current));
    while (!done()) {
      const auto event = stream->next(deadline);
      if (!event) return Failure{apiError(event.error())};
      if (!event.value()) return {};
      if ((*event)->type == "command") take((*event)->data);
    }
    return {};
  }

  void take(const std::string& data) {
    boost::system::error_code error;
    Command command = readCommand(json::parse(data, error));
    if (!error && command.id == latest_.id) show(std::move(command));
  }

  const Api& api_;
  bool json_output_;
  Streams streams_;
  Clock::time_point began_;
  CommandView view_;
  Command latest_;
  std::string last_json_;
};

int finish(const Follower& follower, bool json_output, Streams streams) {
  const Command& command = follower.latest();
  if (!json_output) streams.out << outcomeText(command, follower.elapsed()) << '\n';
  return command.state == "completed" ? exit_code::kOk : exit_code::kFailed;
}

int giveUp(const Follower& follower, Streams streams) {
  const Command& command = follower.latest();
  streams.err << "No outcome yet: the command is " << (command.unconfirmed ? "unconfirmed" : command.state)
              << " and goes on without this program.\nSee how it ended with: smartkarctl history " << command.ccid
              << '\n';
  return exit_code::kUnconfirmed;
}

int fail(const ApiError& error, const Follower& follower, Streams streams) {
  const Command& command = follower.latest();
  if (error.cause != ApiError::Cause::Interrupted) return reportError(error, streams);
  streams.err << "\nStopped watching; command " << command.id << " goes on.\nFollow it with: smartkarctl watch "
              << command.ccid << "   or see how it ended with: smartkarctl history " << command.ccid << '\n';
  return exit_code::kInterrupted;
}

}  // namespace

int send(const SendVerb& verb, bool json_output, const Api& api, Streams streams) {
  const HttpRequest request = makeRequest(verb);
  Follower follower(api, json_output, streams, Clock::now());
  auto command = submit(api, request);
  if (!command) {
    const bool uncertain =
        command.error().cause == ApiError::Cause::Lost || command.error().cause == ApiError::Cause::Interrupted;
    const int code = reportError(command.error(), streams);
    if (uncertain) {
      streams.err << "The server may have the command. Sending it again with --idempotency-key "
                  << request.idempotency_key << " cannot start a second one.\n";
    }
    return code;
  }
  if (!json_output) streams.out << commandTitle(*command) << '\n';
  const std::chrono::seconds lifetime(std::max<std::int64_t>(command->expires_at - command->created_at, 0));
  follower.show(std::move(*command));
  if (!verb.wait) {
    if (!json_output) streams.out << "Follow it with: smartkarctl watch " << verb.ccid << '\n';
    return exit_code::kOk;
  }
  const auto followed = follower.follow(Clock::now() + verb.timeout.value_or(lifetime + kGraceAfterExpiry));
  if (!followed) return fail(followed.error(), follower, streams);
  return follower.done() ? finish(follower, json_output, streams) : giveUp(follower, streams);
}

}  // namespace smartkar::cli
