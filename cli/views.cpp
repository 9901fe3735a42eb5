#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <limits>
#include <ostream>

#include "cli/command_view.hpp"
#include "cli/describe.hpp"
#include "cli/reconnect.hpp"
#include "cli/text.hpp"
#include "cli/verbs.hpp"

namespace smartkar::cli {
namespace {

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

void print(const ServerEvent& event, bool json_output, Streams streams) {
  if (json_output) {
    boost::system::error_code error;
    json::value data = json::parse(event.data, error);
    if (error) return;
    streams.out << json::serialize(json::object{{"event", event.type}, {"data", std::move(data)}}) << std::endl;
  } else if (const std::string line = eventLine(event, now()); !line.empty()) {
    streams.out << line << std::endl;
  }
}

// After each connection, where every car stands: changes while nobody listened are in it.
Result<void, ApiError> printPresence(const std::string& ccid, bool json_output, const Api& api, Streams streams) {
  json::array cars;
  if (ccid.empty()) {
    auto all = api.list("/api/v1/devices", "devices", kAll);
    if (!all) return Failure{all.error()};
    cars = *std::move(all);
  } else {
    auto one = api.get("/api/v1/devices/" + ccid);
    if (!one) return Failure{one.error()};
    cars.push_back(*std::move(one));
  }
  for (const json::value& car : cars) print({"presence", json::serialize(car)}, json_output, streams);
  return {};
}

Result<void, ApiError> watchOnce(const WatchVerb& verb, bool json_output, const Api& api, Streams streams,
                                 Reconnect& reconnect) {
  auto stream = api.stream(verb.ccid);
  if (!stream) return Failure{stream.error()};
  SK_TRY(printPresence(verb.ccid, json_output, api, streams));
  reconnect.succeeded();
  for (;;) {
    const auto event = stream->next(Clock::time_point::max());
    if (!event) return Failure{apiError(event.error())};
    if (event.value()) print(**event, json_output, streams);
  }
}

void printState(const json::value& value, const std::string& indent, Streams streams) {
  const json::object* object = value.if_object();
  if (object == nullptr) return;
  for (const auto& [key, member] : *object) {
    if (member.is_object()) {
      streams.out << indent << std::string_view(key) << '\n';
      printState(member, indent + "  ", streams);
    } else {
      streams.out << column(indent + std::string(key), 26)
                  << (member.is_null() ? "unknown" : textAt(value, std::string_view(key))) << '\n';
    }
  }
}

void printCommand(const json::value& value, Streams streams) {
  const Command command = readCommand(value);
  streams.out << dateText(command.created_at) << "  command " << command.id << "  " << command.action;
  if (!command.params.empty()) streams.out << ' ' << flatText(command.params);
  streams.out << "  " << standingText(command);
  if (!command.error.empty()) streams.out << ": " << command.error;
  streams.out << '\n';
}

}  // namespace

int watch(const WatchVerb& verb, bool json_output, const Api& api, Streams streams) {
  Reconnect reconnect(api.interrupt(), streams.err);
  bool first = true;
  for (;;) {
    const auto ended = watchOnce(verb, json_output, api, streams, reconnect);
    if (ended.error().cause == ApiError::Cause::Interrupted) return exit_code::kInterrupted;
    // A server that was never there is an error; one that went away is waited for.
    if (!Reconnect::worthwhile(ended.error()) || (first && ended.error().cause == ApiError::Cause::Unreachable)) {
      return reportError(ended.error(), streams);
    }
    first = false;
    if (!reconnect.wait(Clock::time_point::max())) return exit_code::kInterrupted;
  }
}

int show(const ShowVerb& verb, bool json_output, const Api& api, Streams streams) {
  const auto device = api.get("/api/v1/devices/" + verb.ccid);
  if (!device) return reportError(device.error(), streams);
  const auto state = api.get("/api/v1/devices/" + verb.ccid + "/state");
  if (!state) return reportError(state.error(), streams);
  if (json_output) {
    streams.out << json::serialize(json::object{{"device", *device}, {"state", *state}}) << '\n';
    return exit_code::kOk;
  }
  streams.out << column("car", 26) << verb.ccid << '\n'
              << column("presence", 26) << presenceText(*device, now()) << '\n';
  for (const char* key : {"fw", "boot", "link"}) {
    if (const std::string text = textAt(*device, key); !text.empty()) {
      streams.out << column(key == std::string_view("fw") ? "firmware" : key, 26) << text << '\n';
    }
  }
  if (const auto updated = integerAt(*state, "updatedAt")) {
    streams.out << column("state of", 26) << shortTimeText(*updated, now()) << '\n';
  }
  if (const json::value* domains = memberOf(*state, "state")) printState(*domains, "", streams);
  return exit_code::kOk;
}

int history(const HistoryVerb& verb, bool json_output, const Api& api, Streams streams) {
  const auto commands =
      api.list("/api/v1/devices/" + verb.ccid + "/commands", "commands", static_cast<std::size_t>(verb.limit));
  if (!commands) return reportError(commands.error(), streams);
  for (const json::value& command : *commands) {
    if (json_output) {
      streams.out << json::serialize(command) << '\n';
    } else {
      printCommand(command, streams);
    }
  }
  if (commands->empty()) streams.err << "No command was sent to car " << verb.ccid << " yet.\n";
  return exit_code::kOk;
}

int presence(const PresenceVerb& verb, bool json_output, const Api& api, Streams streams) {
  const auto entries =
      api.list("/api/v1/devices/" + verb.ccid + "/presence", "presence", static_cast<std::size_t>(verb.limit));
  if (!entries) return reportError(entries.error(), streams);
  for (const json::value& entry : *entries) {
    if (json_output) {
      streams.out << json::serialize(entry) << '\n';
    } else {
      streams.out << column(dateText(integerAt(entry, "at").value_or(0)), 21) << presenceText(entry, now()) << '\n';
    }
  }
  if (entries->empty()) streams.err << "Car " << verb.ccid << " was never seen.\n";
  return exit_code::kOk;
}

int ps(bool json_output, const Api& api, Streams streams) {
  const auto cars = api.list("/api/v1/devices", "devices", kAll);
  if (!cars) return reportError(cars.error(), streams);
  for (const json::value& car : *cars) {
    if (json_output) {
      streams.out << json::serialize(car) << '\n';
    } else {
      streams.out << column(textAt(car, "ccid"), 22) << presenceText(car, now()) << '\n';
    }
  }
  if (cars->empty()) streams.err << "No car is registered; smartkarctl device add CCID adds one.\n";
  return exit_code::kOk;
}

}  // namespace smartkar::cli
