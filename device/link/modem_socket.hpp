#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/log.hpp"
#include "base/scheduler.hpp"
#include "device/link/command_sender.hpp"
#include "device/link/tls_files.hpp"
#include "device/modem/modem_manager.hpp"

namespace smartkar::device {

// Where a connection leads.
struct SocketEndpoint {
  std::string_view host;   // 1 … 64 bytes (§12.2.3); with TLS also the name for SNI
  std::uint16_t port = 0;  // 1 … 65535
  bool tls = true;         // with the car's certificate and the pinned CA
  // Silence after which the modem probes the connection by itself, also while the processor sleeps: keeps the mapping
  // of the carrier's NAT alive. Seconds, at most 86400; below 30, the modem's least, it is 30 (§12.2.10).
  std::uint32_t keep_idle_s = 300;
};

// One TCP or TLS connection through the modem (AT+CA…). What comes in stays in the modem until it is read, so nothing
// is lost while the processor sleeps. After anything that leaves in doubt which bytes went through, cancelling
// included, the connection is not up() any more and must be opened anew.
class ModemSocket : private UrcHandler {
 public:
  // All must outlive the object. id: the modem's number of the connection, 0 or 1; each has one object.
  ModemSocket(CommandSender& sender, ModemManager& modem, TlsFiles& files, Scheduler& scheduler, LogSink& log, int id);

  // Closes what is open under this number and connects; the modem must have IP connectivity. host must stay valid until
  // the task ends. Refused: the modem, the network or the handshake said no. NoBearer: the modem says there is none.
  // Down: closed again at once. Timeout: no answer. NoModem.
  Task<Result<void, LinkError>> open(SocketEndpoint endpoint);
  // After a sleep of the processor: goes on with the connection if the modem says it stands; what came meanwhile counts
  // as waiting. Down: it does not stand. Timeout, NoModem: unknown.
  Task<Result<void, LinkError>> adopt();
  // Ok: the modem's stack took all bytes, not that they arrived. Any other end leaves the connection broken. bytes must
  // stay valid until the task ends.
  Task<Result<void, LinkError>> send(std::span<const std::uint8_t> bytes);
  // Reads what the modem holds, at most into.size() bytes (of which 1460 are used), and says how many; 0: it holds
  // nothing. Any other end leaves the connection broken. into must stay valid until the task ends.
  Task<Result<std::size_t, LinkError>> receive(std::span<std::uint8_t> into);
  // Ok: there is no connection. Refused: the modem will not close it. Timeout, NoModem: unknown.
  Task<Result<void, LinkError>> close();
  // Until data wait (true), the connection is lost or the deadline has come (false).
  Task<bool> waitForData(Instant deadline);

  bool up() const { return state_ == State::Open && !in_doubt_ && modem_.connected(); }
  // True from when the modem said that something came until a receive() found nothing more.
  bool dataWaiting() const { return data_waiting_; }

  Arena& arena() { return sender_.arena(); }

 private:
  using Done = Result<void, LinkError>;
  enum class State : std::uint8_t {
    Unknown,  // the modem was not asked since this run began, or gave no answer
    Free,     // no connection has this number
    Closed,   // by the other end; the number is still taken
    Open,
  };

  void onUrc(std::string_view line) override;
  void onState(bool connected);
  Task<Done> ask();
  Task<Done> configure(SocketEndpoint endpoint);
  Task<Done> connect(SocketEndpoint endpoint);
  Task<Done> sendPiece(std::string_view piece);

  CommandSender& sender_;
  ModemManager& modem_;
  TlsFiles& files_;
  Log log_;
  const int id_;
  State state_ = State::Unknown;
  bool in_doubt_ = false;  // bytes are on their way between here and the modem, or were lost there
  bool data_waiting_ = false;
  Signal changed_;
};

}  // namespace smartkar::device
