#include "protocol/topics.hpp"

#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"

// A topic that is taken apart is the one that its parts make.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace smartkar::protocol;
  const std::string_view topic(reinterpret_cast<const char*>(data), size);
  const auto parsed = parseTopic(kDefaultTopicPrefix, topic);
  if (parsed) SK_ASSERT(makeTopic(kDefaultTopicPrefix, parsed->ccid, parsed->channel)->view() == topic);
  const auto own = makeTopic(topic, "8944500102198304826", Channel::Response);
  SK_ASSERT(own.has_value() == validTopicPrefix(topic));
  if (own) SK_ASSERT(parseTopic(topic, *own).has_value());
  return 0;
}
