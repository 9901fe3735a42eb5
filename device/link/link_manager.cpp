#include "device/link/link_manager.hpp"

#include <span>

namespace smartkar::device {
namespace {

// The modem's number of the connection; MQTT has 0.
constexpr int kSocket = 1;

std::span<const std::uint8_t> bytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

LinkManager::LinkManager(CommandSender& sender, ModemManager& modem, TlsFiles& files, Scheduler& scheduler,
                         InboundSink& sink, LogSink& log, const TcpSettings& settings)
    : at_(sender.at()),
      modem_(modem),
      sink_(sink),
      log_(log, "tcp"),
      settings_(settings),
      socket_(sender, modem, files, scheduler, log, kSocket) {}

Task<LinkManager::Done> LinkManager::open() {
  adopted_ = false;
  const auto connected = co_await modem_.connect();
  if (!connected.ok()) co_return Failure{linkError(connected.error())};
  Done done = co_await socket_.adopt();
  adopted_ = done.ok();
  if (!adopted_ && done.error() == LinkError::Down) {
    line_.reset();
    done = co_await socket_.open({.host = settings_.host.view(),
                                  .port = settings_.port,
                                  .tls = settings_.tls,
                                  .keep_idle_s = static_cast<std::uint32_t>(keep_alive_.count())});
  }
  if (!done.ok()) noteTrouble(done.error());
  co_return done;
}

void LinkManager::noteTrouble(LinkError error) {
  if (!at_.inStep()) return modem_.onNoAnswer();
  modem_.onLinkFailure(error == LinkError::Timeout ? LinkTrouble::Silent : LinkTrouble::Refused);
}

Task<LinkManager::Done> LinkManager::publish(protocol::Channel channel, std::string_view payload, bool) {
  if (payload.size() > protocol::kDevicePayloadBytesMax) co_return Failure{LinkError::TooLong};
  const auto line = protocol::encodeEnvelope({channel, payload}, out_);
  if (!line.ok()) co_return Failure{LinkError::TooLong};
  const Done done = co_await socket_.send(bytesOf(*line));
  if (!done.ok() && done.error() != LinkError::Down) noteTrouble(done.error());
  co_return done;
}

Task<LinkManager::Done> LinkManager::receive() {
  while (socket_.dataWaiting()) {
    const auto count = co_await socket_.receive(received_);
    if (!count.ok()) {
      if (count.error() != LinkError::Down) noteTrouble(count.error());
      co_return Failure{count.error()};
    }
    for (std::size_t i = 0; i < *count; ++i) take(static_cast<char>(received_[i]));
  }
  if (!socket_.up()) co_return Failure{LinkError::Down};
  co_return Done{};
}

void LinkManager::take(char byte) {
  using Token = decltype(line_)::Token;
  const Token token = line_.push(byte);
  if (token == Token::Line) takeLine(line_.line());
  if (token != Token::Overlong) return;
  ++counters_.too_long;
  log_.warning("a line that is too long was dropped");
}

void LinkManager::takeLine(std::string_view line) {
  const auto envelope = protocol::decodeEnvelope(line);
  if (!envelope || envelope->channel != protocol::Channel::Command) {
    ++counters_.refused;
    return log_.warning("a line that holds no command was dropped");
  }
  ++counters_.received;
  sink_.onCommand(envelope->body);
}

Task<LinkManager::Done> LinkManager::close() {
  const Done done = co_await socket_.close();
  if (!done.ok()) noteTrouble(done.error());
  co_return done;
}

}  // namespace smartkar::device
