#include "conformance/network.hpp"

#include <algorithm>
#include <utility>

namespace smartkar::conformance {

bool Network::Rule::matches(const Label& label) const {
  return (kind == Kind::Anything || kind == label.kind) && (id == 0 || id == label.id) && left != 0;
}

void Network::play(Trick trick, const Flow& flow, protocol::CommandId id, Duration later) {
  rules_.push_front(Rule{trick, flow.kind, id, flow.count, later});
}

void Network::letGo(Instant now) {
  for (Parcel& parcel : std::exchange(held_, {})) put(std::move(parcel), now);
}

void Network::submit(Parcel parcel, Instant now) {
  Rule* rule = ruleFor(labelOf(parcel.channel, parcel.payload));
  if (rule == nullptr) return put(std::move(parcel), now);
  if (rule->left) --*rule->left;
  switch (rule->trick) {
    case Trick::Lose:
      return note("lost", parcel);
    case Trick::Repeat:
      note("repeated", parcel);
      put(parcel, now + rule->later);
      return put(std::move(parcel), now);
    case Trick::Delay:
      note("delayed", parcel);
      return put(std::move(parcel), now + rule->later);
    case Trick::Hold:
      note("held", parcel);
      held_.push_back(std::move(parcel));
      return;
  }
}

std::optional<Parcel> Network::take(Instant now) {
  if (under_way_.empty() || under_way_.front().arrives > now) return std::nullopt;
  Parcel parcel = std::move(under_way_.front().parcel);
  under_way_.pop_front();
  note(parcel.channel == protocol::Channel::Command ? "to the car" : "to the server", parcel);
  return parcel;
}

Instant Network::nextDeadline() const { return under_way_.empty() ? kNever : under_way_.front().arrives; }

void Network::note(const char* what, const Parcel& parcel) const { log_.info("%s: %s", what, parcel.payload.c_str()); }

Network::Rule* Network::ruleFor(const Label& label) {
  const auto found = std::ranges::find_if(rules_, [&](const Rule& rule) { return rule.matches(label); });
  return found != rules_.end() ? &*found : nullptr;
}

void Network::put(Parcel parcel, Instant arrives) {
  const auto after = std::ranges::find_if(under_way_, [&](const OnItsWay& other) { return other.arrives > arrives; });
  under_way_.insert(after, OnItsWay{std::move(parcel), arrives});
}

}  // namespace smartkar::conformance
