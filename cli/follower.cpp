#include "cli/follower.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <ostream>

#include "cli/verbs.hpp"

namespace smartkar::cli {
namespace {

// Beyond a command's expiry, a car that was in contact still has this long to tell how it went.
constexpr std::chrono::seconds kGraceAfterExpiry{60};

}  // namespace

Result<Command, ApiError> submit(const Api& api, const HttpRequest& request) {
  auto answer = api.call(request);
  if (!answer && answer.error().cause == ApiError::Cause::Lost) answer = api.call(request);
  if (!answer) return Failure{answer.error()};
  return readCommand(*answer);
}

void Follower::show(Command command) {
  if (json_output_) {
    std::string text = json::serialize(command.raw);
    if (text != last_json_) streams_.out << text << std::endl;
    last_json_ = std::move(text);
  } else {
    streams_.out << view_.update(command, elapsed()) << std::flush;
  }
  latest_ = std::move(command);
}

int Follower::toEnd(std::string_view wanted, std::optional<std::chrono::seconds> timeout) {
  const auto followed = follow(Clock::now() + timeout.value_or(patience()));
  if (!followed) return fail(followed.error());
  return done() ? finish(wanted) : giveUp();
}

// Until the command is final, the deadline, or an error that no new attempt cures. Losing the server is none: it is
// asked again until the deadline, and then the error.
Result<void, ApiError> Follower::follow(Clock::time_point deadline) {
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

// The stream first, then the command once: what happened in between is in the answer, what comes later in the stream.
Result<void, ApiError> Follower::followOnce(Clock::time_point deadline, Reconnect& reconnect) {
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

void Follower::take(const std::string& data) {
  boost::system::error_code error;
  Command command = readCommand(json::parse(data, error));
  if (!error && command.id == latest_.id) show(std::move(command));
}

std::chrono::seconds Follower::patience() const {
  const std::chrono::seconds lifetime(std::max<std::int64_t>(latest_.expires_at - latest_.created_at, 0));
  return lifetime + kGraceAfterExpiry;
}

int Follower::finish(std::string_view wanted) const {
  if (!json_output_) streams_.out << outcomeText(latest_, elapsed()) << '\n';
  return latest_.state == wanted ? exit_code::kOk : exit_code::kFailed;
}

int Follower::giveUp() const {
  streams_.err << "No outcome yet: the command is " << standingText(latest_)
               << " and goes on without this program.\nSee how it ended with: smartkarctl history " << latest_.ccid
               << '\n';
  return exit_code::kUnconfirmed;
}

int Follower::fail(const ApiError& error) const {
  if (error.cause != ApiError::Cause::Interrupted) return reportError(error, streams_);
  streams_.err << "\nStopped watching; command " << latest_.id << " goes on.\nFollow it with: smartkarctl watch "
               << latest_.ccid << "   or see how it ended with: smartkarctl history " << latest_.ccid << '\n';
  return exit_code::kInterrupted;
}

}  // namespace smartkar::cli
