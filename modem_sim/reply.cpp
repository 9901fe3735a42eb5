#include "modem_sim/reply.hpp"

namespace smartkar::modem_sim {

std::string_view text(Cme error) {
  switch (error) {
    case Cme::OperationNotAllowed:
      return "operation not allowed";
    case Cme::OperationNotSupported:
      return "operation not supported";
    case Cme::SimNotInserted:
      return "SIM not inserted";
    case Cme::SimPinRequired:
      return "SIM PIN required";
    case Cme::SimPukRequired:
      return "SIM PUK required";
    case Cme::SimFailure:
      return "SIM failure";
    case Cme::IncorrectPassword:
      return "incorrect password";
    case Cme::SimBusy:
      return "SIM busy";
    case Cme::NotFound:
      return "not found";
    case Cme::TextStringTooLong:
      return "text string too long";
    case Cme::NoNetworkService:
      return "no network service";
    case Cme::Unknown:
      return "unknown";
    case Cme::NotAttached:
      return "gprs is not attached";
    case Cme::UnrecognizedCommand:
      return "Unrecognized Command";
    case Cme::SyntaxError:
      return "Syntax Error";
    case Cme::OperationFailed:
      return "Operation failed";
    case Cme::ParamCountNotEnough:
      return "Param count not enough";
    case Cme::ParamCountBeyond:
      return "Param count beyond";
    case Cme::ParamRange:
      return "Param range";
    case Cme::ParamFormat:
      return "Param format invalid";
  }
  return "unknown";
}

}  // namespace smartkar::modem_sim
