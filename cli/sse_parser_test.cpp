#include "cli/sse_parser.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace smartkar::cli {
namespace {

std::vector<std::string> parse(const std::vector<std::string>& pieces) {
  SseParser parser;
  std::vector<std::string> events;
  for (const std::string& piece : pieces) {
    parser.feed(piece);
    while (const auto event = parser.next()) events.push_back(event->type + "|" + event->data);
  }
  return events;
}

using Events = std::vector<std::string>;

TEST(SseParser, EventWithTypeAndDataIsRead) {
  EXPECT_EQ(parse({"id: 7\nevent: command\ndata: {\"id\":1}\n\n"}), Events{"command|{\"id\":1}"});
}

TEST(SseParser, CutAnywhereAndWithAnyLineEndTheEventsAreTheSame) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const std::string text =
        ": ping" + end + end + "event:a" + end + "data: 1" + end + "data:2" + end + end + "data: x" + end + end;
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      // The last '\r' is complete only when something follows it.
      EXPECT_EQ(parse({text.substr(0, cut), text.substr(cut), ":\n"}), (Events{"a|1\n2", "message|x"})) << cut;
    }
  }
}

TEST(SseParser, CommentsUnknownFieldsAndEventsWithoutDataAreNothing) {
  EXPECT_EQ(parse({":\n\nevent: a\n\nretry: 5\nfoo\n\n"}), Events{});
}

TEST(SseParser, TypeDoesNotLeakIntoTheNextEvent) {
  EXPECT_EQ(parse({"event: a\ndata: 1\n\ndata: 2\n\n"}), (Events{"a|1", "message|2"}));
}

}  // namespace
}  // namespace smartkar::cli
