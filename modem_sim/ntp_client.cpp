#include "modem_sim/ntp_client.hpp"

#include <optional>
#include <utility>

#include "modem_sim/core.hpp"

namespace smartkar::modem_sim {
namespace {

// RFC 5905 §7.3.
constexpr std::uint16_t kPort = 123;
constexpr std::size_t kPacketSize = 48;
constexpr std::size_t kTransmitTime = 40;
constexpr char kVersion4Client = 0x23;
constexpr unsigned kServerMode = 4;
constexpr std::int64_t kUnixEpoch = 2'208'988'800;    // seconds from 1900 to 1970
constexpr std::int64_t kEra = std::int64_t{1} << 32;  // seconds; the next one begins in 2036
constexpr std::uint32_t kLateInEra = 1U << 31;        // 1968: whatever is earlier belongs to the next era

unsigned byteAt(std::string_view bytes, std::size_t index) { return static_cast<unsigned char>(bytes[index]); }

// Nothing: no answer of a server that knows the time.
std::optional<UnixTime> serverTime(std::string_view packet) {
  if (packet.size() < kPacketSize || (byteAt(packet, 0) & 7U) != kServerMode || byteAt(packet, 1) == 0) {
    return std::nullopt;  // stratum 0: "kiss of death"
  }
  std::uint32_t seconds = 0;
  for (std::size_t i = 0; i < 4; ++i) seconds = seconds << 8U | byteAt(packet, kTransmitTime + i);
  if (seconds == 0) return std::nullopt;
  return unixTime(seconds - kUnixEpoch + (seconds < kLateInEra ? kEra : 0));
}

}  // namespace

void NtpClient::ask(const std::string& server, Done done) {
  done_ = std::move(done);
  link_ = core_.data.open({server, kPort, std::nullopt, Transport::Udp}, *this);
  timer_ = core_.events.after(core_.config.timing.ntp_timeout, EventQueue::Owner::Firmware,
                              [this] { finish(NtpResult::Timeout); });
}

void NtpClient::opened() {
  std::string request(kPacketSize, '\0');
  request[0] = kVersion4Client;
  core_.data.send(link_, request);
}

void NtpClient::openFailed(OpenError error) {
  link_ = 0;
  finish(error == OpenError::Dns ? NtpResult::DnsError : NtpResult::ConnectError);
}

void NtpClient::received(std::string bytes) {
  const auto time = serverTime(bytes);
  finish(time ? NtpResult::Success : NtpResult::ResponseError, time.value_or(UnixTime{}));
}

void NtpClient::bearerLost() {
  link_ = 0;
  if (busy()) finish(NtpResult::NetworkError);
}

void NtpClient::finish(NtpResult result, UnixTime time) {
  if (link_ != 0) core_.data.close(link_);
  const Done done = std::exchange(done_, nullptr);
  reset();
  done(result, time);
}

void NtpClient::reset() {
  core_.events.cancel(std::exchange(timer_, 0));
  link_ = 0;
  done_ = nullptr;
}

}  // namespace smartkar::modem_sim
