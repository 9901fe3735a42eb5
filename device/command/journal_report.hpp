#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "device/command/journal.hpp"
#include "device/command/outbox.hpp"
#include "protocol/command.hpp"

namespace smartkar::device {

// Items of the outbox the report leaves to everything else.
inline constexpr std::size_t kReportLeaves = 6;
// Without progress for so long the report is given up: the server asks again.
inline constexpr Duration kReportPatience = 10s;

// Tells when to answer for which command of the journal, because a sync wanted them all: by rising id, a few at a time,
// the next when the outbox has room again. Belongs to one contact and ends with it.
class JournalReport {
 public:
  // Both must outlive the report.
  JournalReport(const Journal& journal, const Outbox& outbox) : journal_(journal), outbox_(outbox) {}

  // Begins, unless it is under way: the server repeats its wish until it has seen the highest id.
  void begin(protocol::ContactNonce contact, Instant now);
  // The server has stored all responses up to seq.
  void acknowledge(std::uint32_t seq, Instant now);
  // The command to answer for now, by the very next response; nothing if there is none, or no room. contact: the
  // present.
  std::optional<protocol::CommandId> next(protocol::ContactNonce contact, Instant now);
  // True until everything is told and acknowledged.
  bool underWay(protocol::ContactNonce contact, Instant now) const {
    return contact_ != 0 && contact_ == contact && now < give_up_at_;
  }

 private:
  bool allTold() const;

  const Journal& journal_;
  const Outbox& outbox_;
  protocol::ContactNonce contact_ = 0;  // 0: there is no report
  protocol::CommandId told_ = 0;        // the latest one answered for
  protocol::CommandId last_ = 0;        // the last one to answer for
  std::uint32_t told_seq_ = 0;          // of the latest answer
  std::uint32_t acknowledged_seq_ = 0;
  Instant give_up_at_{};
};

}  // namespace smartkar::device
