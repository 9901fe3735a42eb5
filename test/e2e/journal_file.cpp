#include "test/e2e/journal_file.hpp"

#include <array>
#include <fstream>
#include <iterator>
#include <span>
#include <vector>

#include "base/crc32.hpp"

namespace smartkar::test {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Record = std::span<const std::uint8_t>;

constexpr std::size_t kSectorBytes = 4096;
constexpr std::size_t kRecordBytes = 32;
constexpr std::uint8_t kHeader = 0x51;
constexpr std::uint8_t kEntry = 0x53;

std::uint32_t word(Record record, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | record[offset + i];
  return value;
}

bool isWhole(Record record) { return word(record, kRecordBytes - 4) == crc32(record.first(kRecordBytes - 4)); }

// 0: no valid sector.
std::uint32_t generationOf(std::span<const std::uint8_t> sector) {
  const Record header = sector.first(kRecordBytes);
  return header[0] == kHeader && isWhole(header) ? word(header, 4) : 0;
}

std::string meaningOf(Record entry) {
  static constexpr std::array kOutcomes = {"in_progress", "completed",      "failed",     "busy",
                                           "error",       "not_supported",  "expired",    "cancelled",
                                           "unknown",     "never_received", "id_conflict"};
  if (entry[1] == 1) return "received";
  if (entry[1] == 2) return "actuating";
  return kOutcomes.at(entry[17]);
}

}  // namespace

std::optional<std::string> journalSays(const std::filesystem::path& file, std::int64_t id) {
  std::ifstream stream(file, std::ios::binary);
  const Bytes bytes{std::istreambuf_iterator<char>(stream), {}};
  if (bytes.size() != 2 * kSectorBytes) return std::nullopt;
  const std::span<const std::uint8_t> first(bytes.data(), kSectorBytes);
  const std::span<const std::uint8_t> second(bytes.data() + kSectorBytes, kSectorBytes);
  const auto sector = generationOf(second) > generationOf(first) ? second : first;
  std::optional<std::string> latest;
  for (std::size_t at = kRecordBytes; at < kSectorBytes; at += kRecordBytes) {
    const Record record = sector.subspan(at, kRecordBytes);
    if (record[0] == kEntry && isWhole(record) && word(record, 8) == id) latest = meaningOf(record);
  }
  return latest;
}

}  // namespace smartkar::test
