// ps, why, token and doctor against a scripted server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/run.hpp"
#include "cli/scripted_server.hpp"

namespace smartkar::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Connection = ScriptedServer::Connection;
using Request = ScriptedServer::Request;

const std::string kCar = "8949000012345678901";
const std::string kCommand =
    R"({"id":178,"ccid":")" + kCar +
    R"(","action":"vehicle.startCharging","params":{"targetSoc":80},"state":"sent",)"
    R"("unconfirmed":true,"createdAt":1000,"expiresAt":22600,"final":false,)"
    R"("history":[{"at":1000,"state":"queued"},{"at":1002,"state":"ringing"},{"at":1024,"state":"sent"}]})";

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

Outcome runProgram(const ScriptedServer& server, std::vector<std::string> words) {
  Interrupt interrupt;
  std::ostringstream out;
  std::ostringstream err;
  words.insert(words.end(), {"--url", server.url(), "--token", "t"});
  const int code = run(std::move(words), {out, err}, interrupt);
  return {code, out.str(), err.str()};
}

TEST(Ps, ShowsTheCarsOfAllPages) {
  ScriptedServer server([](Connection& connection, const Request& request) {
    if (request.line == "GET /api/v1/devices?limit=500") {
      return connection.reply(200, R"({"devices":[{"ccid":"1","presence":"awake"}],"next":"/api/v1/devices?after=1"})");
    }
    connection.reply(200, R"({"devices":[{"ccid":"2","presence":"never_seen"}]})");
  });
  const Outcome outcome = runProgram(server, {"ps"});
  EXPECT_EQ(outcome.code, exit_code::kOk) << outcome.err;
  EXPECT_EQ(outcome.out, "1                     awake\n2                     never seen\n");
}

TEST(Why, TellsTheStepsWhatTheyMeanAndHowTheCarStands) {
  ScriptedServer server([](Connection& connection, const Request& request) {
    if (request.line == "GET /api/v1/devices/" + kCar) {
      return connection.reply(200, R"({"ccid":"x","presence":"asleep","reachable":"believed"})");
    }
    connection.reply(200, R"({"commands":[)" + kCommand + "]}");
  });
  const Outcome outcome = runProgram(server, {"why", kCar});
  EXPECT_EQ(outcome.code, exit_code::kOk) << outcome.err;
  EXPECT_EQ(server.requests()[0].line, "GET /api/v1/devices/" + kCar + "/commands?limit=1");
  EXPECT_THAT(outcome.out, HasSubstr("command 178  vehicle.startCharging targetSoc=80"));
  EXPECT_THAT(outcome.out, HasSubstr("    24.0 s  sent\n"));
  EXPECT_THAT(outcome.out, HasSubstr("unconfirmed\nIt was sent and the answer is overdue"));
  EXPECT_THAT(outcome.out, HasSubstr("The car is asleep, believed reachable.\n"));
}

TEST(Why, WithoutAnyCommandSaysSo) {
  ScriptedServer server([](Connection& connection, const Request&) { connection.reply(200, R"({"commands":[]})"); });
  const Outcome outcome = runProgram(server, {"why", kCar});
  EXPECT_EQ(outcome.code, exit_code::kFailed);
  EXPECT_THAT(outcome.err, HasSubstr("no command was sent"));
}

TEST(Token, CreatePrintsTheSecretAloneSoThatItCanBeKept) {
  ScriptedServer server([](Connection& connection, const Request&) {
    connection.reply(201, R"({"name":"anna","role":"operator","createdAt":1,"token":"0123abcd"})");
  });
  const Outcome outcome = runProgram(server, {"token", "create", "anna", "--role", "operator"});
  EXPECT_EQ(outcome.out, "0123abcd\n");
  EXPECT_EQ(server.requests()[0].line, "POST /api/v1/tokens");
  EXPECT_EQ(server.requests()[0].body, R"({"name":"anna","role":"operator"})");
  EXPECT_EQ(runProgram(server, {"token", "create", "anna", "--role", "king"}).code, exit_code::kUsage);
}

TEST(Token, ListAndRevoke) {
  ScriptedServer server([](Connection& connection, const Request& request) {
    const std::string token = R"({"name":"anna","role":"operator","createdAt":1,"revokedAt":2})";
    connection.reply(200, request.line.starts_with("DELETE") ? token : R"({"tokens":[)" + token + "]}");
  });
  EXPECT_THAT(runProgram(server, {"token", "list"}).out, HasSubstr("anna                    operator  since "));
  EXPECT_THAT(runProgram(server, {"token", "revoke", "anna"}).out, HasSubstr("opens nothing"));
  EXPECT_EQ(server.requests().back().line, "DELETE /api/v1/tokens/anna");
}

TEST(Doctor, NamesEachProblemAndGoesOn) {
  ScriptedServer server([](Connection& connection, const Request& request) {
    if (request.line == "GET /readyz") {
      return connection.reply(503, R"({"status":"not ready","broker":"down","store":"ok"})");
    }
    if (request.line == "GET /api/v1/me") return connection.reply(200, R"({"name":"api","role":"admin"})");
    connection.reply(200, R"({"devices":[{"ccid":"1","presence":"lost"}]})");
  });
  const Outcome outcome = runProgram(server, {"doctor"});
  EXPECT_EQ(outcome.code, exit_code::kFailed);
  EXPECT_THAT(outcome.out, HasSubstr("store   ok       readable\n"));
  EXPECT_THAT(outcome.out, HasSubstr("broker  PROBLEM  the server does not reach it"));
  EXPECT_THAT(outcome.out, HasSubstr("token   ok       of api, admin\n"));
  EXPECT_THAT(outcome.out, HasSubstr("1 lost or overdue"));
  EXPECT_THAT(runProgram(server, {"doctor", "--json"}).out, HasSubstr(R"({"check":"broker","ok":false,)"));
}

}  // namespace
}  // namespace smartkar::cli
