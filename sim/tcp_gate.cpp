#include "sim/tcp_gate.hpp"

#include <array>

#include "base/assert.hpp"

namespace smartkar::sim {

TcpGate::TcpGate(VirtualNetwork& network, SimServer& server, std::string_view ccid)
    : network_(network), server_(server), ccid_(ccid) {
  server.attach(ccid, *this);
}

void TcpGate::opened(ConnectionId id) {
  if (!server_.running()) return network_.close(id);
  closeAll();
  cars_[id];
}

void TcpGate::received(ConnectionId id, std::string_view bytes) {
  const auto car = cars_.find(id);
  if (car == cars_.end()) return;
  for (const char byte : bytes) {
    if (car->second.push(byte) == Line::Token::Line) take(id, car->second.line());
  }
}

void TcpGate::take(ConnectionId id, std::string_view line) {
  const auto envelope = protocol::decodeEnvelope(line);
  if (!envelope) return;
  ++lines_;
  tell(envelope->channel, envelope->body);
  server_.tell(server::MessageReceived{ccid_, envelope->channel, std::string(envelope->body), false, 0, id});
}

void TcpGate::write(std::uint64_t connection, std::string_view payload) {
  if (!cars_.contains(connection)) return;
  std::array<char, protocol::kCommandLineBytesMax + 1> out;
  const auto line = protocol::encodeEnvelope({protocol::Channel::Command, payload}, out);
  tell(protocol::Channel::Command, payload);
  network_.send(connection, *line);
}

void TcpGate::tell(protocol::Channel channel, std::string_view payload) const {
  const auto topic = protocol::makeTopic(protocol::kDefaultTopicPrefix, ccid_, channel);
  SK_ASSERT(topic.has_value());
  on_message({.topic = std::string(topic->view()), .payload = std::string(payload)});
}

void TcpGate::writeToAll(std::string_view payload) {
  for (const auto& [id, unused] : cars_) write(id, payload);
}

void TcpGate::closeAll() {
  while (!cars_.empty()) {
    const ConnectionId id = cars_.begin()->first;
    end(id);
    network_.close(id);
  }
}

void TcpGate::end(ConnectionId id) {
  if (cars_.erase(id) > 0) server_.tell(server::TcpDown{ccid_, id, true});
}

}  // namespace smartkar::sim
