#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace smartkar::mqtt {

// The topics that the numbers of one connection stand for (MQTT 5.0 section 3.3.2.3.4), in the caller's memory: 4 bytes
// more than the topic each.
class TopicAliases {
 public:
  explicit TopicAliases(std::span<std::uint8_t> memory) : memory_(memory) {}

  // From now on the alias stands for this topic. topic: at most 65,535 bytes. False, and the alias stands for nothing,
  // if the memory is too small.
  bool set(std::uint16_t alias, std::string_view topic);
  // Nothing if the alias stands for no topic. Valid until the next call that is not const.
  std::optional<std::string_view> find(std::uint16_t alias) const;
  void clear() { size_ = 0; }

  // All of them as bytes, for saving.
  std::span<const std::uint8_t> content() const { return memory_.first(size_); }
  // content: from content(). False, and empty, if it does not fit or is not well-formed.
  bool restore(std::span<const std::uint8_t> content);

 private:
  struct Place {
    std::size_t offset = 0;
    std::size_t size = 0;
    std::string_view topic{};
  };
  std::optional<Place> place(std::uint16_t alias) const;

  std::span<std::uint8_t> memory_;
  std::size_t size_ = 0;
};

}  // namespace smartkar::mqtt
