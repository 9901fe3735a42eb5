#include "server/tcp/old_car_session.hpp"

#include <utility>

namespace smartkar::server {

using protocol::Channel;

void OldCarSession::takeLine(std::string_view text) {
  auto line = decodeLegacyLine(text);
  if (!line) return ignore("a line is no message of protocol v2.2");
  if (line->type == LegacyLine::Type::Auth) return takeAuth(line->text);
  if (ccid().empty()) return ignore("a message comes before auth");
  if (!stillAllowed()) return;
  if (line->type == LegacyLine::Type::Bye) return takeBye(line->text);
  stayUp();
  if (line->channel == Channel::Event) return takeEvent(std::move(line->text));
  if (line->channel == Channel::Response) queued_.answered(line->text);
  handOver(line->channel, std::move(line->text));
}

void OldCarSession::takeAuth(const std::string& ccid) {
  const bool other_car = !this->ccid().empty() && this->ccid() != ccid;
  const auto why =
      other_car ? std::optional<std::string>("another car is connected here") : listener().legacyRefusal(ccid);
  connection().write(legacyAuthAnswer(why.value_or("")));
  if (why) {
    log().warning("%s: old firmware refused: %s", peer().c_str(), why->c_str());
    return end(true);
  }
  if (this->ccid().empty()) letIn(ccid);
  asleep_ = true;
  stayUp();
}

void OldCarSession::stayUp() {
  connection().closeAfter(limits().legacy_silence);
  if (std::exchange(asleep_, false)) listener().onGateway(LegacyUp{ccid()});
}

void OldCarSession::takeBye(const std::string& reason) {
  // It keeps the connection and is silent for hours.
  connection().neverClose();
  asleep_ = true;
  listener().onGateway(LegacyAsleep{ccid(), reason});
}

void OldCarSession::takeEvent(std::string body) {
  auto outcome = queued_.outcome(body);
  handOver(Channel::Event, std::move(body));
  if (outcome) handOver(Channel::Response, *std::move(outcome));
}

bool OldCarSession::sendCommand(const SendLegacy& command) {
  if (!stillAllowed() || !send(command.payload)) return false;
  queued_.sent(command.id, command.action);
  return true;
}

bool OldCarSession::stillAllowed() {
  const auto why = listener().legacyRefusal(ccid());
  if (!why) return true;
  log().warning("%s: old firmware: %s", ccid().c_str(), why->c_str());
  end(true);
  return false;
}

void OldCarSession::tellEnd(bool) { listener().onGateway(LegacyDown{ccid()}); }

}  // namespace smartkar::server
