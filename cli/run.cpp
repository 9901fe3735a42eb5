#include "cli/run.hpp"

#include <ostream>
#include <utility>

#include "cli/arguments.hpp"
#include "cli/verbs.hpp"

namespace smartkar::cli {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

// What --url and --token leave open comes from the installation.
Result<Endpoint, std::string> findEndpoint(const Arguments& arguments) {
  Endpoint endpoint{arguments.url, arguments.token};
  if (!endpoint.url.empty() && !endpoint.token.empty()) return endpoint;
  const auto installation = broker::Installation::open(arguments.directory);
  if (!installation) {
    return Failure{installation.error().text +
                   ".\nGive the installation with --dir (or SMARTKAR_DIR), or the server with --url and --token."};
  }
  const auto found = installation->httpEndpoint();
  if (!found) return Failure{found.error().text};
  if (endpoint.url.empty()) endpoint.url = found->url;
  if (endpoint.token.empty()) endpoint.token = found->token;
  return endpoint;
}

int runWithServer(const Arguments& arguments, Streams streams, const Interrupt& interrupt) {
  const auto endpoint = findEndpoint(arguments);
  if (!endpoint) {
    streams.err << "smartkarctl: " << endpoint.error() << '\n';
    return exit_code::kUsage;
  }
  if (!endpoint->url.starts_with("http://") && !endpoint->url.starts_with("https://")) {
    streams.err << "smartkarctl: --url must begin with http:// or https://, not '" << endpoint->url << "'\n";
    return exit_code::kUsage;
  }
  const Api api(*endpoint, interrupt);
  const bool json = arguments.json;
  const int code = std::visit(Overloaded{
                                  [&](const SendVerb& verb) { return send(verb, json, api, streams); },
                                  [&](const CancelVerb& verb) { return cancel(verb, json, api, streams); },
                                  [&](const WatchVerb& verb) { return watch(verb, json, api, streams); },
                                  [&](const ShowVerb& verb) { return show(verb, json, api, streams); },
                                  [&](const HistoryVerb& verb) { return history(verb, json, api, streams); },
                                  [&](const PresenceVerb& verb) { return presence(verb, json, api, streams); },
                                  [&](const TelemetryVerb& verb) { return telemetry(verb, json, api, streams); },
                                  [&](const ExportVerb& verb) { return exportTelemetry(verb, api, streams); },
                                  [&](const PsVerb&) { return ps(json, api, streams); },
                                  [&](const WhyVerb& verb) { return why(verb, json, api, streams); },
                                  [&](const TokenCreateVerb& verb) { return createToken(verb, json, api, streams); },
                                  [&](const TokenListVerb&) { return listTokens(json, api, streams); },
                                  [&](const TokenRevokeVerb& verb) { return revokeToken(verb, json, api, streams); },
                                  [&](const DoctorVerb&) { return doctor(json, api, streams); },
                                  [&](const auto&) { return exit_code::kUsage; },
                              },
                              arguments.verb);
  if (code == exit_code::kUnreachable && arguments.url.empty()) {
    streams.err << "Start it with: smartkar-server --config " << arguments.directory << "/server/server.toml\n";
  }
  return code;
}

}  // namespace

int run(std::vector<std::string> words, Streams streams, Interrupt& interrupt) {
  const auto parsed = parseArguments(std::move(words));
  if (!parsed) {
    (parsed.error().is_error ? streams.err : streams.out) << parsed.error().text;
    return parsed.error().is_error ? exit_code::kUsage : exit_code::kOk;
  }
  const Arguments& arguments = *parsed;
  return std::visit(Overloaded{
                        [&](const InitVerb& verb) { return init(verb, arguments.json, streams); },
                        [&](const DeviceAddVerb& verb) { return addDevice(verb, arguments, streams); },
                        [&](const DeviceListVerb&) { return listDevices(arguments, streams); },
                        [&](const DeviceShowVerb& verb) { return showDevice(verb, arguments, streams); },
                        [&](const AllowLegacyVerb& verb) { return allowLegacy(verb, arguments, streams); },
                        [&](const DeviceNumberVerb& verb) { return setNumber(verb, arguments, streams); },
                        [&](const DeviceRemoveVerb& verb) { return removeDevice(verb, arguments, streams); },
                        [&](const BackupVerb& verb) { return backup(verb, arguments, streams); },
                        [&](const RestoreVerb& verb) { return restore(verb, arguments, streams); },
                        [&](const ConformanceVerb& verb) { return playScenarios(verb, arguments, streams, interrupt); },
                        [&](const CompletionVerb& verb) { return completion(verb, streams); },
                        [&](const auto&) { return runWithServer(arguments, streams, interrupt); },
                    },
                    arguments.verb);
}

int reportError(const ApiError& error, Streams streams) {
  streams.err << "smartkarctl: " << error.text << '\n';
  switch (error.cause) {
    case ApiError::Cause::Unreachable:
    case ApiError::Cause::Lost:
      return exit_code::kUnreachable;
    case ApiError::Cause::WrongInput:
      return exit_code::kUsage;
    case ApiError::Cause::Refused:
      return exit_code::kFailed;
    case ApiError::Cause::Interrupted:
      break;
  }
  return exit_code::kInterrupted;
}

}  // namespace smartkar::cli
