#pragma once

#include "cli/api.hpp"
#include "cli/arguments.hpp"
#include "cli/run.hpp"

namespace smartkar::cli {

// Each does one verb and returns the exit code. They fail with a message on streams.err.

int init(const InitVerb& verb, bool json_output, Streams streams);
int addDevice(const DeviceAddVerb& verb, const Arguments& arguments, Streams streams);
int listDevices(const Arguments& arguments, Streams streams);
int showDevice(const DeviceShowVerb& verb, const Arguments& arguments, Streams streams);
int allowLegacy(const AllowLegacyVerb& verb, const Arguments& arguments, Streams streams);
int setNumber(const DeviceNumberVerb& verb, const Arguments& arguments, Streams streams);
int removeDevice(const DeviceRemoveVerb& verb, const Arguments& arguments, Streams streams);

int send(const SendVerb& verb, bool json_output, const Api& api, Streams streams);
int cancel(const CancelVerb& verb, bool json_output, const Api& api, Streams streams);
int watch(const WatchVerb& verb, bool json_output, const Api& api, Streams streams);
int show(const ShowVerb& verb, bool json_output, const Api& api, Streams streams);
int history(const HistoryVerb& verb, bool json_output, const Api& api, Streams streams);
int presence(const PresenceVerb& verb, bool json_output, const Api& api, Streams streams);
int telemetry(const TelemetryVerb& verb, bool json_output, const Api& api, Streams streams);
int exportTelemetry(const ExportVerb& verb, const Api& api, Streams streams);
int ps(bool json_output, const Api& api, Streams streams);
int why(const WhyVerb& verb, bool json_output, const Api& api, Streams streams);
int createToken(const TokenCreateVerb& verb, bool json_output, const Api& api, Streams streams);
int listTokens(bool json_output, const Api& api, Streams streams);
int revokeToken(const TokenRevokeVerb& verb, bool json_output, const Api& api, Streams streams);
int doctor(bool json_output, const Api& api, Streams streams);

int backup(const BackupVerb& verb, const Arguments& arguments, Streams streams);
int restore(const RestoreVerb& verb, const Arguments& arguments, Streams streams);
int playScenarios(const ConformanceVerb& verb, const Arguments& arguments, Streams streams, const Interrupt& interrupt);
int completion(const CompletionVerb& verb, Streams streams);

// Says what went wrong with the server and what to do about it. Returns the exit code.
int reportError(const ApiError& error, Streams streams);

}  // namespace smartkar::cli
