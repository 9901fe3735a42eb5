#include <gtest/gtest.h>

#include <future>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "test/interop/comparison.hpp"
#include "test/interop/transport.hpp"

namespace smartkar::interop {
namespace {

using mqtt::Qos;
using mqtt::Version;

constexpr std::size_t kOne = 0;
constexpr std::size_t kOther = 1;

Connect kept(std::size_t client, std::uint32_t session_expiry = 3600) {
  return {.client = client, .version = Version::V5, .clean = false, .session_expiry = session_expiry};
}
Connect clean(std::size_t client) { return {.client = client, .version = Version::V5}; }
Leave dropped(std::size_t client) { return {.client = client, .goodbye = false}; }
Subscribe subscription(std::size_t client) {
  return {.client = client, .filters = {{.filter = "a/#", .qos = Qos::AtLeastOnce}}};
}
Publish message(std::size_t client, const char* payload, std::uint32_t expiry, bool retain = false) {
  return {.client = client,
          .topic = "a/b",
          .payload = payload,
          .qos = Qos::AtLeastOnce,
          .retain = retain,
          .expiry = expiry};
}

// Their names say what agrees.
std::map<std::string, std::vector<Step>> timedScripts() {
  Connect withholding = kept(kOne);
  withholding.acknowledges = false;
  withholding.receive_maximum = 2;
  Connect silent = kept(kOne);
  silent.keep_alive = 1;
  silent.will = Connect::Will{.topic = "a/will"};
  Connect patient = clean(kOther);
  patient.keep_alive = 60;
  return {
      {"a message that waits is counted down, and sent without expiry in its last second",
       {kept(kOne), subscription(kOne), dropped(kOne), clean(kOther), message(kOther, "gone", 1),
        message(kOther, "in its last second", 2), message(kOther, "not yet", 3), message(kOther, "kept", 0), Wait{2},
        kept(kOne)}},
      {"a message in flight ends when it is to be sent again",
       {withholding, subscription(kOne), clean(kOther), message(kOther, "1", 1), message(kOther, "2", 60),
        message(kOther, "3", 1), message(kOther, "4", 60), Wait{2}, Acknowledge{kOne, 1}, dropped(kOne), withholding,
        Acknowledge{kOne, 4}}},
      {"a retained message ends a second earlier",
       {clean(kOne), clean(kOther), message(kOther, "retained", 2, true), Wait{1}, subscription(kOne), Wait{1},
        subscription(kOther), Unsubscribe{kOne, "a/#"}, subscription(kOne)}},
      {"a session is counted from the end of its connection",
       {kept(kOne, 1), subscription(kOne), kept(kOther, 2), subscription(kOther), dropped(kOther), Wait{1},
        dropped(kOne), Wait{2}, kept(kOther, 2), kept(kOne, 1)}},
      {"a session does not end by itself after a restart, but after its next connection",
       {kept(kOne, 1), subscription(kOne), dropped(kOne), Restart{true}, Wait{3}, kept(kOne, 1), dropped(kOne), Wait{2},
        kept(kOne, 1)}},
      // Two looks at silent clients (givenUpAt()), since the first can come before this one is late.
      {"a silent client loses its connection, and its will is published",
       {patient, subscription(kOther), silent, Wait{9}}},
  };
}

// Empty: none.
std::string differenceOf(std::vector<Step> steps) {
  steps.emplace_back(Wait{0});
  return compare({.clients = 2, .steps = std::move(steps)}).difference;
}

// A real broker has a real clock, so this takes the seconds of the longest script.
TEST(TimedScripts, LookTheSameOnMosquittoAndOnTheModel) {
  std::map<std::string, std::future<std::string>> differences;
  for (const auto& [name, steps] : timedScripts()) {
    differences[name] = std::async(std::launch::async, differenceOf, steps);
  }
  for (auto& [name, difference] : differences) {
    try {
      EXPECT_EQ(difference.get(), "") << name;
    } catch (const TooSlow& error) {
      std::cout << name << ": not compared: " << error.what() << '\n';
    }
  }
}

}  // namespace
}  // namespace smartkar::interop
