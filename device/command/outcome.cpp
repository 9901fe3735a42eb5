#include "device/command/outcome.hpp"

#include <array>

#include "protocol/actions.hpp"
#include "protocol/configuration.hpp"
#include "protocol/json_writer.hpp"

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
    case Fault::NotTold:
      return "vehicle did not answer what must be known before acting";
    case Fault::ConditionUnmet:
      return "a condition of onlyIf does not hold";
    case Fault::NotStored:
      return "configuration could not be stored";
    case Fault::NotAscending:
      return protocol::kAscendingText;
  }
  return "unknown fault";
}

FixedString<protocol::kErrorTextBytesMax> errorText(const Outcome& outcome) {
  if (!outcome.unmet) return faultText(outcome.fault);
  const protocol::ParameterSpec& condition = protocol::conditions()[outcome.unmet->condition];
  const auto& tenths = outcome.unmet->tenths;
  std::array<char, 16> memory;
  protocol::JsonWriter seen(memory);
  if (tenths && condition.type == protocol::FieldType::Boolean) seen.boolean(*tenths != 0);
  if (tenths && condition.type != protocol::FieldType::Boolean) seen.number(*tenths / 10.0, 1);
  FixedString<protocol::kErrorTextBytesMax> text("onlyIf ");
  SK_ASSERT(text.append(condition.name) && text.append(": it is ") &&
            text.append(tenths ? seen.text() : std::string_view("unknown")));
  return text;
}

}  // namespace smartkar::device
