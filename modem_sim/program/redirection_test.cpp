#include "modem_sim/program/redirection.hpp"

#include <gtest/gtest.h>

namespace smartkar::modem_sim {
namespace {

TEST(RedirectionTest, NamesWhoIsReachedInsteadOfWhom) {
  const auto redirection = parseRedirection("broker.example:8883:127.0.0.1:41234");
  ASSERT_TRUE(redirection);
  EXPECT_EQ(redirection->host, "broker.example");
  EXPECT_EQ(redirection->port, 8883);
  EXPECT_EQ(redirection->new_host, "127.0.0.1");
  EXPECT_EQ(redirection->new_port, 41234);
}

TEST(RedirectionTest, AnythingElseIsRefused) {
  for (const char* wrong : {"", "a:1", "a:1:b", "a:1:b:", ":1:b:2", "a:1::2", "a:1:b:65536", "a:x:b:2", "a:1:b:2:3"}) {
    EXPECT_FALSE(parseRedirection(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace smartkar::modem_sim
