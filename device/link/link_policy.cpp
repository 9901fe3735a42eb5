#include "device/link/link_policy.hpp"

#include <array>

namespace smartkar::device {
namespace {

constexpr LinkKind kFirst = LinkKind::Mqtt;

// In the order of LinkKind.
constexpr std::array<std::string_view, kLinkKinds> kNames = {"mqtt", "mqtt2", "tcp"};

bool has(LinkKinds configured, LinkKind kind) { return configured.test(static_cast<std::size_t>(kind)); }

void decide(LinkChoice& choice, LinkKind kind) {
  choice.current = kind;
  choice.fallback.reset();
  choice.failures = choice.wakes = 0;
}

// The next in order; after the last the first.
LinkKind next(LinkKind kind, LinkKinds configured) {
  do {
    kind = static_cast<LinkKind>((static_cast<std::size_t>(kind) + 1) % kLinkKinds);
  } while (!has(configured, kind));
  return kind;
}

}  // namespace

std::string_view linkKindName(LinkKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::optional<LinkKind> findLinkKind(std::string_view name) {
  for (std::size_t i = 0; i < kLinkKinds; ++i) {
    if (kNames[i] == name) return static_cast<LinkKind>(i);
  }
  return std::nullopt;
}

bool speaksAgainst(LinkError error) {
  return error == LinkError::Refused || error == LinkError::Timeout || error == LinkError::Down;
}

void noteFailure(LinkChoice& choice, const LinkPolicy& policy, LinkKinds configured) {
  if (choice.fallback) return decide(choice, *choice.fallback);
  ++choice.failures;
  if (choice.failures < policy.failures) return;
  const bool to_first = choice.wish || policy.mode == LinkMode::First;
  decide(choice, to_first ? kFirst : next(choice.current, configured));
  choice.wish.reset();
}

void noteContact(LinkChoice& choice) {
  choice.fallback.reset();
  choice.failures = 0;
}

void noteWake(LinkChoice& choice, const LinkPolicy& policy, LinkKinds configured) {
  if (!has(configured, choice.current)) {
    choice.wish.reset();
    return decide(choice, kFirst);
  }
  if (choice.wakes < policy.return_wakes) ++choice.wakes;
}

bool returnDue(const LinkChoice& choice, const LinkPolicy& policy, Duration since_decision) {
  if (choice.wish || choice.current == kFirst) return false;
  return choice.wakes >= policy.return_wakes || since_decision >= policy.return_after;
}

void tryFirst(LinkChoice& choice) {
  const LinkKind works = choice.current;
  decide(choice, kFirst);
  choice.fallback = works;
}

bool wishFor(LinkChoice& choice, std::optional<LinkKind> wish, LinkKinds configured) {
  if (wish && !has(configured, *wish)) return false;
  decide(choice, wish.value_or(kFirst));
  choice.wish = wish;
  return true;
}

}  // namespace smartkar::device
