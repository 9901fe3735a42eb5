#include "conformance/scene.hpp"

#include <algorithm>

#include "protocol/json_document.hpp"
#include "protocol/status_message.hpp"

namespace smartkar::conformance {
namespace {

// Turns in which no time passes; more of them is a deadline that does not move.
constexpr int kIdleTurnsMax = 2000;

}  // namespace

void Scene::pass(Duration time) {
  passUntil([] { return false; }, time);
}

bool Scene::passUntil(const std::function<bool()>& condition, Duration at_most) {
  const Instant end = rig.now() + at_most;
  Instant before = rig.now();
  int idle_turns = 0;
  while (!condition()) {
    if (!turn(end)) return condition();
    idle_turns = rig.now() == before ? idle_turns + 1 : 0;
    before = rig.now();
    if (idle_turns > kIdleTurnsMax) throw Unexpected("server and car never stop talking, or a deadline does not move");
  }
  return true;
}

void Scene::heal() {
  network.restore();
  network.letGo(rig.now());
  rig.heal();
  server.heal();
}

server::CommandId Scene::id(const std::string& name) const {
  const auto found = ids_.find(name);
  if (found == ids_.end()) throw Unexpected("there is no command called \"" + name + "\"");
  return found->second;
}

const server::CommandRecord& Scene::command(const std::string& name) const {
  const auto* const found = server.command(id(name));
  if (found == nullptr) throw Unexpected("the server does not know \"" + name + "\"");
  return *found;
}

// One thing that happens. False: nothing more happens before the end, which has come.
bool Scene::turn(Instant end) {
  for (; !server.published.empty(); server.published.pop_front()) network.submit(server.published.front(), rig.now());
  if (const auto parcel = network.take(rig.now())) {
    hand(*parcel);
    return true;
  }
  if (server.nextDeadline() <= rig.now()) {
    server.passTime();
    return true;
  }
  if (const auto arrival = rig.next(std::min({end, server.nextDeadline(), network.nextDeadline()}))) {
    arrive(*arrival);
    return true;
  }
  return rig.now() < end || !server.published.empty();
}

void Scene::arrive(const Arrival& arrival) {
  const auto* const message = std::get_if<FromCar>(&arrival);
  if (message == nullptr) return server.receive(arrival);
  if (message->channel == protocol::Channel::Status) {
    server.retain(*message);
    protocol::JsonDocument document;
    const auto status = protocol::decodeStatus(message->payload, document);
    if (status && status->contact) contact_ = *status->contact;
  }
  network.submit({message->channel, message->payload, {}, false}, rig.now());
}

void Scene::hand(const Parcel& parcel) {
  if (parcel.channel == protocol::Channel::Command) return rig.toCar(parcel.payload, parcel.expiry, parcel.legacy);
  server.receive(FromCar{parcel.channel, parcel.payload});
}

}  // namespace smartkar::conformance
