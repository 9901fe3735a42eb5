#include "server/core/command_table.hpp"

namespace smartkar::server {
namespace {

using enum Step;

// clang-format off
constexpr Step kSteps[kRowCount][kHappeningCount] = {
    // contact, due,        progress, final,   unknown, busy,    never_received, too_late, cancel,   expiry,     silence,    journal lost, give up
    {Nothing,   Send,       Take,     Close,   Doubt,   Nothing, Nothing,        Take,     Drop,     Drop,       Impossible, Nothing,      Impossible},  // waiting
    {Ask,       Send,       Take,     Close,   Doubt,   Nothing, Release,        Take,     Withdraw, Withdraw,   Impossible, Doubt,        Impossible},  // requeued
    {Ask,       Again,      Take,     Close,   Doubt,   Requeue, Release,        Take,     Withdraw, Withdraw,   Flag,       Doubt,        Impossible},  // sent
    {Ask,       Ask,        Take,     Close,   Doubt,   Nothing, Doubt,          Note,     Withdraw, Nothing,    Flag,       Doubt,        Doubt},       // taken
    {Ask,       CallOff,    Press,    Close,   Doubt,   Nothing, Release,        Resume,   Nothing,  Nothing,    Flag,       Doubt,        Doubt},       // withdrawing
    {Doubt,     Impossible, Note,     Close,   Doubt,   Release, Nothing,        Nothing,  Refuse,   Nothing,    Doubt,      Doubt,        Impossible},  // sent once
    {Ask,       Impossible, Nothing,  Close,   Doubt,   Nothing, Confirm,        Nothing,  Nothing,  Impossible, Impossible, Nothing,      Impossible},  // provisional
    {Nothing,   Impossible, Nothing,  Nothing, Nothing, Nothing, Nothing,        Nothing,  Nothing,  Impossible, Impossible, Nothing,      Impossible},  // closed
};
// clang-format on

constexpr std::array<std::string_view, kRowCount> kRowNames = {"waiting",     "requeued",  "sent",        "taken",
                                                               "withdrawing", "sent once", "provisional", "closed"};
constexpr std::array<std::string_view, kHappeningCount> kHappeningNames = {
    "contact",  "due",    "progress", "final",   "unknown",      "busy",   "never_received",
    "too_late", "cancel", "expiry",   "silence", "journal lost", "give up"};
// In the order of Step.
constexpr std::string_view kStepNames[] = {"×",        "–",      "send",   "again", "ask",     "call off", "take",
                                           "note",     "press",  "resume", "flag",  "requeue", "release",  "confirm",
                                           "withdraw", "refuse", "drop",   "doubt", "close"};

}  // namespace

Step stepFor(Row row, Happening happening) {
  return kSteps[static_cast<std::size_t>(row)][static_cast<std::size_t>(happening)];
}

std::string_view rowName(Row row) { return kRowNames[static_cast<std::size_t>(row)]; }
std::string_view happeningName(Happening happening) { return kHappeningNames[static_cast<std::size_t>(happening)]; }
std::string_view stepName(Step step) { return kStepNames[static_cast<std::size_t>(step)]; }

Row rowOf(const CommandRecord& command) {
  if (isFinal(command.state)) {
    return command.decided_by_car && command.state != CommandState::Unknown ? Row::Closed : Row::Provisional;
  }
  if (command.withdrawal != Withdrawal::None) return Row::Withdrawing;
  const bool in_queue = command.state == CommandState::Queued || command.state == CommandState::Ringing;
  if (in_queue) return command.last_contact == 0 ? Row::Waiting : Row::Requeued;
  if (command.sent_once) return Row::SentOnce;
  return command.state == CommandState::Sent ? Row::Sent : Row::Taken;
}

}  // namespace smartkar::server
