#include "device/link/link_selector.hpp"

namespace smartkar::device {

void LinkSelector::setWill(std::string_view payload) {
  mqtt_.setWill(payload);
  tcp_.setWill(payload);
}

void LinkSelector::setKeepAlive(std::chrono::seconds interval) {
  mqtt_.setKeepAlive(interval);
  tcp_.setKeepAlive(interval);
}

ServerLink& LinkSelector::link(LinkKind kind) const {
  if (kind == LinkKind::Tcp) return tcp_;
  return mqtt_;
}

// What was chosen before a sleep is known only now.
void LinkSelector::begin() {
  if (begun_) return;
  begun_ = true;
  noteWake(choice_, policy_, configured_);
  in_use_ = choice_.current;
  decided_at_ = scheduler_.now();
}

void LinkSelector::use(LinkKind kind) {
  in_use_ = kind;
  if (kind != LinkKind::Tcp) mqtt_.useBroker(kind == LinkKind::Mqtt ? Broker::First : Broker::Second);
}

Task<Result<void, LinkError>> LinkSelector::open() {
  begin();
  const LinkKind kind = choice_.current;
  if (&link(kind) != &link() && link().up()) {
    const auto left = co_await link().close();
    if (!left.ok()) log_.warning("%s could not be closed", link().name().data());
  }
  use(kind);
  const auto done = co_await link().open();
  if (done.ok() || !speaksAgainst(done.error())) co_return done;
  noteFailure(choice_, policy_, configured_);
  noteDecision(kind, "cannot be opened");
  co_return done;
}

void LinkSelector::onContact() { noteContact(choice_); }

void LinkSelector::onSilence() {
  const LinkKind before = choice_.current;
  noteFailure(choice_, policy_, configured_);
  noteDecision(before, "nobody answers");
}

bool LinkSelector::wishFor(std::string_view name) {
  const auto kind = findLinkKind(name);
  if (!kind && name != kOwnChoice) return false;
  const LinkKind before = choice_.current;
  if (!device::wishFor(choice_, kind, configured_)) return false;
  noteDecision(before, "the server asks for it");
  return true;
}

bool LinkSelector::changeDue() const {
  return in_use_ != choice_.current || returnDue(choice_, policy_, scheduler_.now() - decided_at_);
}

void LinkSelector::change() {
  const LinkKind before = choice_.current;
  if (!returnDue(choice_, policy_, scheduler_.now() - decided_at_)) return;
  tryFirst(choice_);
  noteDecision(before, "the first is tried again");
}

void LinkSelector::noteDecision(LinkKind before, const char* why) {
  if (choice_.current == before) return;
  decided_at_ = scheduler_.now();
  log_.warning("%s instead of %s: %s", linkKindName(choice_.current).data(), linkKindName(before).data(), why);
}

}  // namespace smartkar::device
