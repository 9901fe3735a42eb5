#include <boost/json/serialize.hpp>
#include <ostream>

#include "cli/text.hpp"
#include "cli/verbs.hpp"

namespace smartkar::cli {

int createToken(const TokenCreateVerb& verb, bool json_output, const Api& api, Streams streams) {
  const auto made = api.call({.method = "POST",
                              .path = "/api/v1/tokens",
                              .body = json::serialize(json::object{{"name", verb.name}, {"role", verb.role}})});
  if (!made) return reportError(made.error(), streams);
  if (json_output) {
    streams.out << json::serialize(*made) << '\n';
  } else {
    streams.out << textAt(*made, "token") << '\n';
    streams.err << "This is the token of " << verb.name << " (" << verb.role << "). It is not shown again.\n";
  }
  return exit_code::kOk;
}

int listTokens(bool json_output, const Api& api, Streams streams) {
  const auto answer = api.get("/api/v1/tokens");
  if (!answer) return reportError(answer.error(), streams);
  for (const json::value& token : arrayAt(*answer, "tokens")) {
    if (json_output) {
      streams.out << json::serialize(token) << '\n';
      continue;
    }
    streams.out << column(textAt(token, "name"), 24) << column(textAt(token, "role"), 10) << "since "
                << dateText(integerAt(token, "createdAt").value_or(0));
    if (const auto revoked = integerAt(token, "revokedAt")) streams.out << ", revoked " << dateText(*revoked);
    streams.out << '\n';
  }
  return exit_code::kOk;
}

int revokeToken(const TokenRevokeVerb& verb, bool json_output, const Api& api, Streams streams) {
  const auto revoked = api.call({.method = "DELETE", .path = "/api/v1/tokens/" + verb.name});
  if (!revoked) return reportError(revoked.error(), streams);
  if (json_output) {
    streams.out << json::serialize(*revoked) << '\n';
  } else {
    streams.out << "The token of " << verb.name << " opens nothing any more.\n";
  }
  return exit_code::kOk;
}

}  // namespace smartkar::cli
