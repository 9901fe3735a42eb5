#include "mqtt/session_link_test.hpp"

namespace smartkar::mqtt {
namespace {

using testing::ElementsAre;

class SessionSave : public BothVersions {};
INSTANTIATE_TEST_SUITE_P(, SessionSave, testing::Values(Version::V311, Version::V5), versionName);

TEST_P(SessionSave, LoadedSessionGoesOnWithTheSameConnection) {
  Link before(GetParam());
  before.connect({.client_id = "c", .keep_alive = 300, .clean_start = false});
  const std::uint16_t id = before.publish("1");
  before.sent();
  Buffer saved(before.session.savedSize());
  ASSERT_EQ(before.session.save(saved).value(), saved.size());

  Link after(GetParam());
  ASSERT_TRUE(after.session.load(saved, after.now).ok());
  EXPECT_TRUE(after.session.connected());
  EXPECT_EQ(after.session.inFlight(), 1u);
  EXPECT_EQ(after.session.nextDeadline(), after.now + 300s);
  EXPECT_NE(after.publish("2"), id);
  EXPECT_THAT(payloads(after.sent()), ElementsAre("2"));
  after.answer(Puback{.packet_id = id});
  EXPECT_EQ(after.event<Published>().packet_id, id);
}

TEST_P(SessionSave, LoadedSessionRedeliversOnANewConnection) {
  Link before(GetParam());
  before.connect({.client_id = "c", .clean_start = false});
  before.publish("1");
  before.sent();
  before.dropTransport();
  before.publish("2");
  Buffer saved(before.session.savedSize());
  ASSERT_TRUE(before.session.save(saved).ok());

  Link after(GetParam());
  ASSERT_TRUE(after.session.load(saved, after.now).ok());
  EXPECT_FALSE(after.session.connected());
  after.connect({.client_id = "c", .clean_start = false}, Connack{.session_present = true});
  const auto again = after.sent();
  EXPECT_THAT(payloads(again), ElementsAre("1", "2"));
  EXPECT_TRUE(std::get<Publish>(again[0]).duplicate);
  EXPECT_FALSE(std::get<Publish>(again[1]).duplicate);
}

TEST_P(SessionSave, SaveIsRefusedWhileSomethingIsUnderWay) {
  Link link(GetParam());
  Buffer saved(2048);
  const auto error = [&] { return link.session.save(saved).error(); };
  link.open();
  EXPECT_EQ(error(), SessionError::NotAtBoundary);  // CONNACK awaited
  link.answer(Connack{});
  link.event<Connected>();
  EXPECT_TRUE(link.session.save(saved).ok());
  link.publish("1", {});
  EXPECT_EQ(error(), SessionError::NotAtBoundary);  // unsent output
  link.sent();
  link.feed({0x30});
  EXPECT_EQ(error(), SessionError::NotAtBoundary);  // half a packet
  link.feed({0x03, 0, 1, 't'});
  link.session.transportClosed(link.now);
  EXPECT_EQ(error(), SessionError::NotAtBoundary);  // unpolled end
  while (link.session.poll()) continue;
  link.connect();
  const AckToken token = link.deliver(1).token;
  EXPECT_EQ(error(), SessionError::NotAtBoundary);  // unacknowledged message
  link.session.acknowledge(token);
  link.sent();
  ASSERT_TRUE(link.session.ping(link.now).ok());
  link.sent();
  EXPECT_EQ(error(), SessionError::NotAtBoundary);  // PINGRESP awaited
  link.answer(Pingresp{});
  link.expectNoEvent();
  EXPECT_TRUE(link.session.save(saved).ok());
  EXPECT_EQ(link.session.save(std::span(saved).first(10)).error(), SessionError::NoRoom);
}

TEST_P(SessionSave, EveryChangedByteAndEveryPrefixOfASaveIsCorrupt) {
  Link before(GetParam());
  before.publish("1");
  Buffer saved(before.session.savedSize());
  ASSERT_TRUE(before.session.save(saved).ok());
  for (std::size_t i = 0; i < saved.size(); ++i) {
    Buffer changed = saved;
    changed[i] ^= 0x10;
    Link after(GetParam());
    ASSERT_EQ(after.session.load(changed, after.now).error(), SessionError::Corrupt) << i;
    ASSERT_EQ(after.session.load(std::span(saved).first(i), after.now).error(), SessionError::Corrupt) << i;
    ASSERT_EQ(after.session.unacknowledged(), 0u);
  }
}

TEST(SessionSaveAlone, SaveOfAnotherVersionIsCorrupt) {
  Link before(Version::V311);
  Buffer saved(before.session.savedSize());
  ASSERT_TRUE(before.session.save(saved).ok());
  Link after(Version::V5);
  EXPECT_EQ(after.session.load(saved, after.now).error(), SessionError::Corrupt);
}

TEST(SessionSaveAlone, ErrorsAndCausesHaveNames) {
  EXPECT_EQ(name(SessionError::NotAtBoundary), "NotAtBoundary");
  EXPECT_EQ(name(DisconnectCause::PingTimeout), "PingTimeout");
}

}  // namespace
}  // namespace smartkar::mqtt
