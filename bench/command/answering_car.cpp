#include "bench/command/answering_car.hpp"

#include <stdexcept>
#include <utility>

#include "base/assert.hpp"
#include "protocol/command.hpp"
#include "protocol/json_document.hpp"
#include "protocol/response.hpp"
#include "protocol/status_message.hpp"

namespace smartkar::bench {
namespace {

constexpr std::uint32_t kBoot = 1;

}  // namespace

AnsweringCar::AnsweringCar(boost::asio::io_context& io, const server::BrokerAddress& broker, std::string ccid)
    : ccid_(std::move(ccid)),
      synced_(io),
      client_(io, {.broker = broker,
                   .client_id = ccid_,
                   .filter = "smartkar/" + ccid_ + "/command",
                   .on_up = [this] { announce(); },
                   .on_message = [this](std::string_view, std::string_view payload) { take(payload); }}) {}

void AnsweringCar::announce() {
  protocol::StatusMessage status;
  status.presence = protocol::Presence::Awake;
  status.boot = kBoot;
  status.conn = 1;
  status.seq = 1;
  status.contact = 1;
  status.journal = 1;
  status.max_id = 0;
  SK_ASSERT(status.capabilities.push("sync"));
  status.link = "mqtt";
  char text[protocol::kDevicePayloadBytesMax];
  publish("status", protocol::encodeStatus(status, text).value());
}

void AnsweringCar::take(std::string_view payload) {
  protocol::JsonDocument document;
  const auto command = protocol::decodeCommand(payload, document);
  if (!command) throw std::runtime_error("the server sent what is no command: " + std::string(payload));
  if (command->spec->action == protocol::Action::Sync) return synced_.raise();
  if (command->spec->kind == protocol::ActionKind::Link) return;
  protocol::Response response;
  response.id = *command->id;
  response.status = protocol::ResponseStatus::Completed;
  response.attempt = command->attempt;
  response.boot = kBoot;
  response.seq = ++responses_;
  char text[protocol::kDevicePayloadBytesMax];
  publish("response", protocol::encodeResponse(response, text).value());
}

void AnsweringCar::publish(std::string_view channel, std::string_view payload) {
  const std::string topic = "smartkar/" + ccid_ + "/" + std::string(channel);
  if (!client_.publish(topic, payload)) throw std::runtime_error("the car could not publish on " + topic);
}

}  // namespace smartkar::bench
