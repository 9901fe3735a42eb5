#include "conformance/server.hpp"

#include <algorithm>
#include <utility>

namespace smartkar::conformance {
namespace {

// Ids of a stranger, far from those the server gives out in a script.
constexpr server::CommandId kForeignGap = 10;

}  // namespace

Server::Server(const Rig& rig) : rig_(rig) { begin(); }

std::optional<server::CommandId> Server::order(const Order& order) {
  server::CommandRequested request;
  request.ccid = rig_.ccid();
  request.action = order.action;
  request.params_json = order.parameters;
  if (order.ttl) request.ttl_s = std::chrono::duration_cast<std::chrono::seconds>(*order.ttl).count();
  request.idempotency_key = "key " + std::to_string(++keys_);
  request.principal = "owner";
  request.supersede = order.instead;
  accepted_.reset();
  happen(request);
  return accepted_;
}

bool Server::cancel(server::CommandId id) {
  cancel_accepted_ = false;
  happen(server::CancelRequested{1, std::string(rig_.ccid()), id, "owner"});
  return cancel_accepted_;
}

server::CommandId Server::foreignId() const {
  const auto* const car = device();
  const server::CommandId known = car != nullptr ? std::max(car->last_id, car->max_id) : 0;
  return known + kForeignGap;
}

void Server::receive(const Arrival& arrival) {
  if (fleet_ == nullptr) return kept_by_broker_.push_back(arrival);
  deliver(arrival);
}

Instant Server::nextDeadline() const { return fleet_ != nullptr ? fleet_->nextDeadline() : kNever; }

void Server::goDown() {
  if (fleet_ != nullptr) end();
}

void Server::comeUp() {
  if (fleet_ == nullptr) begin();
}

void Server::restoreBackup() {
  goDown();
  store_ = backup_.value();
  comeUp();
}

void Server::loseBroker(bool sessions_survive) {
  happen(server::BrokerDown{});
  if (!sessions_survive) retained_status_.clear();
  connect(sessions_survive);
}

void Server::replayRetained() {
  if (retained_status_.empty()) return;
  happen(server::MessageReceived{std::string(rig_.ccid()), protocol::Channel::Status, retained_status_, true,
                                 generation_});
}

void Server::heal() {
  crash_.reset();
  comeUp();
}

UnixTime Server::wall() const { return rig_.wall() + std::chrono::duration_cast<std::chrono::seconds>(clock_error_); }

const server::CommandRecord* Server::command(server::CommandId id) const {
  const auto found = store_.commands().find({std::string(rig_.ccid()), id});
  return found != store_.commands().end() ? &found->second : nullptr;
}

const server::DeviceRecord* Server::device() const { return fleet_ != nullptr ? fleet_->device(rig_.ccid()) : nullptr; }

void Server::happen(const server::Event& event) {
  if (fleet_ == nullptr) return;
  server::Actions actions = fleet_->on(event, rig_.now(), wall());
  if (!actions.mutations.empty()) {
    const auto crash = std::exchange(crash_, std::nullopt);
    if (crash != Crash::BeforeStoring) store_.apply(actions.mutations);
    if (crash) {
      end();
      begin();
      return happenAgain(event);
    }
  }
  for (server::Effect& effect : actions.effects) carryOut(effect);
}

// Nobody got an answer: the broker delivers again, by the new connection, and the client asks again.
void Server::happenAgain(const server::Event& event) {
  const bool asked =
      std::holds_alternative<server::CommandRequested>(event) || std::holds_alternative<server::CancelRequested>(event);
  if (asked) happen(event);
  if (const auto* message = std::get_if<server::MessageReceived>(&event)) {
    server::MessageReceived again = *message;
    again.generation = generation_;
    happen(again);
  }
}

void Server::deliver(const Arrival& arrival) {
  const std::string ccid(rig_.ccid());
  if (const auto* message = std::get_if<FromCar>(&arrival)) {
    return happen(server::MessageReceived{ccid, message->channel, message->payload, false, generation_});
  }
  old_car_ = std::holds_alternative<OldCarCame>(arrival);
  if (old_car_) return happen(server::LegacyUp{ccid});
  happen(server::LegacyDown{ccid});
}

void Server::carryOut(server::Effect& effect) {
  if (auto* message = std::get_if<server::PublishCommand>(&effect)) {
    if (message->generation != generation_) return;
    published.push_back(
        {protocol::Channel::Command, std::move(message->payload), std::chrono::seconds(message->expiry_s), false});
  } else if (auto* legacy = std::get_if<server::SendLegacy>(&effect)) {
    published.push_back({protocol::Channel::Command, std::move(legacy->payload), Duration(0), true});
  } else if (const auto* accepted = std::get_if<server::CommandAccepted>(&effect)) {
    accepted_ = accepted->id;
  } else if (std::holds_alternative<server::CancelAccepted>(effect)) {
    cancel_accepted_ = true;
  }
}

void Server::end() {
  cells_.push_back(fleet_->cells());
  fleet_.reset();
}

void Server::begin() {
  fleet_ = std::make_unique<server::Fleet>();
  fleet_->load(store_.snapshot());
  connect(true);
  // Sessions of old cars end with the server; they connect again.
  if (old_car_) happen(server::LegacyUp{std::string(rig_.ccid())});
  for (const Arrival& arrival : std::exchange(kept_by_broker_, {})) deliver(arrival);
}

void Server::connect(bool session_present) {
  happen(server::BrokerUp{++generation_, session_present});
  replayRetained();
}

}  // namespace smartkar::conformance
