#include "device/command/outcome.hpp"

namespace smartkar::device {

std::string_view faultText(Fault fault) {
  switch (fault) {
    case Fault::None:
      return "";
    case Fault::WakeFailed:
      return "wake request could not be sent";
    case Fault::WakeTimeout:
      return "Wake timeout after 15000ms";
    case Fault::ProfileFailed:
      return "profile could not be sent";
    case Fault::ProfileRejected:
      return "vehicle rejected the profile";
    case Fault::ProfileTimeout:
      return "no answer to the profile within 5 s";
    case Fault::SendFailed:
      return "operation could not be sent";
    case Fault::Rejected:
      return "vehicle rejected the operation";
    case Fault::Unconfirmed:
      return "sent, but not confirmed by the vehicle within 30 s";
    case Fault::Overdue:
      return "not done within 60 s";
    case Fault::NotActed:
      return "interrupted before acting";
    case Fault::Interrupted:
      return "interrupted while acting";
    case Fault::Expired:
      return "deadline passed";
    case Fault::JournalFailed:
      return "journal could not be written";
  }
  return "unknown fault";
}

}  // namespace smartkar::device
