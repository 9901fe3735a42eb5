#include "device/command/journal_report.hpp"

namespace smartkar::device {

void JournalReport::begin(protocol::ContactNonce contact, Instant now) {
  if (underWay(contact, now)) return;
  told_ = 0;
  last_ = journal_.maxId();
  contact_ = allTold() ? 0 : contact;
  give_up_at_ = now + kReportPatience;
}

void JournalReport::acknowledge(std::uint32_t seq, Instant now) {
  if (seq <= acknowledged_seq_) return;
  acknowledged_seq_ = seq;
  give_up_at_ = now + kReportPatience;
  if (allTold() && seq >= told_seq_) contact_ = 0;
}

std::optional<protocol::CommandId> JournalReport::next(protocol::ContactNonce contact, Instant now) {
  if (!underWay(contact, now) || allTold() || outbox_.room() <= kReportLeaves) return std::nullopt;
  told_ = journal_.nextAbove(told_)->id;
  told_seq_ = outbox_.latestSeq() + 1;
  give_up_at_ = now + kReportPatience;
  return told_;
}

bool JournalReport::allTold() const {
  const JournalEntry* entry = journal_.nextAbove(told_);
  return entry == nullptr || entry->id > last_;
}

}  // namespace smartkar::device
