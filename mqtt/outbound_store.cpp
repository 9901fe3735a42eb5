#include "mqtt/outbound_store.hpp"

#include <cstring>

#include "base/assert.hpp"

namespace smartkar::mqtt {

OutboundStore::Header OutboundStore::header(std::size_t offset) const {
  static_assert(sizeof(Header) == kHeaderSize);
  Header header;
  std::memcpy(&header, records_.content().data() + offset, kHeaderSize);
  return header;
}

void OutboundStore::setHeader(std::size_t offset, const Header& header) {
  std::memcpy(records_.content().data() + offset, &header, kHeaderSize);
}

std::size_t OutboundStore::after(std::size_t offset) const { return offset + kHeaderSize + header(offset).size; }

// ---- Adding and sending

std::span<std::uint8_t> OutboundStore::prepare(std::size_t packet_size) {
  if (records_.room() < kHeaderSize || records_.room() - kHeaderSize < packet_size) return {};
  return records_.prepare(kHeaderSize + packet_size).subspan(kHeaderSize);
}

void OutboundStore::commit(std::uint16_t packet_id, std::size_t packet_size) {
  const std::size_t offset = end();
  records_.commit(kHeaderSize + packet_size);
  setHeader(offset, {.packet_id = packet_id, .size = static_cast<std::uint32_t>(packet_size)});
  ++count_;
}

std::span<std::uint8_t> OutboundStore::next() {
  while (next_ < end() && header(next_).has(Header::kDone | Header::kReleased)) next_ = after(next_);
  if (next_ == end()) return {};
  return records_.content().subspan(next_ + kHeaderSize, header(next_).size);
}

std::uint16_t OutboundStore::nextId() const { return header(next_).packet_id; }
bool OutboundStore::nextWasSent() const { return header(next_).has(Header::kSent); }

void OutboundStore::markSent() {
  Header record = header(next_);
  record.set(Header::kSent);
  setHeader(next_, record);
  next_ = after(next_);
  ++in_flight_;
}

void OutboundStore::dropNext() { setDone(next_); }

// ---- Answers

bool OutboundStore::isInFlight(std::size_t offset, const Header& record) const {
  if (record.has(Header::kDone | Header::kOwned)) return false;
  return offset < next_ || record.has(Header::kReleased);
}

OutboundStore::InFlight OutboundStore::describe(std::size_t offset, const Header& record) const {
  const std::uint8_t first_byte = records_.content()[offset + kHeaderSize];
  return {.offset = offset,
          .packet_id = record.packet_id,
          .qos = static_cast<Qos>(first_byte >> 1 & 3u),
          .released = record.has(Header::kReleased),
          .received = record.received};
}

std::optional<OutboundStore::InFlight> OutboundStore::find(std::uint16_t packet_id) const {
  for (std::size_t offset = 0; offset < end(); offset = after(offset)) {
    const Header record = header(offset);
    if (record.packet_id == packet_id && isInFlight(offset, record)) return describe(offset, record);
  }
  return std::nullopt;
}

std::optional<OutboundStore::InFlight> OutboundStore::findOwned() const {
  if (owned_ == 0) return std::nullopt;
  std::size_t offset = 0;
  while (!header(offset).has(Header::kOwned)) offset = after(offset);
  return describe(offset, header(offset));
}

void OutboundStore::release(const InFlight& packet, ReasonCode received) {
  Header record = header(packet.offset);
  count(packet.offset, record, -1);
  record.set(Header::kReleased | Header::kReleaseDue);
  record.received = received;
  setHeader(packet.offset, record);
  count(packet.offset, record, 1);
}

std::optional<std::uint16_t> OutboundStore::takeRelease() {
  if (releases_due_ == 0) return std::nullopt;
  std::size_t offset = 0;
  while (!header(offset).has(Header::kReleaseDue)) offset = after(offset);
  Header record = header(offset);
  record.clear(Header::kReleaseDue);
  setHeader(offset, record);
  --releases_due_;
  return record.packet_id;
}

void OutboundStore::remove(const InFlight& packet) { setDone(packet.offset); }

bool OutboundStore::contains(std::uint16_t packet_id) const {
  for (std::size_t offset = 0; offset < end(); offset = after(offset)) {
    if (header(offset).packet_id == packet_id && !header(offset).has(Header::kDone)) return true;
  }
  return false;
}

void OutboundStore::count(std::size_t offset, const Header& record, int delta) {
  const auto add = [delta](std::size_t& counter, bool applies) {
    if (applies) counter += static_cast<std::size_t>(delta);
  };
  add(count_, !record.has(Header::kDone));
  add(in_flight_, isInFlight(offset, record));
  add(releases_due_, record.has(Header::kReleaseDue));
  add(owned_, record.has(Header::kOwned));
}

// A record in the middle only loses its meaning; memory is freed from the front.
void OutboundStore::setDone(std::size_t offset) {
  Header record = header(offset);
  count(offset, record, -1);
  record.flags = Header::kDone;
  setHeader(offset, record);
  while (!records_.empty() && header(0).has(Header::kDone)) {
    const std::size_t size = after(0);
    records_.drop(size);
    next_ = next_ > size ? next_ - size : 0;
  }
}

// ---- Connections and saving

void OutboundStore::rewindRecord(Header& record, bool session_present) {
  if (record.has(Header::kDone | Header::kOwned)) return;
  if (!record.has(Header::kReleased)) {
    if (!session_present) record.clear(Header::kSent);
  } else if (session_present) {
    record.set(Header::kReleaseDue);
  } else {
    record.clear(Header::kReleaseDue);
    record.set(Header::kOwned);
  }
}

void OutboundStore::rewind(bool session_present) {
  next_ = count_ = in_flight_ = releases_due_ = owned_ = 0;
  for (std::size_t offset = 0; offset < end(); offset = after(offset)) {
    Header record = header(offset);
    rewindRecord(record, session_present);
    setHeader(offset, record);
    count(offset, record, 1);
  }
}

void OutboundStore::clear() {
  records_.clear();
  next_ = count_ = in_flight_ = releases_due_ = owned_ = 0;
}

bool OutboundStore::restore(std::span<const std::uint8_t> content, std::size_t next_offset) {
  clear();
  if (content.size() > records_.capacity()) return false;
  if (!content.empty()) std::memcpy(records_.prepare(content.size()).data(), content.data(), content.size());
  records_.commit(content.size());
  next_ = next_offset;
  std::size_t offset = 0;
  bool next_found = next_offset == 0;
  while (offset < end()) {
    if (end() - offset < kHeaderSize || header(offset).size > end() - offset - kHeaderSize) break;
    if (header(offset).size == 0) break;
    count(offset, header(offset), 1);
    offset = after(offset);
    next_found = next_found || offset == next_offset;
  }
  const bool valid = offset == end() && next_found;
  if (!valid) clear();
  return valid;
}

}  // namespace smartkar::mqtt
