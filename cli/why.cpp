#include <array>
#include <boost/json/serialize.hpp>
#include <ostream>

#include "cli/command_view.hpp"
#include "cli/describe.hpp"
#include "cli/text.hpp"
#include "cli/verbs.hpp"

namespace smartkar::cli {
namespace {

// docs/operating.md, "What the words mean".
struct Meaning {
  std::string_view state;
  std::string_view meaning;
};
constexpr std::array kMeanings = {
    Meaning{"queued", "It is stored; nothing is on its way to the car."},
    Meaning{"ringing", "The car is being woken; the command goes out when the car says that it is awake."},
    Meaning{"sent", "It was handed over; the car has not answered yet."},
    Meaning{"accepted", "The car has it in its journal."},
    Meaning{"in_progress", "The car is at it."},
    Meaning{"completed", "The car says that it was done."},
    Meaning{"failed", "The car says that it was not done, or not to its end."},
    Meaning{"rejected", "The car refused it; nothing was done."},
    Meaning{"expired", "Its time ran out before it ran. It never will."},
    Meaning{"cancelled", "It was given up before it ran."},
    Meaning{"unknown", "The car was interrupted while it acted, or lost its journal. Look at the car."},
};

std::string_view meaningOf(const Command& command) {
  if (command.unconfirmed && !command.final) {
    return "It was sent and the answer is overdue; the car tells what became of it at its next contact.";
  }
  for (const Meaning& one : kMeanings) {
    if (one.state == command.state) return one.meaning;
  }
  return "";
}

// The command asked for, or the newest.
Result<json::value, ApiError> find(const WhyVerb& verb, const Api& api) {
  const std::string commands = "/api/v1/devices/" + verb.ccid + "/commands";
  if (verb.id != 0) return api.get(commands + "/" + std::to_string(verb.id));
  auto newest = api.list(commands, "commands", 1);
  if (!newest) return Failure{newest.error()};
  if (!newest->empty()) return newest->front();
  return Failure{ApiError{ApiError::Cause::Refused, "no command was sent to car " + verb.ccid + " yet"}};
}

}  // namespace

int why(const WhyVerb& verb, bool json_output, const Api& api, Streams streams) {
  const auto found = find(verb, api);
  if (!found) return reportError(found.error(), streams);
  if (json_output) {
    streams.out << json::serialize(*found) << '\n';
    return exit_code::kOk;
  }
  const Command command = readCommand(*found);
  streams.out << commandTitle(command) << '\n' << dateText(command.created_at) << '\n';
  for (const Step& step : command.history) {
    streams.out << secondsText(static_cast<double>(step.at - command.created_at)) << " s  " << stepText(step) << '\n';
  }
  streams.out << standingText(command) << (command.error.empty() ? "" : ": " + command.error) << '\n'
              << meaningOf(command) << '\n';
  if (command.final) return exit_code::kOk;
  const auto device = api.get("/api/v1/devices/" + verb.ccid);
  if (!device) return reportError(device.error(), streams);
  const std::int64_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  streams.out << "The car is " << presenceText(*device, now) << ".\n";
  return exit_code::kOk;
}

}  // namespace smartkar::cli
