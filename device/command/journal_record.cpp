#include "device/command/journal_record.hpp"

#include <algorithm>

#include "base/crc32.hpp"

namespace smartkar::device {
namespace {

constexpr std::size_t kCrcOffset = kRecordBytes - 4;
constexpr std::uint8_t kNoStage = 0xFE;

void putWord(RecordBytes& bytes, std::size_t offset, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes[offset + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

std::uint32_t word(const RecordBytes& bytes, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value |= static_cast<std::uint32_t>(bytes[offset + i]) << (8 * i);
  return value;
}

std::uint32_t checksum(const RecordBytes& bytes) { return crc32(std::span(bytes).first(kCrcOffset)); }

RecordBytes begin(RecordKind kind, std::uint32_t sequence) {
  RecordBytes bytes{};
  bytes[0] = static_cast<std::uint8_t>(kind);
  putWord(bytes, 4, sequence);
  return bytes;
}

RecordBytes seal(RecordBytes bytes) {
  putWord(bytes, kCrcOffset, checksum(bytes));
  return bytes;
}

// Of a record without an unmet condition: 0, as in every record of older firmware.
constexpr std::uint32_t kUnmet = 0x01;
constexpr std::uint32_t kUnmetKnown = 0x02;

std::uint32_t encodeUnmet(const std::optional<Unmet>& unmet) {
  if (!unmet) return 0;
  const auto value = static_cast<std::uint16_t>(unmet->tenths.value_or(0));
  return kUnmet | (unmet->tenths ? kUnmetKnown : 0) | static_cast<std::uint32_t>(unmet->condition) << 8 |
         static_cast<std::uint32_t>(value) << 16;
}

std::optional<Unmet> decodeUnmet(std::uint32_t word) {
  const auto condition = static_cast<std::uint8_t>(word >> 8);
  if ((word & kUnmet) == 0 || condition >= protocol::conditions().size()) return std::nullopt;
  Unmet unmet{condition, std::nullopt};
  if ((word & kUnmetKnown) != 0) unmet.tenths = static_cast<std::int16_t>(word >> 16);
  return unmet;
}

std::optional<JournalEntry> decodeEntry(const RecordBytes& bytes) {
  JournalEntry entry;
  const std::uint8_t state = bytes[1];
  const auto action = static_cast<std::uint8_t>(word(bytes, 16));
  const auto status = static_cast<std::uint8_t>(word(bytes, 16) >> 8);
  const bool known = state >= 1 && state <= 3 && action < protocol::allActions().size() &&
                     status <= static_cast<std::uint8_t>(protocol::ResponseStatus::IdConflict);
  if (!known) return std::nullopt;
  entry.id = word(bytes, 8);
  entry.fingerprint = word(bytes, 12);
  entry.action = static_cast<protocol::Action>(action);
  entry.state = static_cast<EntryState>(state);
  entry.outcome.status = static_cast<protocol::ResponseStatus>(status);
  if (bytes[2] != kNoStage) entry.outcome.stage = static_cast<protocol::Stage>(bytes[2]);
  entry.outcome.fault = static_cast<Fault>(bytes[3]);
  entry.outcome.elapsed_ms = word(bytes, 20);
  entry.outcome.unmet = decodeUnmet(word(bytes, 24));
  return entry;
}

}  // namespace

RecordBytes encodeRecord(const JournalEntry& entry, std::uint32_t sequence) {
  RecordBytes bytes = begin(RecordKind::Entry, sequence);
  bytes[1] = static_cast<std::uint8_t>(entry.state);
  bytes[2] = entry.outcome.stage ? static_cast<std::uint8_t>(*entry.outcome.stage) : kNoStage;
  bytes[3] = static_cast<std::uint8_t>(entry.outcome.fault);
  putWord(bytes, 8, entry.id);
  putWord(bytes, 12, entry.fingerprint);
  putWord(bytes, 16, static_cast<std::uint32_t>(entry.action) | static_cast<std::uint32_t>(entry.outcome.status) << 8);
  putWord(bytes, 20, entry.outcome.elapsed_ms);
  putWord(bytes, 24, encodeUnmet(entry.outcome.unmet));
  return seal(bytes);
}

RecordBytes encodeRecord(const SectorHeader& header) {
  RecordBytes bytes = begin(RecordKind::Header, header.generation);
  putWord(bytes, 8, header.epoch);
  putWord(bytes, 12, header.floor);
  putWord(bytes, 16, header.boot);
  return seal(bytes);
}

RecordBytes encodeBoot(std::uint32_t boot, std::uint32_t sequence) {
  RecordBytes bytes = begin(RecordKind::Boot, sequence);
  putWord(bytes, 8, boot);
  return seal(bytes);
}

std::optional<DecodedRecord> decodeRecord(const RecordBytes& bytes) {
  if (word(bytes, kCrcOffset) != checksum(bytes)) return std::nullopt;
  DecodedRecord record;
  record.kind = static_cast<RecordKind>(bytes[0]);
  record.sequence = word(bytes, 4);
  switch (record.kind) {
    case RecordKind::Header:
      record.header = {record.sequence, word(bytes, 8), word(bytes, 12), word(bytes, 16)};
      return record;
    case RecordKind::Boot:
      record.boot = word(bytes, 8);
      return record;
    case RecordKind::Entry:
      if (const auto entry = decodeEntry(bytes)) {
        record.entry = *entry;
        return record;
      }
      break;
  }
  return std::nullopt;
}

bool isBlank(const RecordBytes& bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0xFF; });
}

}  // namespace smartkar::device
