#include "sim/virtual_network.hpp"

#include <algorithm>

namespace smartkar::sim {

using modem_sim::OpenError;

void VirtualNetwork::send(ConnectionId id, std::string_view bytes) {
  toClient(id, [id, text = std::string(bytes)](Connection& connection) {
    if (connection.client == nullptr) return;
    connection.to_client.put(text, connection.datagrams);
    connection.client->listener_->onReadable(id);
  });
}

void VirtualNetwork::close(ConnectionId id) {
  Connection* const connection = find(id);
  if (connection == nullptr || connection->service == nullptr) return;
  connection->service = nullptr;
  toClient(id, [id](Connection& closing) {
    if (closing.client != nullptr) closing.client->listener_->onClosed(id);
  });
  eraseIfOver(id);
}

void VirtualNetwork::resetAll() {
  for (auto& [id, connection] : connections_) {
    if (Service* const service = std::exchange(connection.service, nullptr)) {
      time_.after(Duration(0), [service, gone = id] { service->closed(gone); });
    }
    toClient(id, [gone = id](Connection& closing) {
      if (closing.client != nullptr) closing.client->listener_->onClosed(gone);
    });
  }
  std::erase_if(connections_, [](const auto& entry) { return entry.second.client == nullptr; });
}

ConnectionId VirtualNetwork::open(ModemNetwork& client, const modem_sim::Endpoint& endpoint) {
  const ConnectionId id = ++last_id_;
  const auto found = services_.find({endpoint.host, endpoint.port, endpoint.transport});
  Service* const service = found != services_.end() ? found->second : nullptr;
  const bool datagrams = endpoint.transport == modem_sim::Transport::Udp;
  connections_.emplace(id, Connection{&client, service, datagrams, client.way_.value_or(settings_), {}, {}, {}});
  const auto refusal = service == nullptr ? std::optional(OpenError::Dns) : client.refusal_;
  if (refusal) {
    toClient(id, [this, id, why = *refusal](Connection& connection) {
      if (ModemNetwork* const caller = connection.client) {
        connections_.erase(id);
        caller->listener_->onOpenFailed(id, why);
      }
    });
    return id;
  }
  toService(id, [this, id](Connection& connection) {
    if (connection.service == nullptr) return;
    connection.service->opened(id);
    toClient(id, [id](Connection& opening) {
      if (opening.client != nullptr) opening.client->listener_->onOpened(id);
    });
  });
  return id;
}

void VirtualNetwork::sendToService(ConnectionId id, std::string_view bytes) {
  toService(id, [id, text = std::string(bytes)](Connection& connection) {
    if (connection.service != nullptr) connection.service->received(id, text);
  });
}

std::string VirtualNetwork::takeForClient(ConnectionId id, std::size_t max) {
  Connection* const connection = find(id);
  if (connection == nullptr) return {};
  return connection->to_client.take(connection->datagrams ? connection->to_client.size() : max);
}

void VirtualNetwork::closeByClient(ConnectionId id) {
  Connection* const connection = find(id);
  if (connection == nullptr) return;
  connection->client = nullptr;
  toService(id, [this, id](Connection& closing) {
    Service* const service = std::exchange(closing.service, nullptr);
    eraseIfOver(id);
    if (service != nullptr) service->closed(id);
  });
  eraseIfOver(id);
}

void VirtualNetwork::abandonByClient(ConnectionId id) {
  Connection* const connection = find(id);
  if (connection == nullptr) return;
  connection->client = nullptr;
  eraseIfOver(id);
}

VirtualNetwork::Connection* VirtualNetwork::find(ConnectionId id) {
  const auto found = connections_.find(id);
  return found != connections_.end() ? &found->second : nullptr;
}

void VirtualNetwork::toService(ConnectionId id, Arrival arrival) {
  if (Connection* const connection = find(id)) travel(id, *connection, connection->service_free, std::move(arrival));
}

void VirtualNetwork::toClient(ConnectionId id, Arrival arrival) {
  if (Connection* const connection = find(id)) travel(id, *connection, connection->client_free, std::move(arrival));
}

// free: of this direction; nothing overtakes what left before.
void VirtualNetwork::travel(ConnectionId id, const Connection& on, Instant& free, Arrival arrival) {
  const Duration latency{random_.between(on.way.latency_min.count(), on.way.latency_max.count())};
  free = std::max(free, time_.now() + latency + delay_);
  time_.after(free - time_.now(), [this, id, arrival = std::move(arrival)] {
    if (Connection* const connection = find(id)) arrival(*connection);
  });
}

void VirtualNetwork::eraseIfOver(ConnectionId id) {
  Connection* const connection = find(id);
  if (connection != nullptr && connection->client == nullptr && connection->service == nullptr) connections_.erase(id);
}

}  // namespace smartkar::sim
