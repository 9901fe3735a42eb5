#include "device/link/link_policy.hpp"

#include <gtest/gtest.h>

#include <string>

namespace smartkar::device {
namespace {

constexpr LinkKinds kAll{0b111};
constexpr LinkKinds kNoSecond{0b101};
constexpr LinkKinds kOnlyMqtt{0b001};

// What happens, one letter each: x failure, + contact, z wake, r the first link is tried again; a, 1, 2, t the server
// asks for auto, mqtt, mqtt2, tcp.
void play(LinkChoice& choice, std::string_view story, LinkKinds configured, const LinkPolicy& policy = {}) {
  for (const char event : story) {
    switch (event) {
      case 'x':
        noteFailure(choice, policy, configured);
        break;
      case '+':
        noteContact(choice);
        break;
      case 'z':
        noteWake(choice, policy, configured);
        break;
      case 'r':
        tryFirst(choice);
        break;
      case 'a':
        wishFor(choice, std::nullopt, configured);
        break;
      default:
        wishFor(choice, static_cast<LinkKind>(std::string_view("12t").find(event)), configured);
    }
  }
}

struct Case {
  const char* story;
  LinkKinds configured;
  const char* current;
};

TEST(LinkPolicy, ChoosesTheLinkByWhatHappened) {
  const Case cases[] = {
      {"", kAll, "mqtt"},
      {"x", kAll, "mqtt"},
      {"x+x+x+x", kAll, "mqtt"},
      {"xx", kAll, "mqtt2"},
      {"xxxx", kAll, "tcp"},
      {"xxxxxx", kAll, "mqtt"},  // round and round
      {"xx", kNoSecond, "tcp"},
      {"xxxx", kNoSecond, "mqtt"},
      {"xxxxxxx", kOnlyMqtt, "mqtt"},
      {"xx+x", kAll, "mqtt2"},
      {"xx+xx", kAll, "tcp"},
      // The first link, tried again, needs one contact to stay and one failure to go.
      {"xx+r", kAll, "mqtt"},
      {"xx+rx", kAll, "mqtt2"},
      {"xxxx+rx", kAll, "tcp"},
      {"xx+r+x", kAll, "mqtt"},
      {"xx+rxx", kAll, "mqtt2"},
      {"xx+rxxx", kAll, "tcp"},
      // A wish stands until it leads nowhere; one for what is not there changes nothing.
      {"t", kAll, "tcp"},
      {"t+x", kAll, "tcp"},
      {"txx", kAll, "mqtt"},
      {"txxxx", kAll, "mqtt2"},
      {"t", kOnlyMqtt, "mqtt"},
      {"xx2", kNoSecond, "tcp"},
      {"xxxx+a", kAll, "mqtt"},
      {"xx+1xxx", kAll, "mqtt"},
      {"xx+1xxxx", kAll, "mqtt2"},
      {"t+zzzzzzzz", kAll, "tcp"},
  };
  for (const Case& test : cases) {
    LinkChoice choice;
    play(choice, test.story, test.configured);
    EXPECT_EQ(linkKindName(choice.current), test.current) << test.story;
  }
}

TEST(LinkPolicy, FirstLinkIsTriedAgainAfterATimeOrSomeWakes) {
  LinkChoice choice;
  play(choice, "zzzzz", kAll);
  EXPECT_FALSE(returnDue(choice, LinkPolicy(), 24h));
  play(choice, "xx+", kAll);
  EXPECT_FALSE(returnDue(choice, LinkPolicy(), 29min));
  EXPECT_TRUE(returnDue(choice, LinkPolicy(), 30min));
  play(choice, "zzz", kAll);
  EXPECT_FALSE(returnDue(choice, LinkPolicy(), 1min));
  play(choice, "z", kAll);
  EXPECT_TRUE(returnDue(choice, LinkPolicy(), 1min));
  play(choice, "rx", kAll);
  EXPECT_FALSE(returnDue(choice, LinkPolicy(), 1min));
}

TEST(LinkPolicy, WishedLinkIsNotLeftForTheFirst) {
  LinkChoice choice;
  play(choice, "t+zzzzz", kAll);
  EXPECT_FALSE(returnDue(choice, LinkPolicy(), 24h));
  EXPECT_EQ(choice.wish, LinkKind::Tcp);
  play(choice, "xxxx", kAll);
  EXPECT_EQ(choice.wish, std::nullopt);
}

TEST(LinkPolicy, LinkThatIsNotConfiguredAnyMoreGivesWay) {
  LinkChoice choice;
  play(choice, "t", kAll);
  play(choice, "z", kOnlyMqtt);
  EXPECT_EQ(choice.current, LinkKind::Mqtt);
  EXPECT_EQ(choice.wish, std::nullopt);
}

TEST(LinkPolicy, FirstOnlyMeansThatTheServerAloneMayAskForAnother) {
  const LinkPolicy policy{.mode = LinkMode::First};
  LinkChoice choice;
  play(choice, "xxxxxxxx", kAll, policy);
  EXPECT_EQ(choice.current, LinkKind::Mqtt);
  play(choice, "t+x", kAll, policy);
  EXPECT_EQ(choice.current, LinkKind::Tcp);
  play(choice, "x", kAll, policy);
  EXPECT_EQ(choice.current, LinkKind::Mqtt);
}

TEST(LinkPolicy, NumbersAreThoseOfThePolicy) {
  const LinkPolicy policy{.failures = 3, .return_after = 2h, .return_wakes = 1};
  LinkChoice choice;
  play(choice, "xx", kAll, policy);
  EXPECT_EQ(choice.current, LinkKind::Mqtt);
  play(choice, "x+", kAll, policy);
  EXPECT_EQ(choice.current, LinkKind::Mqtt2);
  EXPECT_FALSE(returnDue(choice, policy, 2h - 1s));
  EXPECT_TRUE(returnDue(choice, policy, 2h));
  play(choice, "z", kAll, policy);
  EXPECT_TRUE(returnDue(choice, policy, 0s));
}

TEST(LinkPolicy, TroubleOfModemSimOrNetworkSpeaksAgainstNoLink) {
  for (const auto error : {LinkError::NoModem, LinkError::NoSim, LinkError::NotRegistered, LinkError::NoBearer}) {
    EXPECT_FALSE(speaksAgainst(error));
  }
  for (const auto error : {LinkError::Refused, LinkError::Timeout, LinkError::Down}) EXPECT_TRUE(speaksAgainst(error));
}

TEST(LinkPolicy, NamesAreFound) {
  EXPECT_EQ(findLinkKind("mqtt"), LinkKind::Mqtt);
  EXPECT_EQ(findLinkKind("mqtt2"), LinkKind::Mqtt2);
  EXPECT_EQ(findLinkKind("tcp"), LinkKind::Tcp);
  EXPECT_EQ(findLinkKind("auto"), std::nullopt);
}

}  // namespace
}  // namespace smartkar::device
