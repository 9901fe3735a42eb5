#include "device/command/journal.hpp"

#include <algorithm>

namespace smartkar::device {
namespace {

constexpr std::size_t kSlotsMin = 8;

Result<void, JournalError> journalResult(const Result<void, FlashError>& result) {
  if (!result) return Failure{JournalError::Flash};
  return {};
}

}  // namespace

Result<void, JournalError> Journal::open() {
  if (flash_.sectorCount() < 2 || slots() < kSlotsMin) return Failure{JournalError::TooSmall};
  const auto first = readHeader(0);
  if (!first) return Failure{first.error()};
  const auto second = readHeader(1);
  if (!second) return Failure{second.error()};
  if (first->epoch == 0 && second->epoch == 0) return format();
  sector_ = second->epoch != 0 && (first->epoch == 0 || second->generation > first->generation) ? 1 : 0;
  header_ = sector_ == 0 ? *first : *second;
  return load();
}

Result<void, JournalError> Journal::countBoot() {
  ++header_.boot;
  SK_TRY(makeRoom());
  return append(encodeBoot(header_.boot, sequence()));
}

Result<void, JournalError> Journal::store(const JournalEntry& entry) {
  while (!late_.empty()) {
    SK_TRY(write(late_[0]));
    late_.erase(0);
  }
  return write(entry);
}

void Journal::storeLater(const JournalEntry& entry) {
  SK_ASSERT(entry.state == EntryState::Finished);
  const auto same = std::find_if(late_.begin(), late_.end(), [&](const auto& late) { return late.id == entry.id; });
  if (same != late_.end()) {
    *same = entry;
  } else {
    SK_ASSERT(late_.push(entry));
  }
}

const JournalEntry* Journal::find(protocol::CommandId id) const {
  for (const auto& late : late_) {
    if (late.id == id) return &late;
  }
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const auto& entry) { return entry.id == id; });
  return found == entries_.end() ? nullptr : found;
}

const JournalEntry* Journal::nextAbove(protocol::CommandId id) const {
  const JournalEntry* next = nullptr;
  for (const auto& entry : entries_) {
    if (entry.id > id && (next == nullptr || entry.id < next->id)) next = &entry;
  }
  return next == nullptr ? nullptr : find(next->id);
}

Row Journal::row(protocol::CommandId id) const {
  if (const JournalEntry* known = find(id)) return rowOf(known->state);
  return id > floor() ? Row::Unseen : Row::Forgotten;
}

protocol::CommandId Journal::maxId() const {
  protocol::CommandId highest = header_.floor;
  for (const auto& entry : entries_) highest = std::max(highest, entry.id);
  return highest;
}

Journal::Done Journal::readSlot(std::size_t sector, std::size_t slot, RecordBytes& bytes) const {
  return journalResult(flash_.read(offset(sector, slot), bytes));
}

Journal::Done Journal::writeSlot(std::size_t sector, std::size_t slot, const RecordBytes& bytes) {
  return journalResult(flash_.write(offset(sector, slot), bytes));
}

// The header of a sector; epoch 0: none.
Result<SectorHeader, JournalError> Journal::readHeader(std::size_t sector) const {
  RecordBytes bytes;
  SK_TRY(readSlot(sector, 0, bytes));
  const auto record = decodeRecord(bytes);
  return record && record->kind == RecordKind::Header ? record->header : SectorHeader{};
}

Journal::Done Journal::format() {
  log_.warning("no journal found: a new one is made, earlier commands are unknown to it");
  header_ = {1, std::max<std::uint32_t>(entropy_.next(), 1), 0, 0};
  sector_ = 0;
  entries_.clear();
  SK_TRY(journalResult(flash_.eraseSector(0)));
  SK_TRY(writeSlot(0, 0, encodeRecord(header_)));
  next_slot_ = 1;
  return {};
}

// A record that a power cut left incomplete was never acted upon: it is passed over, its slot stays unused.
Journal::Done Journal::load() {
  entries_.clear();
  next_slot_ = 1;
  for (std::size_t slot = 1; slot < slots(); ++slot) {
    RecordBytes bytes;
    SK_TRY(readSlot(sector_, slot, bytes));
    if (isBlank(bytes)) continue;
    next_slot_ = slot + 1;
    const auto record = decodeRecord(bytes);
    if (record && record->sequence == slot) apply(*record);
  }
  cells_ = {};  // what was forgotten just now was forgotten long ago
  return {};
}

void Journal::apply(const DecodedRecord& record) {
  if (record.kind == RecordKind::Boot) header_.boot = record.boot;
  if (record.kind == RecordKind::Entry) remember(record.entry);
}

void Journal::remember(const JournalEntry& entry) {
  for (auto& known : entries_) {
    if (known.id == entry.id) {
      known = entry;
      return;
    }
  }
  if (entries_.size() >= entriesMax()) forgetOne();
  SK_ASSERT(entries_.push(entry));
}

// By what is in flash, not by what is known: a journal that is read again must forget the same ones.
void Journal::forgetOne() {
  const auto lower = [](const auto& a, const auto& b) { return a.id < b.id; };
  std::sort(entries_.begin(), entries_.end(), lower);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (cells_.enter(rowOf(entries_[i].state), Happening::Room) == Step::Keep) continue;
    header_.floor = std::max(header_.floor, entries_[i].id);
    return entries_.erase(i);
  }
  SK_ASSERT(false && "more than one command is unfinished");
}

// Half a sector at most, so that copying always makes room.
std::size_t Journal::entriesMax() const { return std::min(kJournalEntriesMax, slots() / 2); }

Journal::Done Journal::write(const JournalEntry& entry) {
  SK_TRY(makeRoom());
  SK_TRY(append(encodeRecord(entry, sequence())));
  remember(entry);
  return {};
}

Journal::Done Journal::makeRoom() {
  if (!isOpen()) return Failure{JournalError::Flash};
  if (next_slot_ < slots()) return {};
  return compact();
}

// The slot counts as used even if the write fails: part of it may have been written.
Journal::Done Journal::append(const RecordBytes& bytes) { return writeSlot(sector_, next_slot_++, bytes); }

Journal::Done Journal::compact() {
  const std::size_t target = 1 - sector_;
  SK_TRY(journalResult(flash_.eraseSector(target)));
  std::size_t slot = 1;
  for (const auto& entry : entries_) {
    SK_TRY(writeSlot(target, slot, encodeRecord(entry, static_cast<std::uint32_t>(slot))));
    ++slot;
  }
  SectorHeader header = header_;
  ++header.generation;
  SK_TRY(writeSlot(target, 0, encodeRecord(header)));
  header_ = header;
  sector_ = target;
  next_slot_ = slot;
  return {};
}

}  // namespace smartkar::device
