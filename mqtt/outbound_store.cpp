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

std::span<std::uint8_t> OutboundStore::prepare(std::size_t packet_size) {
  if (records_.room() < kHeaderSize || records_.room() - kHeaderSize < packet_size) return {};
  return records_.prepare(kHeaderSize + packet_size).subspan(kHeaderSize);
}

void OutboundStore::commit(std::uint16_t packet_id, std::size_t packet_size) {
  const std::size_t offset = end();
  records_.commit(kHeaderSize + packet_size);
  setHeader(offset, {.packet_id = packet_id, .flags = 0, .size = static_cast<std::uint32_t>(packet_size)});
  ++count_;
}

std::span<std::uint8_t> OutboundStore::next() {
  while (next_ < end() && header(next_).done()) next_ = after(next_);
  if (next_ == end()) return {};
  return records_.content().subspan(next_ + kHeaderSize, header(next_).size);
}

std::uint16_t OutboundStore::nextId() const { return header(next_).packet_id; }
bool OutboundStore::nextWasSent() const { return header(next_).sent(); }

void OutboundStore::markSent() {
  Header record = header(next_);
  record.flags |= Header::kSent;
  setHeader(next_, record);
  next_ = after(next_);
  ++in_flight_;
}

void OutboundStore::dropNext() {
  const std::size_t offset = next_;
  next_ = after(next_);
  setDone(offset);
}

bool OutboundStore::acknowledge(std::uint16_t packet_id) {
  for (std::size_t offset = 0; offset < next_; offset = after(offset)) {
    const Header record = header(offset);
    if (record.packet_id != packet_id || record.done()) continue;
    --in_flight_;
    setDone(offset);
    return true;
  }
  return false;
}

bool OutboundStore::contains(std::uint16_t packet_id) const {
  for (std::size_t offset = 0; offset < end(); offset = after(offset)) {
    if (header(offset).packet_id == packet_id && !header(offset).done()) return true;
  }
  return false;
}

// A record in the middle only loses its meaning; memory is freed from the front.
void OutboundStore::setDone(std::size_t offset) {
  Header record = header(offset);
  record.flags |= Header::kDone;
  setHeader(offset, record);
  --count_;
  while (!records_.empty() && header(0).done()) {
    const std::size_t size = after(0);
    records_.drop(size);
    next_ = next_ > size ? next_ - size : 0;
  }
}

void OutboundStore::rewind(bool session_present) {
  next_ = 0;
  in_flight_ = 0;
  if (session_present) return;
  for (std::size_t offset = 0; offset < end(); offset = after(offset)) {
    Header record = header(offset);
    record.flags &= static_cast<std::uint16_t>(~Header::kSent);
    setHeader(offset, record);
  }
}

void OutboundStore::clear() {
  records_.clear();
  next_ = count_ = in_flight_ = 0;
}

bool OutboundStore::restore(std::span<const std::uint8_t> content, std::size_t next_offset) {
  clear();
  if (content.size() > records_.capacity()) return false;
  if (!content.empty()) std::memcpy(records_.prepare(content.size()).data(), content.data(), content.size());
  records_.commit(content.size());
  std::size_t offset = 0;
  bool next_found = next_offset == 0;
  while (offset < end()) {
    if (end() - offset < kHeaderSize || header(offset).size > end() - offset - kHeaderSize) break;
    if (header(offset).size == 0) break;
    if (!header(offset).done()) {
      ++count_;
      if (offset < next_offset) ++in_flight_;
    }
    offset = after(offset);
    next_found = next_found || offset == next_offset;
  }
  next_ = next_offset;
  const bool valid = offset == end() && next_found;
  if (!valid) clear();
  return valid;
}

}  // namespace smartkar::mqtt
