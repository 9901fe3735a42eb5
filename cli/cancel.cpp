#include <ostream>

#include "cli/follower.hpp"
#include "cli/verbs.hpp"

namespace smartkar::cli {

int cancel(const CancelVerb& verb, bool json_output, const Api& api, Streams streams) {
  Follower follower(api, json_output, streams);
  const std::string path = "/api/v1/devices/" + verb.ccid + "/commands/" + std::to_string(verb.id) + "/cancel";
  auto command = submit(api, {.method = "POST", .path = path});
  if (!command) return reportError(command.error(), streams);
  if (!json_output) streams.out << commandTitle(*command) << '\n';
  follower.skip(*command);
  follower.show(std::move(*command));
  if (follower.done() || verb.wait) return follower.toEnd("cancelled", verb.timeout);
  if (!json_output) streams.out << "Follow it with: smartkarctl watch " << verb.ccid << '\n';
  return exit_code::kOk;
}

}  // namespace smartkar::cli
