#include "device/command/command_table.hpp"

#include <limits>

#include "base/assert.hpp"

namespace smartkar::device {
namespace {

using enum Step;

// clang-format off
constexpr Step kSteps[kRows][kHappenings] = {
    //command, expired, busy,       bad,        other body, stale,  cancel,  asked,  ready,      refused,    done,       deadline,   expiry,     flash,      room,       restart
    {Accept,  Expire,  Busy,       Reject,     Impossible, None,   Bury,    Deny,   Impossible, Impossible, Impossible, Impossible, Impossible, Reject,     Impossible, None},     // unseen
    {Doubt,   Doubt,   Doubt,      Doubt,      Impossible, Doubt,  Doubt,   Doubt,  Impossible, Impossible, Impossible, Impossible, Impossible, Impossible, Impossible, None},     // forgotten
    {Report,  Report,  Impossible, Impossible, Conflict,   Report, GiveUp,  Report, Act,        Fail,       Impossible, Fail,       Expire,     Fail,       Keep,       Fail},     // received
    {Report,  Report,  Impossible, Impossible, Conflict,   Report, TooLate, Report, Impossible, Fail,       Finish,     Settle,     Expire,     Report,     Keep,       Doubt},    // actuating
    {Report,  Report,  Report,     Impossible, Conflict,   Report, Report,  Report, Impossible, Impossible, Impossible, Impossible, Impossible, Impossible, Forget,     None},     // finished
};
// clang-format on

// In the order of the enumerations.
constexpr std::array<std::string_view, kRows> kRowNames = {"unseen", "forgotten", "received", "actuating", "finished"};
constexpr std::array<std::string_view, kHappenings> kHappeningNames = {
    "command", "expired", "busy", "bad",      "other body", "stale", "cancel", "asked",
    "ready",   "refused", "done", "deadline", "expiry",     "flash", "room",   "restart"};
constexpr std::array<std::string_view, 19> kStepNames = {
    "–",      "×",        "accept",   "expire", "busy", "reject", "bury",   "give up", "deny",  "doubt",
    "report", "conflict", "too late", "act",    "fail", "finish", "settle", "keep",    "forget"};
static_assert(kStepNames.size() == static_cast<std::size_t>(Step::Forget) + 1);

}  // namespace

Step stepFor(Row row, Happening happening) {
  return kSteps[static_cast<std::size_t>(row)][static_cast<std::size_t>(happening)];
}

std::string_view rowName(Row row) { return kRowNames[static_cast<std::size_t>(row)]; }
std::string_view happeningName(Happening happening) { return kHappeningNames[static_cast<std::size_t>(happening)]; }
std::string_view stepName(Step step) { return kStepNames[static_cast<std::size_t>(step)]; }

Step CellCounts::enter(Row row, Happening happening) {
  const Step step = stepFor(row, happening);
  SK_ASSERT(step != Step::Impossible);
  std::uint16_t& count = counts_[static_cast<std::size_t>(row)][static_cast<std::size_t>(happening)];
  if (count < std::numeric_limits<std::uint16_t>::max()) ++count;
  return step;
}

}  // namespace smartkar::device
