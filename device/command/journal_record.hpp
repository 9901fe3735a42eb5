#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "device/command/outcome.hpp"
#include "protocol/command.hpp"

namespace smartkar::device {

// How far a command got. The order is that of time.
enum class EntryState : std::uint8_t { Received = 1, Actuating = 2, Finished = 3 };

// What the journal remembers of one command.
struct JournalEntry {
  protocol::CommandId id = 0;
  std::uint32_t fingerprint = 0;
  protocol::Action action = protocol::Action::StartCharging;
  EntryState state = EntryState::Received;
  Outcome outcome;  // only if Finished

  // A cancelled command whose body was never seen.
  bool isTombstone() const { return action == protocol::Action::Cancel; }

  friend bool operator==(const JournalEntry&, const JournalEntry&) = default;
};

// The first record of a sector; written last, it makes the sector valid.
struct SectorHeader {
  std::uint32_t generation = 0;  // of two valid sectors the higher one counts
  std::uint32_t epoch = 0;       // chosen at random when the journal was made
  protocol::CommandId floor = 0;
  std::uint32_t boot = 0;

  friend bool operator==(const SectorHeader&, const SectorHeader&) = default;
};

// One slot of flash, little endian: kind, 3 bytes by kind, sequence, 5 words by kind, CRC-32 of what precedes it.
inline constexpr std::size_t kRecordBytes = 32;
static_assert(kRecordBytes <= 48 && kRecordBytes % 4 == 0);
using RecordBytes = std::array<std::uint8_t, kRecordBytes>;

RecordBytes encodeRecord(const JournalEntry& entry, std::uint32_t sequence);
RecordBytes encodeRecord(const SectorHeader& header);
RecordBytes encodeBoot(std::uint32_t boot, std::uint32_t sequence);

enum class RecordKind : std::uint8_t { Header = 0x51, Boot = 0x52, Entry = 0x53 };

struct DecodedRecord {
  RecordKind kind = RecordKind::Header;
  std::uint32_t sequence = 0;  // within the sector, from 1; of a header: its generation
  SectorHeader header;         // only for Header
  JournalEntry entry;          // only for Entry
  std::uint32_t boot = 0;      // only for Boot
};

// Nothing if the CRC is wrong or a value is none that was ever written.
std::optional<DecodedRecord> decodeRecord(const RecordBytes& bytes);

// True for a slot that was never written.
bool isBlank(const RecordBytes& bytes);

}  // namespace smartkar::device
