#include "device/command/system_handler.hpp"

namespace smartkar::device {

using protocol::Action;
using protocol::Parameter;

void SystemHandler::handle(const protocol::Parameters& parameters, Instant now, Reply& reply) {
  const std::int64_t uptime_ms = wholeMilliseconds(control_.uptime(now));
  protocol::JsonWriter& result = reply.result();
  switch (parameters.spec().action) {
    case Action::Ping:
      result.key("pong").boolean(true).key("time").integer(uptime_ms);
      return;
    case Action::Status:
      result.key("uptime").integer(uptime_ms);
      return;
    case Action::Wakeup:
      result.key("message").string("awake").key("awake").boolean(true).key("uptime").integer(uptime_ms);
      return;
    case Action::Capabilities:
      return writeCapabilities(reply);
    case Action::Telemetry:
    case Action::SystemTelemetry:
      return control_.requestTelemetry();
    case Action::Info:
      result.key("firmware").string(control_.firmware()).key("uptime").integer(uptime_ms);
      return;
    case Action::Reboot:
      result.key("message").string("Rebooting");
      return control_.requestReboot();
    case Action::Sleep:
      return sleep(parameters, reply);
    case Action::Configure:
      return configure(parameters, reply);
    case Action::SetLink:
      return setLink(parameters, reply);
    default:
      return reply.fail(protocol::ResponseStatus::NotSupported, "no such system command");
  }
}

void SystemHandler::sleep(const protocol::Parameters& parameters, Reply& reply) {
  const std::int64_t seconds = parameters.integer(Parameter::SleepDuration);
  reply.result().key("duration").integer(seconds);
  reply.result().key("wakeMode").string(seconds > 0 ? "timer_or_interrupt" : "interrupt_only");
  control_.requestSleep(seconds > 0 ? std::optional<Duration>(std::chrono::seconds(seconds)) : std::nullopt);
}

// What is not given stays; the answer tells what is in force now.
void SystemHandler::configure(const protocol::Parameters& parameters, Reply& reply) {
  const Fault fault = control_.configure(parameters);
  if (fault != Fault::None) return reply.fail(fault);
  control_.writeConfiguration(reply.result());
}

void SystemHandler::setLink(const protocol::Parameters& parameters, Reply& reply) {
  if (!control_.chooseLink(parameters.text(Parameter::Link))) {
    return reply.fail(protocol::ResponseStatus::Failed, "no such link is configured");
  }
  reply.result().key("link").string(control_.wishedLink()).key("via").string(control_.chosenLink());
}

// As in v2.2: the actions that have no domain are always there.
void SystemHandler::writeCapabilities(Reply& reply) const {
  protocol::JsonWriter& result = reply.result();
  result.key("domains").beginObject();
  for (const std::string_view domain : {"system", "vehicle", "profiles"}) {
    result.key(domain).beginArray();
    for (const auto& spec : protocol::allActions()) {
      const std::size_t dot = spec.name.find('.');
      if (spec.kind == protocol::ActionKind::Link || spec.name.substr(0, dot) != domain) continue;
      result.string(spec.name.substr(dot + 1));
    }
    result.endArray();
  }
  result.endObject().key("telemetry").beginArray();
  for (const std::string_view part : {"device", "network", "vehicle"}) result.string(part);
  result.endArray();
}

}  // namespace smartkar::device
