#include "mqtt/session_types.hpp"

namespace smartkar::mqtt {

std::string_view name(SessionError error) {
  switch (error) {
    case SessionError::NotConnected:
      return "NotConnected";
    case SessionError::AlreadyConnected:
      return "AlreadyConnected";
    case SessionError::NoRoom:
      return "NoRoom";
    case SessionError::PacketTooLarge:
      return "PacketTooLarge";
    case SessionError::InvalidTopic:
      return "InvalidTopic";
    case SessionError::InvalidArgument:
      return "InvalidArgument";
    case SessionError::NotSupported:
      return "NotSupported";
    case SessionError::NotAtBoundary:
      return "NotAtBoundary";
    case SessionError::Corrupt:
      return "Corrupt";
  }
  return "unknown";
}

std::string_view name(DisconnectCause cause) {
  switch (cause) {
    case DisconnectCause::Requested:
      return "Requested";
    case DisconnectCause::TransportClosed:
      return "TransportClosed";
    case DisconnectCause::Refused:
      return "Refused";
    case DisconnectCause::ServerDisconnect:
      return "ServerDisconnect";
    case DisconnectCause::ProtocolViolation:
      return "ProtocolViolation";
    case DisconnectCause::ConnectTimeout:
      return "ConnectTimeout";
    case DisconnectCause::PingTimeout:
      return "PingTimeout";
  }
  return "unknown";
}

}  // namespace smartkar::mqtt
