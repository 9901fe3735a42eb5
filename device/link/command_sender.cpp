#include "device/link/command_sender.hpp"

namespace smartkar::device {

LinkError linkError(ModemError error) {
  switch (error) {
    case ModemError::NoSim:
    case ModemError::SimLocked:
    case ModemError::SimFailed:
      return LinkError::NoSim;
    case ModemError::Denied:
    case ModemError::NotRegistered:
      return LinkError::NotRegistered;
    case ModemError::NoBearer:
      return LinkError::NoBearer;
    case ModemError::NoAnswer:
    case ModemError::Restarted:
    case ModemError::Failed:
      break;
  }
  return LinkError::NoModem;
}

LinkError linkError(const AtError& error) {
  switch (error.kind) {
    case AtError::Kind::Error:
    case AtError::Kind::Invalid:
      return LinkError::Refused;
    case AtError::Kind::Timeout:
      return LinkError::Timeout;
    case AtError::Kind::Busy:
    case AtError::Kind::ModemRestarted:
      break;
  }
  return LinkError::NoModem;
}

Task<Result<void, LinkError>> CommandSender::send(AtCommand command) {
  const auto answer = co_await at_.run(command);
  if (!answer.ok()) co_return Failure{linkError(answer.error())};
  co_return Result<void, LinkError>{};
}

Task<void> CommandSender::trySend(AtCommand command) {
  const auto answer = co_await at_.run(command);
  static_cast<void>(answer.ok());
}

}  // namespace smartkar::device
