#include "cli/command_view.hpp"

#include "cli/text.hpp"

namespace smartkar::cli {
namespace {

constexpr std::size_t kStateWidth = 13;

std::string line(double elapsed, const std::string& text) { return secondsText(elapsed) + " s  " + text + "\n"; }

}  // namespace

std::string stepText(const Step& step) {
  std::string text = step.state;
  std::string rest = step.stage == step.state ? "" : step.stage;
  if (!step.detail.empty() && step.detail != step.stage) rest += (rest.empty() ? "" : "  ") + step.detail;
  return rest.empty() ? text : column(text, kStateWidth) + rest;
}

std::string CommandView::update(const Command& command, double elapsed) {
  std::string lines;
  for (; steps_shown_ < command.history.size(); ++steps_shown_) {
    lines += line(elapsed, stepText(command.history[steps_shown_]));
  }
  if (command.unconfirmed && !unconfirmed_) {
    lines +=
        line(elapsed, column("unconfirmed", kStateWidth) + "sent, but no answer; the car tells at its next contact");
  }
  if (command.cancel_requested && !cancel_requested_) {
    lines += line(elapsed, column("cancel requested", kStateWidth) + "the car is asked to give it up");
  }
  unconfirmed_ = command.unconfirmed;
  cancel_requested_ = command.cancel_requested;
  return lines;
}

std::string standingText(const Command& command) {
  const std::string text = command.unconfirmed ? "unconfirmed" : command.state;
  return command.cancel_requested ? text + ", cancel requested" : text;
}

std::string commandTitle(const Command& command) {
  std::string title = "command " + command.id + "  " + command.action;
  if (!command.params.empty()) title += " " + flatText(command.params);
  title += "  for " + command.ccid;
  if (command.expires_at > command.created_at) {
    title += ", expires in " + durationText(std::chrono::seconds(command.expires_at - command.created_at));
  }
  return title;
}

std::string outcomeText(const Command& command, double elapsed) {
  std::string seconds = secondsText(elapsed);
  seconds.erase(0, seconds.find_first_not_of(' '));
  std::string text = command.state + " after " + seconds + " s";
  if (!command.error.empty()) text += ": " + command.error;
  if (command.state == "unknown") text += " (the car was interrupted while it acted; nobody can tell)";
  return text;
}

}  // namespace smartkar::cli
