#include "cli/arguments.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <sstream>

#include "cli/text.hpp"
#include "protocol/topics.hpp"

namespace smartkar::cli {
namespace {

const CLI::Validator kCcid(
    [](std::string& text) {
      return protocol::validCcid(text) ? std::string() : "'" + text + "' is no CCID: it must have 19 or 20 digits";
    },
    "CCID");

const CLI::Validator kDuration(
    [](std::string& text) {
      return parseDuration(text) ? std::string() : "'" + text + "' is no duration; examples: 90s, 30m, 6h, 2d";
    },
    "DURATION");

const CLI::Validator kDate(
    [](std::string& text) {
      return parseDate(text) ? std::string() : "'" + text + "' is no date; example: 2027-06-30";
    },
    "YYYY-MM-DD");

const CLI::Validator kTime(
    [](std::string& text) {
      return parseTime(text, 0)
                 ? std::string()
                 : "'" + text + "' is no time; examples: 2d (ago), 2026-01-31, 2026-01-31T14:30, @1767225600";
    },
    "TIME");

const CLI::Validator kField(
    [](std::string& text) {
      const auto good = [](unsigned char c) { return c == '.' || std::isalnum(c) != 0; };
      return std::all_of(text.begin(), text.end(), good) ? std::string() : "'" + text + "' is no field";
    },
    "FIELD");

const CLI::Validator kParameter(
    [](std::string& text) {
      const std::size_t equals = text.find('=');
      const bool good = equals != std::string::npos && equals > 0;
      return good ? std::string() : "'" + text + "' is no parameter; write name=value, for example targetSoc=80";
    },
    "NAME=VALUE");

// CLI11's own way (envname) would let the verbs that were not chosen overwrite what the chosen one was given.
std::string fromEnvironment(const char* name, const char* otherwise) {
  const char* const value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

CLI::App* addVerb(CLI::App& app, const char* name, const char* what, const char* examples) {
  CLI::App* verb = app.add_subcommand(name, what);
  verb->footer(std::string("Examples:\n") + examples);
  return verb;
}

// Taken before the verb as well as after it.
void addCommonOptions(CLI::App& app, Arguments& out) {
  app.fallthrough();
  app.add_option("--dir", out.directory, "directory made by `init`; default: $SMARTKAR_DIR, else ./.smartkar");
  app.add_flag("--json", out.json, "print JSON, one object a line");
  app.add_option("--url", out.url, "server's address; default: $SMARTKAR_URL, else the installation's");
  app.add_option("--token", out.token, "server's token; default: $SMARTKAR_TOKEN, else the installation's");
}

template <class T>
T& choose(Arguments& out) {
  return out.verb.emplace<T>();
}

// CLI11 wants variables that outlive the parsing; each verb has its own set, copied into the variant when chosen.
struct Drafts {
  InitVerb init;
  DeviceAddVerb add;
  DeviceShowVerb device_show;
  DeviceNumberVerb number;
  std::string number_text;
  bool no_number = false;
  DeviceRemoveVerb remove;
  BackupVerb backup;
  RestoreVerb restore;
  AllowLegacyVerb allow_legacy;
  std::string until;
  bool never = false;
  SendVerb send;
  std::vector<std::string> parameters;
  std::string ttl;
  CancelVerb cancel;
  std::string timeout;
  WatchVerb watch;
  ShowVerb show;
  HistoryVerb history;
  PresenceVerb presence;
  TelemetryVerb telemetry;
  ExportVerb export_;
  std::string from;
  std::string to;
  std::string resolution;
  WhyVerb why;
  TokenCreateVerb token_create;
  TokenRevokeVerb token_revoke;
  ConformanceVerb conformance;
  CompletionVerb completion;
};

void addInit(CLI::App& app, Arguments& out, Drafts& drafts) {
  CLI::App* verb = addVerb(app, "init", "make certificates and settings for broker and server",
                           "  smartkarctl init                              # ./.smartkar, this machine only\n"
                           "  smartkarctl init /srv/fleet --host cars.example.org --host 192.0.2.7");
  InitVerb& init = drafts.init;
  verb->add_option("DIR", init.directory, "where; default: $SMARTKAR_DIR, else ./.smartkar");
  verb->add_option("--host", init.settings.hosts, "name or address cars reach the broker by (repeatable)")
      ->allow_extra_args(false);
  auto* port = verb->add_option("--broker-port", init.settings.broker_port, "broker's port for cars");
  port->check(CLI::Range(1, 65535))->capture_default_str();
  auto* server_port = verb->add_option("--server-port", init.settings.server_port,
                                       "broker's port for the server, loopback; default: the next one");
  server_port->check(CLI::Range(1, 65535));
  verb->add_option("--tcp-port", init.settings.tcp_port, "server's port for cars that cannot reach the broker")
      ->check(CLI::Range(1, 65535))
      ->capture_default_str();
  verb->add_option("--http-listen", init.settings.http_listen, "ADDRESS:PORT of the server's HTTP interface")
      ->capture_default_str();
  verb->add_option("--topic-prefix", init.settings.topic_prefix, "first level of all topics")->capture_default_str();
  verb->add_flag("--force", init.force, "replace an installation: new keys, new token, new certificates for its cars");
  verb->callback([&out, &init, server_port] {
    if (server_port->count() == 0) {
      const std::uint16_t port_number = init.settings.broker_port;
      init.settings.server_port = static_cast<std::uint16_t>(port_number == 65535 ? port_number - 1 : port_number + 1);
    }
    if (init.directory.empty()) init.directory = out.directory;
    choose<InitVerb>(out) = init;
  });
}

void addDeviceNumber(CLI::App& device, Arguments& out, Drafts& drafts) {
  CLI::App* verb =
      addVerb(device, "number", "where text messages that wake a car go",
              "  smartkarctl device number 8949000012345678901 +491511234567\n"
              "  smartkarctl device number 8949000012345678901 --none\n"
              "As the provider under [sms] in server.toml names the SIM: a phone number or an id of its own.");
  verb->add_option("CCID", drafts.number.ccid, "car")->required()->check(kCcid);
  CLI::Option* number = verb->add_option("NUMBER", drafts.number_text, "of its SIM, without spaces");
  CLI::Option* none = verb->add_flag("--none", drafts.no_number, "none any more")->excludes(number);
  verb->callback([&out, &drafts, number, none] {
    if (number->count() + none->count() == 0) throw CLI::RequiredError("NUMBER or --none");
    if (number->count() > 0) drafts.number.number = drafts.number_text;
    choose<DeviceNumberVerb>(out) = drafts.number;
  });
}

void addDevice(CLI::App& app, Arguments& out, Drafts& drafts) {
  CLI::App* device = app.add_subcommand("device", "register cars: add, list, show, number, allow-legacy, remove");
  device->require_subcommand(1);
  device->footer("Works on the installation's files; no server needs to run.");

  CLI::App* add = addVerb(*device, "add", "register a car and make its certificate",
                          "  smartkarctl device add                        # invents a CCID for a test car\n"
                          "  smartkarctl device add 8949000012345678901 --apn iot.example");
  add->add_option("CCID", drafts.add.ccid, "number of its SIM, 19 or 20 digits")->check(kCcid);
  add->add_option("--apn", drafts.add.apn, "access point of its SIM; default: the network's choice");
  add->callback([&] { choose<DeviceAddVerb>(out) = drafts.add; });

  CLI::App* list = addVerb(*device, "list", "registered cars", "  smartkarctl device list");
  list->callback([&] { choose<DeviceListVerb>(out); });

  CLI::App* show = addVerb(*device, "show", "files of one car", "  smartkarctl device show 8949000012345678901");
  show->add_option("CCID", drafts.device_show.ccid, "car")->required()->check(kCcid);
  show->callback([&] { choose<DeviceShowVerb>(out) = drafts.device_show; });

  CLI::App* legacy = addVerb(*device, "allow-legacy", "let a car with old firmware connect without a certificate",
                             "  smartkarctl device allow-legacy 8949000012345678901 --until 2027-06-30\n"
                             "  smartkarctl device allow-legacy 8949000012345678901 --never\n"
                             "Needs `legacy` under [tcp] in server.toml. Whoever knows the CCID is taken for the car.");
  legacy->add_option("CCID", drafts.allow_legacy.ccid, "car")->required()->check(kCcid);
  CLI::Option* until = legacy->add_option("--until", drafts.until, "the last day, UTC");
  until->check(kDate);
  CLI::Option* never = legacy->add_flag("--never", drafts.never, "not any more")->excludes(until);
  legacy->callback([&out, &drafts, until, never] {
    if (until->count() + never->count() == 0) throw CLI::RequiredError("--until or --never");
    drafts.allow_legacy.until = parseDate(drafts.until);
    choose<AllowLegacyVerb>(out) = drafts.allow_legacy;
  });

  addDeviceNumber(*device, out, drafts);

  CLI::App* remove = addVerb(*device, "remove", "withdraw a car's certificate and delete its files",
                             "  smartkarctl device remove 8949000012345678901");
  remove->add_option("CCID", drafts.remove.ccid, "car")->required()->check(kCcid);
  remove->callback([&] { choose<DeviceRemoveVerb>(out) = drafts.remove; });
}

void addWaiting(CLI::App& verb, bool& wait, std::string& timeout) {
  verb.add_flag("--wait", wait, "show each step and wait for the outcome");
  verb.add_option("--timeout", timeout, "with --wait: stop waiting after this time; default: its time to live")
      ->check(kDuration);
}

void addSend(CLI::App& app, Arguments& out, Drafts& drafts) {
  CLI::App* verb =
      addVerb(app, "send", "send a command to a car",
              "  smartkarctl send 8949000012345678901 vehicle.startCharging targetSoc=80 --wait\n"
              "  smartkarctl send 8949000012345678901 vehicle.startClimate temperature=21 --ttl 30m\n"
              "  smartkarctl send 8949000012345678901 vehicle.stopCharging --supersede\n"
              "  smartkarctl send 8949000012345678901 vehicle.startClimate onlyIf.parked=true onlyIf.socAbove=30\n"
              "onlyIf: parked, plugged, locked (true/false), socBelow, socAbove (%), outsideBelow, outsideAbove (°C).\n"
              "Numbers and true/false are sent as such, anything else as text; name='\"80\"' is a text.\n"
              "Exit code: 0 completed, 1 failed, rejected, expired, cancelled or unknown, 2 wrong use,\n"
              "3 server unreachable, 4 no outcome in time, 130 interrupted.");
  SendVerb& send = drafts.send;
  verb->add_option("CCID", send.ccid, "car")->required()->check(kCcid);
  verb->add_option("ACTION", send.action, "for example vehicle.startCharging")->required();
  verb->add_option("PARAMETER", drafts.parameters, "name=value")->check(kParameter);
  verb->add_option("--ttl", drafts.ttl, "give up after this time; default: the action's own")->check(kDuration);
  verb->add_flag("--supersede", send.supersede, "cancel the commands for the same thing (charging, climate) first");
  addWaiting(*verb, send.wait, drafts.timeout);
  verb->add_option("--idempotency-key", send.idempotency_key, "the same key never starts a second command");
  verb->callback([&] {
    send.ttl = parseDuration(drafts.ttl);
    send.timeout = parseDuration(drafts.timeout);
    for (const std::string& parameter : drafts.parameters) {
      const std::size_t equals = parameter.find('=');
      send.parameters.emplace_back(parameter.substr(0, equals), parameter.substr(equals + 1));
    }
    choose<SendVerb>(out) = send;
  });
}

void addCancel(CLI::App& app, Arguments& out, Drafts& drafts) {
  CLI::App* verb =
      addVerb(app, "cancel", "give up a command that has not ended",
              "  smartkarctl cancel 8949000012345678901 189302400\n"
              "  smartkarctl cancel 8949000012345678901 189302400 --wait\n"
              "What the car may have already ends when the car says so; it may be too late.\n"
              "Exit code: 0 cancelled, or without --wait: the car is asked; 1 it has ended in another way,\n"
              "2 wrong use, 3 server unreachable, 4 no outcome in time, 130 interrupted.");
  CancelVerb& cancel = drafts.cancel;
  verb->add_option("CCID", cancel.ccid, "car")->required()->check(kCcid);
  verb->add_option("ID", cancel.id, "command; `smartkarctl history CCID` lists them")
      ->required()
      ->check(CLI::Range(1, 2147483647));
  addWaiting(*verb, cancel.wait, drafts.timeout);
  verb->callback([&] {
    cancel.timeout = parseDuration(drafts.timeout);
    choose<CancelVerb>(out) = cancel;
  });
}

void addViews(CLI::App& app, Arguments& out, Drafts& drafts) {
  CLI::App* watch = addVerb(app, "watch", "show live what cars do",
                            "  smartkarctl watch\n  smartkarctl watch 8949000012345678901 --json");
  watch->add_option("CCID", drafts.watch.ccid, "one car; default: all")->check(kCcid);
  watch->callback([&] { choose<WatchVerb>(out) = drafts.watch; });

  CLI::App* show =
      addVerb(app, "show", "presence and last known state of a car", "  smartkarctl show 8949000012345678901");
  show->add_option("CCID", drafts.show.ccid, "car")->required()->check(kCcid);
  show->callback([&] { choose<ShowVerb>(out) = drafts.show; });

  CLI::App* history = addVerb(app, "history", "commands of a car and how they ended",
                              "  smartkarctl history 8949000012345678901 --limit 5");
  history->add_option("CCID", drafts.history.ccid, "car")->required()->check(kCcid);
  auto* limit = history->add_option("--limit", drafts.history.limit, "newest commands to show");
  limit->check(CLI::Range(1, 1000))->capture_default_str();
  history->callback([&] { choose<HistoryVerb>(out) = drafts.history; });
}

void addPeriod(CLI::App& verb, Drafts& drafts, const char* from_default) {
  const std::string from =
      "the beginning: a time ago (2d), a date or a time of day, local (2026-01-31T14:30),"
      " or @UNIX-SECONDS; default: ";
  verb.add_option("--from", drafts.from, from + from_default)->check(kTime);
  verb.add_option("--to", drafts.to, "the end, likewise; default: now")->check(kTime);
}

Period periodOf(const Drafts& drafts) {
  const std::int64_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return {.from = parseTime(drafts.from, now), .to = parseTime(drafts.to, now)};
}

void addPresence(CLI::App& app, Arguments& out, Drafts& drafts) {
  CLI::App* presence = addVerb(app, "presence", "when a car was awake, asleep, overdue, lost",
                               "  smartkarctl presence 8949000012345678901 --limit 50\n"
                               "Each line says what was known from that time on, until the line above it.");
  presence->add_option("CCID", drafts.presence.ccid, "car")->required()->check(kCcid);
  auto* limit = presence->add_option("--limit", drafts.presence.limit, "newest changes to show");
  limit->check(CLI::Range(1, 10000))->capture_default_str();
  presence->callback([&] { choose<PresenceVerb>(out) = drafts.presence; });
}

void addTelemetry(CLI::App& app, Arguments& out, Drafts& drafts) {
  CLI::App* telemetry =
      addVerb(app, "telemetry", "what a field of a car was over time",
              "  smartkarctl telemetry 8949000012345678901 vehicle.battery.soc\n"
              "  smartkarctl telemetry 8949000012345678901 vehicle.battery.soc --from 7d --resolution 1d\n"
              "`smartkarctl show CCID` shows which fields there are.");
  telemetry->add_option("CCID", drafts.telemetry.ccid, "car")->required()->check(kCcid);
  telemetry->add_option("FIELD", drafts.telemetry.field, "for example vehicle.battery.soc")->required()->check(kField);
  addPeriod(*telemetry, drafts, "the day before the end");
  telemetry->add_option("--resolution", drafts.resolution, "time that a line is about; default: 1h")->check(kDuration);
  telemetry->callback([&] {
    drafts.telemetry.period = periodOf(drafts);
    drafts.telemetry.resolution = parseDuration(drafts.resolution);
    choose<TelemetryVerb>(out) = drafts.telemetry;
  });

  CLI::App* all = addVerb(app, "export", "write all that is kept of a car's telemetry",
                          "  smartkarctl export 8949000012345678901 --output car.csv\n"
                          "  smartkarctl export 8949000012345678901 --from 2026-01-01 --format ndjson | gzip > car.gz");
  all->add_option("CCID", drafts.export_.ccid, "car")->required()->check(kCcid);
  addPeriod(*all, drafts, "all there is");
  all->add_option("--format", drafts.export_.format, "csv or ndjson (JSON, one object a line)")
      ->check(CLI::IsMember({"csv", "ndjson"}))
      ->capture_default_str();
  all->add_option("-o,--output", drafts.export_.file, "file, replaced if it exists; default: standard output");
  all->callback([&] {
    drafts.export_.period = periodOf(drafts);
    choose<ExportVerb>(out) = drafts.export_;
  });
}

void addQuestions(CLI::App& app, Arguments& out, Drafts& drafts) {
  CLI::App* ps =
      addVerb(app, "ps", "all registered cars and how they stand", "  smartkarctl ps\n  smartkarctl ps --json");
  ps->callback([&] { choose<PsVerb>(out); });

  CLI::App* why = addVerb(app, "why", "what became of a command, step by step",
                          "  smartkarctl why 8949000012345678901            # the newest\n"
                          "  smartkarctl why 8949000012345678901 189302400");
  why->add_option("CCID", drafts.why.ccid, "car")->required()->check(kCcid);
  why->add_option("ID", drafts.why.id, "command; default: the newest")->check(CLI::Range(1, 2147483647));
  why->callback([&] { choose<WhyVerb>(out) = drafts.why; });

  CLI::App* doctor =
      addVerb(app, "doctor", "look for what is wrong with the server",
              "  smartkarctl doctor\nExit code: 0 all is well, 1 something is not, 3 server unreachable.");
  doctor->callback([&] { choose<DoctorVerb>(out); });
}

void addTokens(CLI::App& app, Arguments& out, Drafts& drafts) {
  CLI::App* token = app.add_subcommand("token", "who may use the server: create, list, revoke");
  token->require_subcommand(1);
  token->footer("Needs a token of an admin; the one that `init` made is.");

  CLI::App* create = addVerb(*token, "create", "make a token and print it, this once",
                             "  smartkarctl token create kitchen-screen --role viewer\n"
                             "  smartkarctl token create anna --role operator\n"
                             "viewer: reads; operator: also sends and cancels commands; admin: also makes tokens.");
  create->add_option("NAME", drafts.token_create.name, "whose; stands in the audit log")->required();
  create->add_option("--role", drafts.token_create.role, "viewer, operator or admin")
      ->required()
      ->check(CLI::IsMember({"viewer", "operator", "admin"}));
  create->callback([&] { choose<TokenCreateVerb>(out) = drafts.token_create; });

  CLI::App* list = addVerb(*token, "list", "all tokens, without their secrets", "  smartkarctl token list");
  list->callback([&] { choose<TokenListVerb>(out); });

  CLI::App* revoke = addVerb(*token, "revoke", "a token opens nothing any more", "  smartkarctl token revoke anna");
  revoke->add_option("NAME", drafts.token_revoke.name, "whose")->required();
  revoke->callback([&] { choose<TokenRevokeVerb>(out) = drafts.token_revoke; });
}

void addBackups(CLI::App& app, Arguments& out, Drafts& drafts) {
  CLI::App* backup = addVerb(app, "backup", "copy the server's data to a new file, while the server runs",
                             "  smartkarctl --dir /srv/smartkar backup smartkar-2027-06-30.db");
  backup->add_option("FILE", drafts.backup.file, "the copy; must not exist")->required();
  backup->callback([&] { choose<BackupVerb>(out) = drafts.backup; });

  CLI::App* restore = addVerb(app, "restore", "put such a copy in the place of the server's data",
                              "  smartkarctl --dir /srv/smartkar restore smartkar-2027-06-30.db\n"
                              "The server must not run. All of it or, if something is wrong, nothing is replaced.");
  restore->add_option("FILE", drafts.restore.file, "made by `backup`")->required();
  restore->callback([&] { choose<RestoreVerb>(out) = drafts.restore; });
}

void addConformance(CLI::App& app, Arguments& out, Drafts& drafts) {
  CLI::App* verb = addVerb(app, "conformance", "play the conformance scenarios with a real car, in place of its server",
                           "  smartkarctl conformance 8949000012345678901 --only cancel --only delivery\n"
                           "  smartkarctl conformance --list\n"
                           "The car really charges, heats and stops, and its server must not run. What a real car\n"
                           "cannot be made to do (its power cut, hours that pass) is listed as not run.\n"
                           "Exit code: 0 none failed, 1 some failed, 2 wrong use, 3 no broker, or a server runs,\n"
                           "130 interrupted.");
  ConformanceVerb& conformance = drafts.conformance;
  CLI::Option* ccid = verb->add_option("CCID", conformance.ccid, "car")->check(kCcid);
  verb->add_option("--only", conformance.only, "scenarios whose name contains this (repeatable)")
      ->allow_extra_args(false);
  verb->add_flag("--list", conformance.list, "show the scenarios and do nothing");
  verb->callback([&out, &conformance, ccid] {
    if (!conformance.list && ccid->count() == 0) throw CLI::RequiredError("CCID");
    choose<ConformanceVerb>(out) = conformance;
  });
}

void addCompletion(CLI::App& app, Arguments& out, Drafts& drafts) {
  CLI::App* verb = app.add_subcommand("completion", "print a completion script for a shell");
  verb->footer("Examples:\n  source <(smartkarctl completion bash)\n  source <(smartkarctl completion zsh)");
  verb->add_option("SHELL", drafts.completion.shell, "bash or zsh")->required()->check(CLI::IsMember({"bash", "zsh"}));
  verb->callback([&] { choose<CompletionVerb>(out) = drafts.completion; });
}

}  // namespace

Result<Arguments, NothingToDo> parseArguments(std::vector<std::string> arguments) {
  Arguments out;
  out.directory = fromEnvironment("SMARTKAR_DIR", ".smartkar");
  out.url = fromEnvironment("SMARTKAR_URL", "");
  out.token = fromEnvironment("SMARTKAR_TOKEN", "");
  Drafts drafts;
  CLI::App app("Commands cars through a SmartKar server, and sets up broker, server and cars.", "smartkarctl");
  app.set_version_flag("--version", "smartkarctl " SMARTKAR_VERSION);
  app.require_subcommand(1);
  addCommonOptions(app, out);
  app.footer("Start with: smartkarctl init; `smartkarctl VERB --help` shows examples.");
  addInit(app, out, drafts);
  addDevice(app, out, drafts);
  addSend(app, out, drafts);
  addCancel(app, out, drafts);
  addViews(app, out, drafts);
  addPresence(app, out, drafts);
  addTelemetry(app, out, drafts);
  addQuestions(app, out, drafts);
  addTokens(app, out, drafts);
  addBackups(app, out, drafts);
  addConformance(app, out, drafts);
  addCompletion(app, out, drafts);
  const auto is_verb = [&](const CLI::App* verb) { return verb->get_name() == arguments[0]; };
  if (!arguments.empty() && !arguments[0].starts_with('-') && app.get_subcommands(is_verb).empty()) {
    const std::string text = "smartkarctl: there is no verb '" + arguments[0] + "'; smartkarctl --help lists them\n";
    return Failure{NothingToDo{true, text}};
  }
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    std::ostringstream text;
    const bool is_error = error.get_exit_code() != 0;
    app.exit(error, text, text);
    return Failure{NothingToDo{is_error, text.str()}};
  }
  return out;
}

}  // namespace smartkar::cli
