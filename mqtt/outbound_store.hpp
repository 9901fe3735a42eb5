#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "mqtt/byte_queue.hpp"

namespace smartkar::mqtt {

// Encoded QoS 1 PUBLISH packets in the order in which they were published, from publish() until PUBACK. Lives in the
// caller's memory as records [header][packet]; the records not yet sent on this connection come after those in flight.
class OutboundStore {
 public:
  static constexpr std::size_t kHeaderSize = 8;

  explicit OutboundStore(std::span<std::uint8_t> memory) : records_(memory) {}

  // The room for a packet at the end, to be filled and then added with commit(); empty if there is too little.
  std::span<std::uint8_t> prepare(std::size_t packet_size);
  // packet_size: at most the size prepared.
  void commit(std::uint16_t packet_id, std::size_t packet_size);

  // The next packet to send on this connection, for the caller to set its DUP flag; empty if all are in flight. The
  // four functions after it speak of this packet, and only after next() has returned one.
  std::span<std::uint8_t> next();
  std::uint16_t nextId() const;
  // True if the next packet was sent before, on another connection.
  bool nextWasSent() const;
  // The next packet is on its way.
  void markSent();
  // The next packet will never be sent.
  void dropNext();

  // Removes the packet in flight with this id. False if there is none.
  bool acknowledge(std::uint16_t packet_id);
  bool contains(std::uint16_t packet_id) const;
  // A new connection: nothing is in flight. session_present false: the server knows of none, they count as never sent.
  void rewind(bool session_present);
  void clear();

  std::size_t count() const { return count_; }
  std::size_t inFlight() const { return in_flight_; }
  std::size_t capacity() const { return records_.capacity(); }

  // The records as bytes, for saving.
  std::span<const std::uint8_t> content() const { return records_.content(); }
  // Replaces everything. content: from content(). next_offset: from nextOffset(). False, and empty, if it is not
  // well-formed or does not fit.
  bool restore(std::span<const std::uint8_t> content, std::size_t next_offset);
  std::size_t nextOffset() const { return next_; }

 private:
  struct Header {
    static constexpr std::uint16_t kSent = 1;  // on this or an earlier connection of the same session
    static constexpr std::uint16_t kDone = 2;  // removed as soon as it is the oldest

    std::uint16_t packet_id = 0;
    std::uint16_t flags = 0;
    std::uint32_t size = 0;  // of the packet

    bool sent() const { return (flags & kSent) != 0; }
    bool done() const { return (flags & kDone) != 0; }
  };
  Header header(std::size_t offset) const;
  void setHeader(std::size_t offset, const Header& header);
  // The offset of the record behind this one.
  std::size_t after(std::size_t offset) const;
  std::size_t end() const { return records_.size(); }
  void setDone(std::size_t offset);

  ByteQueue records_;
  std::size_t next_ = 0;  // offset of the first record not yet sent on this connection
  std::size_t count_ = 0;
  std::size_t in_flight_ = 0;
};

}  // namespace smartkar::mqtt
