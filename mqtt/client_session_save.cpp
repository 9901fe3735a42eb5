// ClientSession in bytes: [magic 4][CRC-32 of the rest 4][fields][topic aliases][held packet ids][unacknowledged
// messages].
#include "base/crc32.hpp"
#include "mqtt/client_session.hpp"
#include "mqtt/wire.hpp"

namespace smartkar::mqtt {
namespace {

constexpr std::uint32_t kMagic = 0x534B4D32;  // "SKM2"; counts up when the form changes
constexpr std::size_t kPrefixSize = 8;

void write(Writer& writer, const ServerLimits& limits) {
  writer.twoBytes(limits.receive_maximum);
  writer.fourBytes(limits.maximum_packet_size);
  writer.byte(static_cast<std::uint8_t>(limits.maximum_qos));
  writer.byte(limits.retain_available ? 1 : 0);
  writer.byte(limits.wildcard_subscriptions ? 1 : 0);
  writer.byte(limits.shared_subscriptions ? 1 : 0);
  writer.byte(limits.subscription_identifiers ? 1 : 0);
  writer.twoBytes(limits.keep_alive);
  writer.fourBytes(limits.session_expiry);
}

ServerLimits readLimits(Reader& reader) {
  ServerLimits limits;
  limits.receive_maximum = reader.twoBytes();
  limits.maximum_packet_size = reader.fourBytes();
  limits.maximum_qos = static_cast<Qos>(reader.byte() & 3u);
  limits.retain_available = reader.byte() != 0;
  limits.wildcard_subscriptions = reader.byte() != 0;
  limits.shared_subscriptions = reader.byte() != 0;
  limits.subscription_identifiers = reader.byte() != 0;
  limits.keep_alive = reader.twoBytes();
  limits.session_expiry = reader.fourBytes();
  return limits;
}

}  // namespace

void ClientSession::writeState(Writer& writer) const {
  writer.byte(static_cast<std::uint8_t>(config_.version));
  writer.byte(connected() ? 1 : 0);
  writer.byte(clean_start_ ? 1 : 0);
  writer.byte(expires_later_ ? 1 : 0);
  writer.byte(problem_information_ ? 1 : 0);
  writer.twoBytes(last_packet_id_);
  writer.fourBytes(generation_);
  write(writer, limits_);
  writer.text(assigned_id_);
  writer.fourBytes(static_cast<std::uint32_t>(aliases_.content().size()));
  writer.raw(aliases_.content());
  writer.twoBytes(static_cast<std::uint16_t>(inbound_.heldCount()));
  for (std::size_t i = 0; i < inbound_.heldCount(); ++i) writer.twoBytes(inbound_.heldId(i));
  writer.fourBytes(static_cast<std::uint32_t>(store_.nextOffset()));
  writer.raw(store_.content());
}

bool ClientSession::readState(Reader& reader) {
  const bool same_version = reader.byte() == static_cast<std::uint8_t>(config_.version);
  state_ = reader.byte() != 0 ? State::Connected : State::Idle;
  clean_start_ = reader.byte() != 0;
  expires_later_ = reader.byte() != 0;
  problem_information_ = reader.byte() != 0;
  last_packet_id_ = reader.twoBytes();
  generation_ = reader.fourBytes();
  limits_ = readLimits(reader);
  const bool id_fits = assigned_id_.assign(reader.text());
  const bool aliases_fit = aliases_.restore(reader.take(reader.fourBytes()));
  const bool held_fit = readHeld(reader);
  const std::uint32_t next_offset = reader.fourBytes();
  return same_version && id_fits && aliases_fit && held_fit && reader.ok() &&
         store_.restore(reader.rest(), next_offset);
}

bool ClientSession::readHeld(Reader& reader) {
  for (std::size_t left = reader.twoBytes(); left > 0; --left) {
    if (!inbound_.add(reader.twoBytes(), Qos::ExactlyOnce)) return false;
    inbound_.pop();
  }
  return true;
}

// What a save that turned out to be corrupt has left.
void ClientSession::forgetState() {
  state_ = State::Idle;
  assigned_id_.clear();
  aliases_.clear();
  inbound_.endConnection();
  inbound_.forgetHeld();
  store_.clear();
}

std::size_t ClientSession::savedSize() const {
  Writer counter;
  writeState(counter);
  return kPrefixSize + counter.size();
}

Result<std::size_t, SessionError> ClientSession::save(std::span<std::uint8_t> out) const {
  const bool under_way = state_ == State::Connecting || ended_ || !transmit_.empty() || receive_.size() > shown_ ||
                         answer_deadline_ != kNever || !requests_.empty() || inbound_.size() > 0 ||
                         overrun_ != Overrun::None;
  if (under_way) return Failure{SessionError::NotAtBoundary};
  const std::size_t size = savedSize();
  if (out.size() < size) return Failure{SessionError::NoRoom};
  Writer body(out.subspan(kPrefixSize));
  writeState(body);
  Writer prefix(out);
  prefix.fourBytes(kMagic);
  prefix.fourBytes(crc32(out.subspan(kPrefixSize, body.size())));
  return size;
}

Result<void, SessionError> ClientSession::load(Bytes saved, Instant now) {
  if (active() || ended_) return Failure{SessionError::AlreadyConnected};
  Reader reader(saved);
  const bool magic = reader.fourBytes() == kMagic;
  const std::uint32_t crc = reader.fourBytes();
  if (!magic || !reader.ok() || crc != crc32(saved.subspan(kPrefixSize))) return Failure{SessionError::Corrupt};

  if (!readState(reader)) {
    forgetState();
    return Failure{SessionError::Corrupt};
  }
  now_ = last_sent_ = last_received_ = now;
  return {};
}

}  // namespace smartkar::mqtt
