#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "mqtt/byte_queue.hpp"
#include "mqtt/packet.hpp"

namespace smartkar::mqtt {

// Encoded PUBLISH packets of QoS 1 and 2 in the order in which they were published, from publish() until PUBACK or
// PUBCOMP. Lives in the caller's memory as records [header][packet]; the records whose PUBLISH has not been sent on
// this connection come after those that have.
class OutboundStore {
 public:
  static constexpr std::size_t kHeaderSize = 8;

  // A packet that awaits an answer. Valid until the next call that is not const.
  struct InFlight {
    std::size_t offset = 0;
    std::uint16_t packet_id = 0;
    Qos qos = Qos::AtLeastOnce;
    bool released = false;                      // QoS 2: PUBREC has come, PUBCOMP has not
    ReasonCode received = ReasonCode::Success;  // of that PUBREC
  };

  explicit OutboundStore(std::span<std::uint8_t> memory) : records_(memory) {}

  // The room for a packet at the end, to be filled and then added with commit(); empty if there is too little.
  std::span<std::uint8_t> prepare(std::size_t packet_size);
  // packet_size: at most the size prepared.
  void commit(std::uint16_t packet_id, std::size_t packet_size);

  // The next packet to send on this connection, for the caller to set its DUP flag; empty if there is none. The four
  // functions after it speak of this packet, and only after next() has returned one.
  std::span<std::uint8_t> next();
  std::uint16_t nextId() const;
  // True if the next packet was sent before, on another connection.
  bool nextWasSent() const;
  // The next packet is on its way.
  void markSent();
  // The next packet will never be sent.
  void dropNext();

  // The packet in flight with this id; nothing if there is none.
  std::optional<InFlight> find(std::uint16_t packet_id) const;
  // PUBREC with this reason (no error) for a packet at QoS 2: its PUBREL is due, and it is not sent again.
  void release(const InFlight& packet, ReasonCode received);
  // The packet id whose PUBREL is due and from now on counts as sent, oldest packet first; nothing if none is due. A
  // server that answers in order [MQTT-4.6.0-3] thereby sees the order of its PUBRECs [MQTT-4.6.0-4].
  std::optional<std::uint16_t> takeRelease();
  // The last answer has come.
  void remove(const InFlight& packet);
  bool contains(std::uint16_t packet_id) const;

  // A new connection. Nothing is in flight but the packets between PUBREC and PUBCOMP, whose PUBRELs are due again.
  // session_present false: the server knows of no packet, they count as never sent; those between PUBREC and PUBCOMP
  // only wait for findOwned().
  void rewind(bool session_present);
  // A packet that the server owned, because it had sent PUBREC [MQTT-4.3.3-8], when it lost its session: to be removed.
  std::optional<InFlight> findOwned() const;
  void clear();

  std::size_t count() const { return count_; }
  // Sent on this connection or answered by PUBREC, and not yet removed.
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
    static constexpr std::uint8_t kSent = 1;        // on this or an earlier connection of the same session
    static constexpr std::uint8_t kDone = 2;        // removed as soon as it is the oldest
    static constexpr std::uint8_t kReleased = 4;    // PUBREC has come
    static constexpr std::uint8_t kReleaseDue = 8;  // and PUBREL has not left on this connection
    static constexpr std::uint8_t kOwned = 16;      // for findOwned()

    std::uint16_t packet_id = 0;
    std::uint8_t flags = 0;
    ReasonCode received = ReasonCode::Success;
    std::uint32_t size = 0;  // of the packet

    bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
    void set(std::uint8_t flag) { flags = static_cast<std::uint8_t>(flags | flag); }
    void clear(std::uint8_t flag) { flags = static_cast<std::uint8_t>(flags & ~flag); }
  };
  Header header(std::size_t offset) const;
  void setHeader(std::size_t offset, const Header& header);
  // The offset of the record behind this one.
  std::size_t after(std::size_t offset) const;
  std::size_t end() const { return records_.size(); }
  bool isInFlight(std::size_t offset, const Header& record) const;
  InFlight describe(std::size_t offset, const Header& record) const;
  void rewindRecord(Header& record, bool session_present);
  // Adds to the counters (delta 1) or takes from them (delta -1) what the record stands for.
  void count(std::size_t offset, const Header& record, int delta);
  void setDone(std::size_t offset);

  ByteQueue records_;
  std::size_t next_ = 0;  // offset of the first record whose PUBLISH has not been sent on this connection
  std::size_t count_ = 0;
  std::size_t in_flight_ = 0;
  std::size_t releases_due_ = 0;
  std::size_t owned_ = 0;
};

}  // namespace smartkar::mqtt
