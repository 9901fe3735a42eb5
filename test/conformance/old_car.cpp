#include "test/conformance/old_car.hpp"

#include <utility>

#include "protocol/parameters.hpp"

namespace smartkar::conformance {

using protocol::Parameter;
using protocol::ResponseStatus;

void OldCar::setConnected(bool connected) {
  if (connected == std::exchange(connected_, connected)) return;
  if (connected) {
    arrivals.emplace_back(OldCarCame{});
  } else {
    arrivals.emplace_back(OldCarWent{});
  }
}

void OldCar::receive(std::string_view payload, Instant now) {
  protocol::JsonDocument document;
  const auto command = protocol::decodeCommand(payload, document);
  if (!connected_ || !command || !command->id || command->spec == nullptr) return;
  if (command->spec->kind != protocol::ActionKind::Actuating) return answer(*command->id, ResponseStatus::Completed);
  if (work_ || mood == OldCarMood::Busy) return answer(*command->id, ResponseStatus::Busy);
  work_ = Work{*command->id, std::string(payload), now + 3s};
  answer(*command->id, ResponseStatus::InProgress);
}

void OldCar::turn(Instant now, UnixTime wall) {
  if (!work_ || work_->until > now) return;
  act(wall);
  answer(work_->id, ResponseStatus::Completed);
  work_.reset();
}

void OldCar::answer(protocol::CommandId id, ResponseStatus status) {
  if (mood == OldCarMood::Silent || !connected_) return;
  protocol::Response response;
  response.id = id;
  response.status = status;
  if (status == ResponseStatus::InProgress) response.stage = protocol::Stage::Accepted;
  char text[protocol::kDevicePayloadBytesMax];
  const std::string body(*protocol::encodeResponse(response, text));
  arrivals.emplace_back(FromCar{protocol::Channel::Response, R"({"type":"response","data":)" + body + "}"});
}

void OldCar::act(UnixTime wall) {
  protocol::JsonDocument document;
  const auto command = protocol::decodeCommand(work_->message, document);
  const auto parameters = protocol::parseCommandParameters(*command->spec, command->message);
  Act act;
  act.id = work_->id;
  act.at = wall;
  act.start = parameters->spec().action == protocol::Action::StartCharging ||
              parameters->spec().action == protocol::Action::StartClimate;
  act.charge = parameters->spec().action == protocol::Action::StartCharging;
  if (act.start && act.charge) {
    act.target_soc = parameters->integer(Parameter::TargetSoc);
    act.max_current = parameters->integer(Parameter::MaxCurrent);
  } else if (act.start) {
    act.temperature = parameters->number(Parameter::Temperature);
    act.allow_battery = parameters->boolean(Parameter::AllowBattery);
  }
  acts.push_back(act);
}

}  // namespace smartkar::conformance
