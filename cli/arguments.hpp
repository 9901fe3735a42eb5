#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "broker/installation.hpp"

namespace smartkar::cli {

// Unix seconds; nothing: the server's choice.
struct Period {
  std::optional<std::int64_t> from;
  std::optional<std::int64_t> to;
};

struct InitVerb {
  std::string directory;
  broker::InstallationSettings settings;
  bool force = false;
};
struct DeviceAddVerb {
  std::string ccid;  // empty: invent one
  std::string apn;
};
struct DeviceListVerb {};
struct DeviceShowVerb {
  std::string ccid;
};
struct DeviceRemoveVerb {
  std::string ccid;
};
struct AllowLegacyVerb {
  std::string ccid;
  std::optional<std::chrono::year_month_day> until;  // nothing: not any more
};
struct DeviceNumberVerb {
  std::string ccid;
  std::optional<std::string> number;  // nothing: none any more
};
struct SendVerb {
  std::string ccid;
  std::string action;
  std::vector<std::pair<std::string, std::string>> parameters;  // name, text as given
  std::optional<std::chrono::seconds> ttl;
  bool wait = false;
  std::optional<std::chrono::seconds> timeout;
  std::string idempotency_key;  // empty: a new one
  bool supersede = false;
};
struct CancelVerb {
  std::string ccid;
  std::uint32_t id = 0;
  bool wait = false;
  std::optional<std::chrono::seconds> timeout;
};
struct WatchVerb {
  std::string ccid;  // empty: all cars
};
struct ShowVerb {
  std::string ccid;
};
struct HistoryVerb {
  std::string ccid;
  int limit = 20;
};
struct PresenceVerb {
  std::string ccid;
  int limit = 20;
};
struct TelemetryVerb {
  std::string ccid;
  std::string field;
  Period period;
  std::optional<std::chrono::seconds> resolution;
};
struct ExportVerb {
  std::string ccid;
  Period period;
  std::string format = "csv";  // or "ndjson"
  std::string file;            // empty: standard output
};
struct PsVerb {};
struct WhyVerb {
  std::string ccid;
  std::uint32_t id = 0;  // 0: the newest
};
struct TokenCreateVerb {
  std::string name;
  std::string role;
};
struct TokenListVerb {};
struct TokenRevokeVerb {
  std::string name;
};
struct DoctorVerb {};
struct BackupVerb {
  std::string file;
};
struct RestoreVerb {
  std::string file;
};
struct ConformanceVerb {
  std::string ccid;               // empty: only with list
  std::vector<std::string> only;  // parts of names; empty: all
  bool list = false;
};
struct CompletionVerb {
  std::string shell;  // "bash" or "zsh"
};
using Verb = std::variant<InitVerb, DeviceAddVerb, DeviceListVerb, DeviceShowVerb, DeviceRemoveVerb, AllowLegacyVerb,
                          DeviceNumberVerb, BackupVerb, RestoreVerb, SendVerb, CancelVerb, WatchVerb, ShowVerb,
                          HistoryVerb, PresenceVerb, TelemetryVerb, ExportVerb, PsVerb, WhyVerb, TokenCreateVerb,
                          TokenListVerb, TokenRevokeVerb, DoctorVerb, ConformanceVerb, CompletionVerb>;

struct Arguments {
  std::string directory;  // of the installation
  std::string url;        // empty: from the installation
  std::string token;      // empty: from the installation
  bool json = false;
  Verb verb;
};

// The command line asks for nothing to be done: help, version, or an error.
struct NothingToDo {
  bool is_error;  // text belongs on the error output, exit code 2
  std::string text;
};

// arguments: without the program's name. Options not given are taken from SMARTKAR_DIR, SMARTKAR_URL, SMARTKAR_TOKEN.
Result<Arguments, NothingToDo> parseArguments(std::vector<std::string> arguments);

}  // namespace smartkar::cli
