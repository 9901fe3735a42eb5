#include "cli/describe.hpp"

#include <boost/json/parse.hpp>

#include "cli/command_view.hpp"
#include "cli/text.hpp"

namespace smartkar::cli {
namespace {

constexpr std::size_t kCcidWidth = 21;
constexpr std::size_t kKindWidth = 9;

std::string commandText(const json::value& value) {
  const Command command = readCommand(value);
  const Step step{0, standingText(command), command.stage, command.error};
  return command.id + "  " + command.action + "  " + stepText(step);
}

std::string eventText(const json::value& value) {
  std::string text = textAt(value, "domain") + " " + textAt(value, "name");
  json::object rest;
  for (const auto& [key, member] : value.get_object()) {
    if (key != "domain" && key != "name" && key != "ccid") rest[key] = member;
  }
  return rest.empty() ? text : text + "  " + flatText(rest);
}

}  // namespace

std::string presenceText(const json::value& device, std::int64_t now) {
  std::string text = textAt(device, "presence");
  if (text == "never_seen") return "never seen";
  if (const auto until = integerAt(device, "asleepUntil"); until && text != "awake") {
    text += (text == "overdue" ? ", was to wake " : " until ") + shortTimeText(*until, now);
  }
  if (const std::string reachable = textAt(device, "reachable"); !reachable.empty() && text != "awake") {
    text += reachable == "believed" ? ", believed reachable" : ", not known to be reachable";
  }
  if (const auto proved = integerAt(device, "provedAt")) text += ", proved " + shortTimeText(*proved, now);
  if (const std::string cause = textAt(device, "wakeCause"); !cause.empty()) text += ", woken by " + cause;
  return text;
}

std::string eventLine(const ServerEvent& event, std::int64_t now) {
  boost::system::error_code error;
  const json::value value = json::parse(event.data, error);
  if (error || !value.is_object()) return {};
  std::string what;
  if (event.type == "presence") {
    what = presenceText(value, now);
  } else if (event.type == "command") {
    what = commandText(value);
  } else if (event.type == "event") {
    what = eventText(value);
  } else {
    const json::value* state = memberOf(value, "state");
    what = flatText(state != nullptr ? *state : value);
  }
  return clockText(now) + "  " + column(textAt(value, "ccid"), kCcidWidth) + column(event.type, kKindWidth) + " " +
         what;
}

}  // namespace smartkar::cli
