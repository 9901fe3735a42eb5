#include "device/command/system_handler.hpp"

namespace smartkar::device {

using protocol::Action;

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
    default:
      return reply.fail(protocol::ResponseStatus::NotSupported, "no such system command");
  }
}

void SystemHandler::sleep(const protocol::Parameters& parameters, Reply& reply) {
  const std::int64_t seconds = parameters.integer(protocol::Parameter::SleepDuration);
  reply.result().key("duration").integer(seconds);
  reply.result().key("wakeMode").string(seconds > 0 ? "timer_or_interrupt" : "interrupt_only");
  control_.requestSleep(seconds > 0 ? std::optional<Duration>(std::chrono::seconds(seconds)) : std::nullopt);
}

void SystemHandler::writeCapabilities(Reply& reply) const {
  protocol::JsonWriter& result = reply.result();
  result.key("actions").beginArray();
  for (const auto& spec : protocol::allActions()) {
    if (spec.kind != protocol::ActionKind::Link) result.string(spec.name);
  }
  result.endArray();
}

}  // namespace smartkar::device
