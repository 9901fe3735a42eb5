#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/fixed_string.hpp"
#include "base/log.hpp"
#include "base/scheduler.hpp"
#include "device/link/keep_alive.hpp"
#include "device/link/modem_socket.hpp"
#include "device/link/server_link.hpp"
#include "protocol/envelope.hpp"
#include "protocol/line_buffer.hpp"

namespace smartkar::device {

struct TcpSettings {
  FixedString<64> host;       // the limit of CAOPEN (§12.2.3); empty: there is no such link
  std::uint16_t port = 4590;  // beside 4589, where old firmware speaks without TLS
  bool tls = true;            // with the identity of MQTT
};

struct TcpCounters {
  std::uint32_t received = 0;
  std::uint32_t refused = 0;   // lines that hold no command for the car
  std::uint32_t too_long = 0;  // beyond kCommandLineBytesMax
};

// The server behind a plain or TLS connection: the messages of MQTT, each in a line with the v2.2 envelope. The car is
// known by its certificate; nothing is said before the first status.
class LinkManager : public ServerLink {
 public:
  // All parameters must outlive the object.
  LinkManager(CommandSender& sender, ModemManager& modem, TlsFiles& files, Scheduler& scheduler, InboundSink& sink,
              LogSink& log, const TcpSettings& settings);

  // The server sees the connection end by itself.
  void setWill(std::string_view) override {}
  void setKeepAlive(std::chrono::seconds interval) override { keep_alive_ = interval; }
  // Success does not reset the recovery ladder: ModemManager::onLinkSuccess does, once the server has answered.
  // NoModem … NoBearer: as the modem manager found. Refused: nobody there, or the handshake failed. Timeout: no answer.
  // Down: closed again at once.
  Task<Result<void, LinkError>> open() override;
  // Ok: the modem's stack took it, not that it arrived. TooLong. Any other end: the link is not up any more.
  Task<Result<void, LinkError>> publish(protocol::Channel channel, std::string_view payload, bool retain) override;
  Task<Result<void, LinkError>> receive() override;
  // A line of which only a part came is lost with the sleep: the server sends what is not answered again.
  bool suspend() override { return !socket_.dataWaiting(); }
  Task<Result<void, LinkError>> close() override;
  bool up() const override { return socket_.up(); }
  bool adopted() const override { return adopted_; }
  bool secured() const override { return settings_.tls; }
  std::string_view name() const override { return "tcp"; }

  const TcpCounters& counters() const { return counters_; }
  Arena& arena() { return socket_.arena(); }

 private:
  using Done = Result<void, LinkError>;

  void noteTrouble(LinkError error);
  void take(char byte);
  void takeLine(std::string_view line);

  AtEngine& at_;
  ModemManager& modem_;
  InboundSink& sink_;
  Log log_;
  const TcpSettings settings_;
  ModemSocket socket_;
  TcpCounters counters_;
  std::chrono::seconds keep_alive_ = kKeepAliveStart;
  bool adopted_ = false;
  protocol::LineBuffer<protocol::kCommandLineBytesMax> line_;
  std::array<std::uint8_t, 512> received_;
  std::array<char, protocol::kDeviceLineBytesMax> out_;
};

}  // namespace smartkar::device
