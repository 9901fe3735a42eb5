#include "server/core/types.hpp"

#include <algorithm>
#include <array>

namespace smartkar::server {
namespace {

constexpr std::array<std::string_view, 11> kStateNames = {"queued",      "ringing",   "sent",   "accepted",
                                                          "in_progress", "completed", "failed", "rejected",
                                                          "expired",     "cancelled", "unknown"};
constexpr std::array<std::string_view, 3> kWithdrawalNames = {"none", "cancelled", "expired"};
constexpr std::array<std::string_view, 5> kPresenceNames = {"never_seen", "awake", "asleep", "overdue", "lost"};
constexpr std::array<std::string_view, 5> kPathNames = {"ring", "sms", "timer", "contact", "tcp"};
constexpr std::array<std::string_view, 4> kAttemptResultNames = {"pending", "answered", "silent", "failed"};

template <class Enum, std::size_t N>
std::optional<Enum> fromName(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view stateName(CommandState state) { return kStateNames[static_cast<std::size_t>(state)]; }

std::optional<CommandState> stateFromName(std::string_view name) { return fromName<CommandState>(kStateNames, name); }

bool isFinal(CommandState state) { return state >= CommandState::Completed; }

std::string_view withdrawalName(Withdrawal withdrawal) {
  return kWithdrawalNames[static_cast<std::size_t>(withdrawal)];
}

std::optional<Withdrawal> withdrawalFromName(std::string_view name) {
  return fromName<Withdrawal>(kWithdrawalNames, name);
}

std::string_view presenceName(Presence presence) { return kPresenceNames[static_cast<std::size_t>(presence)]; }

std::optional<Presence> presenceFromName(std::string_view name) { return fromName<Presence>(kPresenceNames, name); }

std::string_view pathName(Path path) { return kPathNames[static_cast<std::size_t>(path)]; }

std::optional<Path> pathFromName(std::string_view name) { return fromName<Path>(kPathNames, name); }

std::string_view attemptResultName(AttemptResult result) {
  return kAttemptResultNames[static_cast<std::size_t>(result)];
}

std::optional<AttemptResult> attemptResultFromName(std::string_view name) {
  return fromName<AttemptResult>(kAttemptResultNames, name);
}

std::optional<UnixTime> stateUpdatedAt(const StateFields& fields) {
  const auto newest = std::max_element(fields.begin(), fields.end(), [](const auto& a, const auto& b) {
    return a.second.updated_at < b.second.updated_at;
  });
  if (newest == fields.end()) return std::nullopt;
  return newest->second.updated_at;
}

}  // namespace smartkar::server
