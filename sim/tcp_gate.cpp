#include "sim/tcp_gate.hpp"

#include <array>

#include "base/assert.hpp"
#include "protocol/topics.hpp"

namespace smartkar::sim {
namespace {

std::string topicOf(std::string_view ccid, protocol::Channel channel) {
  return std::string(protocol::makeTopic(protocol::kDefaultTopicPrefix, ccid, channel)->view());
}

}  // namespace

TcpGate::TcpGate(VirtualNetwork& network, Broker& broker, std::string_view ccid)
    : network_(network), broker_(broker), ccid_(ccid) {
  broker.attach(*this, {topicOf(ccid_, protocol::Channel::Command)});
}

void TcpGate::received(ConnectionId id, std::string_view bytes) {
  for (const char byte : bytes) {
    Line& line = cars_[id];
    if (line.push(byte) == Line::Token::Line) take(line.line());
  }
}

void TcpGate::take(std::string_view line) {
  const auto envelope = protocol::decodeEnvelope(line);
  SK_ASSERT(envelope.has_value());
  ++lines_;
  broker_.publish({topicOf(ccid_, envelope->channel), std::string(envelope->body)});
}

void TcpGate::onMessage(const BrokerMessage& message) {
  std::array<char, protocol::kCommandLineBytesMax + 1> out;
  const auto line = protocol::encodeEnvelope({protocol::Channel::Command, message.payload}, out);
  for (const auto& [id, unused] : cars_) network_.send(id, *line);
}

}  // namespace smartkar::sim
