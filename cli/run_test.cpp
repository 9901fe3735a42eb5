// The whole program against a scripted server: what it prints, in which order, and how it exits.
#include "cli/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <semaphore>
#include <sstream>

#include "cli/scripted_server.hpp"
#include "test/support/loopback.hpp"
#include "test/support/temporary_directory.hpp"

namespace smartkar::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using Connection = ScriptedServer::Connection;
using Request = ScriptedServer::Request;

const std::string kCar = "8949000012345678901";
const std::string kCommands = "/api/v1/devices/" + kCar + "/commands";

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

Outcome runWith(Interrupt& interrupt, std::vector<std::string> words) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = run(std::move(words), {out, err}, interrupt);
  return {code, out.str(), err.str()};
}

Outcome runProgram(std::vector<std::string> words) {
  Interrupt interrupt;
  return runWith(interrupt, std::move(words));
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) result.push_back(line);
  return result;
}

// A command object after the given steps, "state" or "state/stage".
std::string command(const std::vector<std::string>& steps, const std::string& more = "", int id = 178) {
  boost::json::array history;
  std::string state;
  for (const std::string& step : steps) {
    state = step.substr(0, step.find('/'));
    boost::json::object entry{{"at", 1000 + static_cast<int>(history.size())}, {"state", state}};
    if (state != step) entry["stage"] = step.substr(state.size() + 1);
    history.push_back(std::move(entry));
  }
  const std::string& last = steps.back();
  const std::string stage = last == state ? "" : R"(,"stage":")" + last.substr(state.size() + 1) + '"';
  const bool final =
      state != "queued" && state != "ringing" && state != "sent" && state != "accepted" && state != "in_progress";
  return R"({"id":)" + std::to_string(id) + R"(,"ccid":")" + kCar +
         R"(","action":"vehicle.startCharging","params":{"targetSoc":80},"state":")" + state +
         R"(","createdAt":1000,"expiresAt":22600,"final":)" + (final ? "true" : "false") + stage + more +
         R"(,"history":)" + boost::json::serialize(history) + "}";
}

// Accepts the command, then answers the question for it with `current`; the stream stays open and silent.
ScriptedServer::Script answering(std::string current) {
  return [current = std::move(current)](Connection& connection, const Request& request) {
    if (request.line == "POST " + kCommands) return connection.reply(202, command({"queued"}));
    if (request.line == "GET " + kCommands + "/178") return connection.reply(200, current);
    if (request.line == "GET /api/v1/stream?ccid=" + kCar) {
      connection.startStream();
      connection.waitForEnd();
    }
  };
}

std::vector<std::string> sendWords(const ScriptedServer& server, std::vector<std::string> more = {}) {
  std::vector<std::string> words = {"send",    kCar,    "vehicle.startCharging", "targetSoc=80", "--url", server.url(),
                                    "--token", "secret"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(Send, WaitingShowsEachStepOnceAndEndsWithTheOutcome) {
  std::binary_semaphore asked(0);
  ScriptedServer server([&](Connection& connection, const Request& request) {
    if (request.line.starts_with("POST")) return connection.reply(202, command({"queued"}));
    if (request.line.starts_with("GET " + kCommands)) {
      connection.reply(200, command({"queued", "ringing"}));
      return asked.release();
    }
    connection.startStream();
    asked.acquire();
    connection.event("presence", R"({"ccid":"x","presence":"awake"})");
    connection.event("command", command({"failed"}, "", 177));
    connection.event("command", command({"queued", "ringing"}));
    connection.event("command", command({"queued", "ringing", "sent", "accepted"}));
    connection.event("command", command({"queued", "ringing", "sent", "accepted", "in_progress/charger_check"}));
    connection.event("command",
                     command({"queued", "ringing", "sent", "accepted", "in_progress/charger_check", "completed"}));
    connection.waitForEnd();
  });
  const Outcome outcome = runProgram(sendWords(server, {"--wait"}));
  EXPECT_EQ(outcome.code, exit_code::kOk) << outcome.err;
  EXPECT_THAT(lines(outcome.out),
              ElementsAre("command 178  vehicle.startCharging targetSoc=80  for " + kCar + ", expires in 6 h",
                          MatchesRegex(" +[0-9.]+ s  queued"), MatchesRegex(" +[0-9.]+ s  ringing"),
                          MatchesRegex(" +[0-9.]+ s  sent"), MatchesRegex(" +[0-9.]+ s  accepted"),
                          MatchesRegex(" +[0-9.]+ s  in_progress  charger_check"),
                          MatchesRegex(" +[0-9.]+ s  completed"), MatchesRegex("completed after [0-9.]+ s")));
}

TEST(Send, OutcomeBetweenRequestAndStreamIsNotMissed) {
  ScriptedServer server(answering(command({"queued", "sent", "completed"})));
  const Outcome outcome = runProgram(sendWords(server, {"--wait"}));
  EXPECT_EQ(outcome.code, exit_code::kOk) << outcome.err;
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[1].line, "GET /api/v1/stream?ccid=" + kCar) << "the stream is open before the question";
}

TEST(Send, EveryOutcomeButCompletedIsAFailureThatIsNamed) {
  for (const std::string state : {"failed", "rejected", "expired", "cancelled", "unknown"}) {
    ScriptedServer server(answering(command({"queued", state}, R"(,"error":"because of this")")));
    const Outcome outcome = runProgram(sendWords(server, {"--wait"}));
    EXPECT_EQ(outcome.code, exit_code::kFailed) << state;
    EXPECT_THAT(outcome.out, HasSubstr("\n" + state + " after"));
    EXPECT_THAT(outcome.out, HasSubstr("because of this"));
  }
}

TEST(Send, NoOutcomeInTimeIsToldApartFromFailure) {
  ScriptedServer server(answering(command({"queued", "sent"}, R"(,"unconfirmed":true)")));
  const Outcome outcome = runProgram(sendWords(server, {"--wait", "--timeout", "1s"}));
  EXPECT_EQ(outcome.code, exit_code::kUnconfirmed);
  EXPECT_THAT(outcome.out, HasSubstr("unconfirmed  sent, but no answer"));
  EXPECT_THAT(outcome.err, HasSubstr("smartkarctl history " + kCar));
}

TEST(Send, BrokenStreamIsResumed) {
  std::atomic<int> questions = 0;
  ScriptedServer server([&](Connection& connection, const Request& request) {
    if (request.line.starts_with("POST")) return connection.reply(202, command({"queued"}));
    if (request.line.starts_with("GET " + kCommands)) {
      const bool first = questions++ == 0;
      return connection.reply(200, first ? command({"queued"}) : command({"queued", "sent", "completed"}));
    }
    connection.startStream();  // and the connection is gone
  });
  const Outcome outcome = runProgram(sendWords(server, {"--wait"}));
  EXPECT_EQ(outcome.code, exit_code::kOk) << outcome.err;
  EXPECT_EQ(questions, 2);
}

TEST(Send, InterruptedWaitSaysThatTheCommandGoesOn) {
  Interrupt interrupt;
  ScriptedServer server([&](Connection& connection, const Request& request) {
    if (request.line.starts_with("POST")) return connection.reply(202, command({"queued"}));
    if (request.line.starts_with("GET " + kCommands)) {
      connection.reply(200, command({"queued", "ringing"}));
      return connection.waitForEnd();
    }
    connection.startStream();
    connection.event("command", command({"queued", "ringing"}));
    interrupt.request();
    connection.waitForEnd();
  });
  const Outcome outcome = runWith(interrupt, sendWords(server, {"--wait"}));
  EXPECT_EQ(outcome.code, exit_code::kInterrupted);
  EXPECT_THAT(outcome.err, HasSubstr("command 178 goes on"));
  EXPECT_THAT(outcome.err, HasSubstr("smartkarctl watch " + kCar));
}

TEST(Send, RequestCarriesTypedValuesDeadlineTokenAndKey) {
  ScriptedServer server(answering(command({"queued"})));
  const Outcome outcome =
      runProgram(sendWords(server, {"flag=true", "name=eco", "level=1.5", "onlyIf.parked=true", "onlyIf.socBelow=70",
                                    "--ttl", "30m", "--idempotency-key", "my-key"}));
  EXPECT_EQ(outcome.code, exit_code::kOk) << outcome.err;
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 1U) << "without --wait nothing is followed";
  EXPECT_EQ(boost::json::parse(requests[0].body), boost::json::parse(R"({"action":"vehicle.startCharging","ttl":1800,
                                   "params":{"targetSoc":80,"flag":true,"name":"eco","level":1.5,
                                             "onlyIf":{"parked":true,"socBelow":70}}})"));
  EXPECT_THAT(requests[0].head, HasSubstr("Authorization: Bearer secret\r\n"));
  EXPECT_THAT(requests[0].head, HasSubstr("Idempotency-Key: my-key"));
  EXPECT_THAT(requests[0].head, HasSubstr("Content-Type: application/json"));
}

TEST(Send, LostAnswerIsAskedForAgainUnderTheSameKey) {
  std::atomic<int> posts = 0;
  ScriptedServer server([&](Connection& connection, const Request&) {
    if (posts++ > 0) connection.reply(202, command({"queued"}));
  });
  const Outcome outcome = runProgram(sendWords(server));
  EXPECT_EQ(outcome.code, exit_code::kOk) << outcome.err;
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].head, requests[1].head);
  EXPECT_THAT(requests[0].head, HasSubstr("Idempotency-Key: "));
}

TEST(Send, JsonPrintsEachVersionAsOneLine) {
  ScriptedServer server(answering(command({"queued", "completed"})));
  const Outcome outcome = runProgram(sendWords(server, {"--wait", "--json"}));
  EXPECT_EQ(outcome.code, exit_code::kOk) << outcome.err;
  const auto printed = lines(outcome.out);
  ASSERT_EQ(printed.size(), 2U);
  EXPECT_EQ(boost::json::parse(printed[0]).at("state"), "queued");
  EXPECT_EQ(boost::json::parse(printed[1]).at("state"), "completed");
}

TEST(Send, RefusalsNameTheFieldTheCarOrTheToken) {
  const auto refused = [](int status, const char* body) {
    ScriptedServer server([&](Connection& connection, const Request&) { connection.reply(status, body); });
    return runProgram(sendWords(server));
  };
  const Outcome field = refused(422, R"({"title":"Invalid","detail":"must be 20 to 100","field":"targetSoc"})");
  EXPECT_EQ(field.code, exit_code::kUsage);
  EXPECT_THAT(field.err, HasSubstr("targetSoc: must be 20 to 100"));
  const Outcome car = refused(404, R"({"title":"Unknown device"})");
  EXPECT_EQ(car.code, exit_code::kFailed);
  EXPECT_THAT(car.err, HasSubstr("Unknown device"));
  const Outcome token = refused(401, "");
  EXPECT_EQ(token.code, exit_code::kFailed);
  EXPECT_THAT(token.err, HasSubstr("--token"));
  const Outcome other = refused(200, "<html>");
  EXPECT_EQ(other.code, exit_code::kFailed);
  EXPECT_THAT(other.err, HasSubstr("no SmartKar server"));
}

TEST(Send, SupersedingIsAskedForOnlyIfWanted) {
  ScriptedServer server(answering(command({"queued"})));
  EXPECT_EQ(runProgram(sendWords(server, {"--supersede"})).code, exit_code::kOk);
  EXPECT_EQ(runProgram(sendWords(server)).code, exit_code::kOk);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_THAT(requests[0].body, HasSubstr(R"("supersede":true)"));
  EXPECT_THAT(requests[1].body, Not(HasSubstr("supersede")));
}

std::vector<std::string> cancelWords(const ScriptedServer& server, std::vector<std::string> more = {}) {
  std::vector<std::string> words = {"cancel", kCar, "178", "--url", server.url(), "--token", "secret"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// Answers the cancel with the first, then the question for the command with `current`; the stream stays silent.
ScriptedServer::Script cancelling(std::string answer, std::string current = "") {
  return [answer = std::move(answer), current = std::move(current)](Connection& connection, const Request& request) {
    if (request.line == "POST " + kCommands + "/178/cancel") return connection.reply(202, answer);
    if (request.line == "GET " + kCommands + "/178") return connection.reply(200, current);
    connection.startStream();
    connection.waitForEnd();
  };
}

const std::string kCancelRequested = R"(,"cancelRequested":true)";

TEST(Cancel, WaitingCommandHasEndedAtOnce) {
  ScriptedServer server(cancelling(command({"queued", "cancelled"})));
  const Outcome outcome = runProgram(cancelWords(server));
  EXPECT_EQ(outcome.code, exit_code::kOk) << outcome.err;
  EXPECT_THAT(lines(outcome.out), ElementsAre(HasSubstr("command 178  vehicle.startCharging targetSoc=80"),
                                              MatchesRegex("cancelled after [0-9.]+ s")));
  ASSERT_EQ(server.requests().size(), 1U);
  EXPECT_THAT(server.requests()[0].head, HasSubstr("Content-Length: 0"));
}

TEST(Cancel, WithoutWaitingItIsEnoughThatTheCarIsAsked) {
  ScriptedServer server(cancelling(command({"queued", "sent"}, kCancelRequested)));
  const Outcome outcome = runProgram(cancelWords(server));
  EXPECT_EQ(outcome.code, exit_code::kOk) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("cancel requested"));
  EXPECT_THAT(outcome.out, Not(HasSubstr(" s  queued"))) << "what was before is no news";
  EXPECT_THAT(outcome.out, HasSubstr("smartkarctl watch " + kCar));
}

TEST(Cancel, WaitingTellsWhetherItCameInTime) {
  const std::string asked = command({"queued", "sent"}, kCancelRequested);
  ScriptedServer in_time(cancelling(asked, command({"queued", "sent", "cancelled"})));
  EXPECT_EQ(runProgram(cancelWords(in_time, {"--wait"})).code, exit_code::kOk);
  ScriptedServer too_late(cancelling(asked, command({"queued", "sent", "completed"})));
  const Outcome outcome = runProgram(cancelWords(too_late, {"--wait"}));
  EXPECT_EQ(outcome.code, exit_code::kFailed);
  EXPECT_THAT(outcome.out, HasSubstr("\ncompleted after"));
  ScriptedServer silent(cancelling(asked, asked));
  const Outcome none = runProgram(cancelWords(silent, {"--wait", "--timeout", "1s"}));
  EXPECT_EQ(none.code, exit_code::kUnconfirmed);
  EXPECT_THAT(none.err, HasSubstr("the command is sent, cancel requested"));
}

TEST(Cancel, JsonPrintsTheCommand) {
  ScriptedServer server(cancelling(command({"queued", "cancelled"})));
  const Outcome outcome = runProgram(cancelWords(server, {"--json"}));
  ASSERT_EQ(lines(outcome.out).size(), 1U);
  EXPECT_EQ(boost::json::parse(outcome.out).at("state"), "cancelled");
}

TEST(Cancel, EndedCommandIsRefusedInTheServersWords) {
  ScriptedServer server([&](Connection& connection, const Request&) {
    connection.reply(409, R"({"detail":"the command has ended before: completed"})");
  });
  const Outcome outcome = runProgram(cancelWords(server));
  EXPECT_EQ(outcome.code, exit_code::kFailed);
  EXPECT_THAT(outcome.err, HasSubstr("ended before: completed"));
}

TEST(Watch, PrintsPresenceFirstAndThenEverythingThatHappens) {
  Interrupt interrupt;
  std::binary_semaphore asked(0);
  ScriptedServer server([&](Connection& connection, const Request& request) {
    if (request.line == "GET /api/v1/devices?limit=500") {
      connection.reply(200, R"({"devices":[{"ccid":")" + kCar + R"(","presence":"never_seen"}]})");
      return asked.release();
    }
    connection.startStream();
    asked.acquire();
    connection.event("presence", R"({"ccid":")" + kCar + R"(","presence":"awake","wakeCause":"timer"})");
    connection.event("state", R"({"ccid":")" + kCar + R"(","state":{"vehicle":{"battery":{"soc":61.5}}}})");
    connection.event("event", R"({"ccid":")" + kCar + R"(","domain":"vehicle","name":"plugged","seq":4})");
    connection.event("command", command({"queued", "in_progress/waking"}));
    connection.waitForEnd();
  });
  // Stops when the last line was printed.
  struct StopAtLine : std::stringbuf {
    explicit StopAtLine(Interrupt& stopped) : interrupt(stopped) {}
    int sync() override {
      if (str().find("in_progress") != std::string::npos) interrupt.request();
      return 0;
    }
    Interrupt& interrupt;
  } buffer(interrupt);
  std::ostream out(&buffer);
  std::ostringstream err;
  const int code = run({"watch", "--url", server.url(), "--token", "t"}, {out, err}, interrupt);
  EXPECT_EQ(code, exit_code::kInterrupted) << err.str();
  const std::string start = "[0-9:]+  " + kCar + "  ";
  EXPECT_THAT(
      lines(buffer.str()),
      ElementsAre(MatchesRegex(start + "presence  never seen"), MatchesRegex(start + "presence  awake, woken by timer"),
                  MatchesRegex(start + "state     vehicle.battery.soc=61.5"),
                  MatchesRegex(start + "event     vehicle plugged  seq=4"),
                  MatchesRegex(start + "command   178  vehicle.startCharging  in_progress  waking")));
}

TEST(Show, PrintsPresenceAndStateByDomain) {
  ScriptedServer server([&](Connection& connection, const Request& request) {
    if (request.line.ends_with("/state")) {
      return connection.reply(200, R"({"state":{"vehicle":{"battery":{"soc":61,"charging":null}}},"updatedAt":1000})");
    }
    connection.reply(200, R"({"presence":"asleep","reachable":"believed","fw":"1.2"})");
  });
  const Outcome outcome = runProgram({"show", kCar, "--url", server.url(), "--token", "t"});
  EXPECT_EQ(outcome.code, exit_code::kOk) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("asleep, believed reachable"));
  EXPECT_THAT(outcome.out, HasSubstr("vehicle\n  battery\n    soc "));
  EXPECT_THAT(outcome.out, HasSubstr("unknown"));
}

TEST(History, PrintsCommandsALineEach) {
  ScriptedServer server([&](Connection& connection, const Request&) {
    connection.reply(200, R"({"commands":[)" + command({"queued", "sent", "completed"}) + "]}");
  });
  const Outcome outcome = runProgram({"history", kCar, "--limit", "3", "--url", server.url(), "--token", "t"});
  EXPECT_EQ(outcome.code, exit_code::kOk) << outcome.err;
  EXPECT_EQ(server.requests()[0].line, "GET " + kCommands + "?limit=3");
  EXPECT_THAT(lines(outcome.out), ElementsAre(HasSubstr("command 178  vehicle.startCharging targetSoc=80  completed")));
}

TEST(History, ShowsThatACancelIsUnderWay) {
  ScriptedServer server([&](Connection& connection, const Request&) {
    connection.reply(200, R"({"commands":[)" + command({"queued", "sent"}, kCancelRequested) + "]}");
  });
  const Outcome outcome = runProgram({"history", kCar, "--url", server.url(), "--token", "t"});
  EXPECT_THAT(outcome.out, HasSubstr("targetSoc=80  sent, cancel requested\n"));
}

TEST(Provisioning, FromInitToARemovedCarWithoutAServer) {
  const test::TemporaryDirectory temporary;
  const std::string directory = temporary.path() / "fleet";
  const std::string listen = "127.0.0.1:" + std::to_string(test::freeLoopbackPort());
  const Outcome made = runProgram({"init", directory, "--http-listen", listen});
  EXPECT_EQ(made.code, exit_code::kOk) << made.err;
  EXPECT_THAT(made.out, HasSubstr("smartkar-server --config " + directory + "/server/server.toml"));
  const Outcome again = runProgram({"init", directory});
  EXPECT_EQ(again.code, exit_code::kFailed);
  EXPECT_THAT(again.err, HasSubstr("--force"));

  const Outcome added = runProgram({"device", "add", kCar, "--dir", directory});
  EXPECT_EQ(added.code, exit_code::kOk) << added.err;
  EXPECT_EQ(runProgram({"device", "list", "--dir", directory}).out, kCar + "\n");
  EXPECT_EQ(runProgram({"device", "add", kCar, "--dir", directory}).code, exit_code::kFailed);
  EXPECT_THAT(runProgram({"device", "show", kCar, "--dir", directory, "--json"}).out, HasSubstr("{\"ccid\":\"" + kCar));

  const Outcome unreachable = runProgram({"show", kCar, "--dir", directory});
  EXPECT_EQ(unreachable.code, exit_code::kUnreachable);
  EXPECT_THAT(unreachable.err, HasSubstr("no server answers at http://" + listen));
  EXPECT_THAT(unreachable.err, HasSubstr("Start it with: smartkar-server --config"));

  EXPECT_EQ(runProgram({"device", "number", kCar, "+491511234567", "--dir", directory}).code, exit_code::kOk);
  EXPECT_EQ(runProgram({"device", "number", kCar, "+49 151", "--dir", directory}).code, exit_code::kUsage);
  EXPECT_EQ(runProgram({"device", "remove", kCar, "--dir", directory}).code, exit_code::kOk);
  EXPECT_EQ(runProgram({"device", "show", kCar, "--dir", directory}).code, exit_code::kFailed);
  EXPECT_THAT(runProgram({"watch", "--dir", directory + "/nowhere"}).err, HasSubstr("--dir"));
}

TEST(Presence, EachChangeIsALineOfWhatWasKnownThen) {
  ScriptedServer server([](Connection& connection, const Request&) {
    connection.reply(
        200,
        R"({"presence":[)"
        R"({"number":9,"at":9000,"presence":"overdue","asleepUntil":8000,"provedAt":4000,"reachable":"unproven"},)"
        R"({"number":7,"at":4000,"presence":"asleep","asleepUntil":8000,"provedAt":4000,"reachable":"believed"}]})");
  });
  const Outcome outcome = runProgram({"presence", kCar, "--url", server.url(), "--token", "t"});
  EXPECT_EQ(outcome.code, exit_code::kOk) << outcome.err;
  EXPECT_EQ(server.requests()[0].line, "GET /api/v1/devices/" + kCar + "/presence?limit=20");
  EXPECT_THAT(lines(outcome.out),
              ElementsAre(MatchesRegex("1970-01-.* overdue, was to wake .*, not known to be reachable, proved .*"),
                          MatchesRegex("1970-01-.* asleep until .*, believed reachable, proved .*")));
}

TEST(Presence, CarWithoutAnyWasNeverSeen) {
  ScriptedServer server([](Connection& connection, const Request&) { connection.reply(200, R"({"presence":[]})"); });
  const Outcome outcome = runProgram({"presence", kCar, "--url", server.url(), "--token", "t"});
  EXPECT_THAT(outcome.err, HasSubstr("was never seen"));
}

TEST(Telemetry, BucketsAreALineEach) {
  ScriptedServer server([](Connection& connection, const Request&) {
    connection.reply(200, R"({"field":"vehicle.battery.soc","unit":"%","buckets":[)"
                          R"({"at":1000,"count":1,"min":55,"max":55,"mean":55,"last":55,"lastAt":1000},)"
                          R"({"at":4600,"count":3,"min":50,"max":54.5,"mean":52.333333,"last":50,"lastAt":4700}]})");
  });
  const Outcome outcome = runProgram({"telemetry", kCar, "vehicle.battery.soc", "--from", "@500", "--to", "@9000",
                                      "--resolution", "1h", "--url", server.url(), "--token", "t"});
  EXPECT_EQ(outcome.code, exit_code::kOk) << outcome.err;
  EXPECT_EQ(server.requests()[0].line,
            "GET /api/v1/devices/" + kCar + "/history?from=500&to=9000&field=vehicle.battery.soc&resolution=3600");
  EXPECT_THAT(lines(outcome.out), ElementsAre(MatchesRegex("[-0-9]+ [:0-9]+ +55 % *"),
                                              MatchesRegex("[-0-9]+ [:0-9]+ +50 % +50 to 54.5, mean 52.33")));
}

TEST(Telemetry, NothingKnownIsSaid) {
  ScriptedServer server([](Connection& connection, const Request&) { connection.reply(200, R"({"buckets":[]})"); });
  const Outcome outcome = runProgram({"telemetry", kCar, "vehicle.battery.soc", "--url", server.url(), "--token", "t"});
  EXPECT_EQ(outcome.code, exit_code::kOk);
  EXPECT_THAT(outcome.err, HasSubstr("Nothing is known"));
}

TEST(Export, IsWrittenToTheFile) {
  ScriptedServer server([](Connection& connection, const Request&) { connection.reply(200, "at,span\r\n1,0\r\n"); });
  const test::TemporaryDirectory directory;
  const std::string file = (directory.path() / "car.csv").string();
  const Outcome outcome = runProgram({"export", kCar, "--output", file, "--url", server.url(), "--token", "t"});
  EXPECT_EQ(outcome.code, exit_code::kOk) << outcome.err;
  EXPECT_EQ(server.requests()[0].line, "GET /api/v1/devices/" + kCar + "/export?format=csv");
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_EQ(text.str(), "at,span\r\n1,0\r\n");
}

TEST(Export, BodyWhoseEndIsMissingIsAnError) {
  ScriptedServer server([](Connection& connection, const Request&) {
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na\r\n\r\n");
  });
  const Outcome outcome = runProgram({"export", kCar, "--url", server.url(), "--token", "t"});
  EXPECT_EQ(outcome.code, exit_code::kUnreachable);
  EXPECT_EQ(outcome.out, "a\r\n");
  EXPECT_THAT(outcome.err, HasSubstr("was lost"));
}

TEST(Export, RefusalIsSaidAndNothingWritten) {
  ScriptedServer server([](Connection& connection, const Request&) {
    connection.reply(422, R"({"detail":"from must be earlier than to","field":"from"})");
  });
  const Outcome outcome =
      runProgram({"export", kCar, "--from", "@9", "--to", "@1", "--url", server.url(), "--token", "t"});
  EXPECT_EQ(outcome.code, exit_code::kUsage);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("from must be earlier than to"));
}

TEST(Completion, OffersActionsAndTheirParameters) {
  const Outcome bash = runProgram({"completion", "bash"});
  EXPECT_EQ(bash.code, exit_code::kOk);
  EXPECT_THAT(bash.out, HasSubstr(" vehicle.battery.soc "));
  EXPECT_THAT(bash.out, HasSubstr("vehicle.startCharging) offers=\"targetSoc= maxCurrent= onlyIf.parked="));
  EXPECT_THAT(bash.out, HasSubstr("vehicle.stopCharging) offers=\"onlyIf.parked="));
  EXPECT_THAT(bash.out, Not(HasSubstr("system.ring")));
  EXPECT_THAT(runProgram({"completion", "zsh"}).out, HasSubstr("bashcompinit"));
}

}  // namespace
}  // namespace smartkar::cli
