#include "server/tcp/new_car_session.hpp"

#include "protocol/envelope.hpp"

namespace smartkar::server {

boost::asio::awaitable<bool> NewCarSession::begin() {
  const auto name = co_await connection().handshake();
  if (!name) {
    log().warning("%s: %s", peer().c_str(), name.error().c_str());
    co_return false;
  }
  if (const auto why = listener().refusal(*name)) {
    log().warning("%s: %s: %s", peer().c_str(), name->c_str(), why->c_str());
    co_return false;
  }
  // A car that sleeps is silent for hours.
  connection().neverClose();
  letIn(*name);
  co_return true;
}

void NewCarSession::takeLine(std::string_view line) {
  if (const auto why = listener().refusal(ccid())) return end(true);
  const auto envelope = protocol::decodeEnvelope(line);
  const bool good = envelope && envelope->channel != protocol::Channel::Command &&
                    envelope->body.size() <= protocol::kDevicePayloadBytesMax;
  if (!good) return ignore("a line is no message of a car");
  handOver(envelope->channel, std::string(envelope->body));
}

void NewCarSession::tellEnd(bool broken) { listener().onGateway(TcpDown{ccid(), number(), broken}); }

}  // namespace smartkar::server
