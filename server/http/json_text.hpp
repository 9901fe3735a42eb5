#pragma once

#include <string>
#include <string_view>

#include "server/core/actions.hpp"
#include "server/core/types.hpp"
#include "server/store/store.hpp"

// The objects of the API as JSON text. Times are Unix seconds; what is not known is absent.
namespace smartkar::server {

std::string commandJson(const CommandRecord& command);
std::string deviceJson(const DeviceRecord& device);
std::string presenceJson(const StoredPresence& presence);
std::string carStateJson(std::string_view ccid, const StateFields& fields);
std::string eventJson(const EventRecord& event);
std::string eventJson(const StoredEvent& event);  // with its number, for paging

// secret: only in the answer to who made the token; empty: left out.
std::string tokenJson(const TokenRecord& token, std::string_view secret = {});
std::string principalJson(std::string_view name, Role role);
std::string auditJson(const StoredAudit& audit);

}  // namespace smartkar::server
