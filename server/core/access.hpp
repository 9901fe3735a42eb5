#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace smartkar::server {

// What a token lets its holder do; each role may do what those before it may.
enum class Role : std::uint8_t {
  Viewer,    // read
  Operator,  // also send and cancel commands
  Admin,     // also make and revoke tokens and read the audit log
};

inline constexpr std::array<std::string_view, 3> kRoleNames{"viewer", "operator", "admin"};

// "viewer", "operator" or "admin": as in the HTTP API and the store.
constexpr std::string_view roleName(Role role) { return kRoleNames[static_cast<std::size_t>(role)]; }
constexpr std::optional<Role> roleFromName(std::string_view name) {
  for (std::size_t i = 0; i < kRoleNames.size(); ++i) {
    if (kRoleNames[i] == name) return static_cast<Role>(i);
  }
  return std::nullopt;
}

// Who may use the API. The secret itself is not kept.
struct TokenRecord {
  std::string hash;  // of the secret; unique
  std::string name;  // for people, and the principal of what its holder does
  Role role = Role::Viewer;
  UnixTime created_at{};
  std::optional<UnixTime> revoked_at;  // set: it opens nothing any more

  friend bool operator==(const TokenRecord&, const TokenRecord&) = default;
};

// Somebody changed something through the API.
struct AuditRecord {
  UnixTime at{};
  std::string principal;
  std::string action;  // "command", "cancel", "token.create", …
  std::string ccid;    // empty: concerns no car
  std::string detail;  // for people; empty: none

  friend bool operator==(const AuditRecord&, const AuditRecord&) = default;
};

}  // namespace smartkar::server
