#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/fixed_vector.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "device/command/command_table.hpp"
#include "device/command/journal_record.hpp"
#include "device/platform/entropy.hpp"
#include "device/platform/flash.hpp"

namespace smartkar::device {

// Commands remembered one by one; older ones are known only as "not above the floor".
inline constexpr std::size_t kJournalEntriesMax = 32;

enum class JournalError : std::uint8_t {
  TooSmall,  // fewer than two sectors, or sectors of fewer than 8 records
  Flash,     // the flash reported an error, or the journal is not open: nothing may be assumed to be stored
};

// Where a command that is in the journal stands.
constexpr Row rowOf(EntryState state) {
  if (state == EntryState::Received) return Row::Received;
  return state == EntryState::Actuating ? Row::Actuating : Row::Finished;
}

// The commands this car was given and what became of them, kept in flash and written ahead, so that each takes effect
// at most once whatever cuts the power. Two sectors take turns: when one is full, what still counts is copied to the
// other, whose header is written last. With sectors of 4096 bytes a command of three records costs 1/32 of an erase: at
// 100,000 erases a sector the flash lasts for 6 million commands.
class Journal {
 public:
  // flash: a partition of its own, at least two sectors; only the first two are used. All must outlive the journal.
  Journal(Flash& flash, Entropy& entropy, LogSink& sink) : flash_(flash), entropy_(entropy), log_(sink, "journal") {}

  // Reads what is there; makes a new journal, with a new epoch, if there is none. Once, before all else.
  Result<void, JournalError> open();
  // Counts one more cold start and stores the count.
  Result<void, JournalError> countBoot();

  // Stores one command, replacing what was known of the same id. Ok: it is durable. At most one command may be
  // unfinished; when the journal is full, the lowest finished one is forgotten.
  Result<void, JournalError> store(const JournalEntry& entry);
  // Remembers in memory an outcome that store() could not write. It is written before anything else is.
  void storeLater(const JournalEntry& entry);

  // What is known of the command; nullptr: not remembered. Valid until the next store.
  const JournalEntry* find(protocol::CommandId id) const;
  // The remembered command with the lowest id above this one; nullptr: none.
  const JournalEntry* nextAbove(protocol::CommandId id) const;
  Row row(protocol::CommandId id) const;
  std::span<const JournalEntry> entries() const { return {entries_.data(), entries_.size()}; }
  // The highest id that was forgotten; 0: none. What is not above it and not found may have taken effect: of a journal
  // that is not open, everything.
  protocol::CommandId floor() const { return isOpen() ? header_.floor : protocol::kCommandIdMax; }
  // The highest id ever stored; 0: none.
  protocol::CommandId maxId() const;
  // Chosen at random, never 0, when the journal was made: another one means that everything before is forgotten.
  std::uint32_t epoch() const { return header_.epoch; }
  // Cold starts counted so far.
  std::uint32_t boot() const { return header_.boot; }
  // The cells of the car table that were entered; they are counted where the rows are kept.
  CellCounts& cells() { return cells_; }
  const CellCounts& cells() const { return cells_; }

 private:
  using Done = Result<void, JournalError>;

  bool isOpen() const { return next_slot_ != 0; }
  std::size_t slots() const { return flash_.sectorBytes() / kRecordBytes; }
  std::size_t offset(std::size_t sector, std::size_t slot) const {
    return sector * flash_.sectorBytes() + slot * kRecordBytes;
  }
  Done readSlot(std::size_t sector, std::size_t slot, RecordBytes& bytes) const;
  Done writeSlot(std::size_t sector, std::size_t slot, const RecordBytes& bytes);
  Result<SectorHeader, JournalError> readHeader(std::size_t sector) const;
  Done format();
  Done load();
  void apply(const DecodedRecord& record);
  void remember(const JournalEntry& entry);
  void forgetOne();
  std::size_t entriesMax() const;
  // The number of the next record: its slot, so that a record out of place is no record.
  std::uint32_t sequence() const { return static_cast<std::uint32_t>(next_slot_); }
  Done write(const JournalEntry& entry);
  Done makeRoom();
  Done append(const RecordBytes& bytes);
  Done compact();

  Flash& flash_;
  Entropy& entropy_;
  Log log_;
  SectorHeader header_;
  FixedVector<JournalEntry, kJournalEntriesMax> entries_;  // as they are in flash
  // Outcomes that are not in flash yet: of the command that acts and of one that was carried out beside it. While there
  // is one, no other command begins that would need a record.
  FixedVector<JournalEntry, 2> late_;
  CellCounts cells_;
  std::size_t sector_ = 0;
  std::size_t next_slot_ = 0;  // 0: not open
};

}  // namespace smartkar::device
