#include "mqtt/topic_aliases.hpp"

#include <algorithm>

#include "mqtt/wire.hpp"

namespace smartkar::mqtt {

// Entries [alias 2][length 2][topic] one behind the other.
std::optional<TopicAliases::Place> TopicAliases::place(std::uint16_t alias) const {
  Reader reader(content());
  while (reader.remaining() > 0) {
    const std::size_t offset = reader.position();
    const bool found = reader.twoBytes() == alias;
    const std::string_view topic = reader.text();
    if (found) return Place{.offset = offset, .size = reader.position() - offset, .topic = topic};
  }
  return std::nullopt;
}

bool TopicAliases::set(std::uint16_t alias, std::string_view topic) {
  if (const auto old = place(alias)) {
    if (old->topic == topic) return true;
    const auto begin = memory_.begin() + static_cast<std::ptrdiff_t>(old->offset);
    std::copy(begin + static_cast<std::ptrdiff_t>(old->size), memory_.begin() + static_cast<std::ptrdiff_t>(size_),
              begin);
    size_ -= old->size;
  }
  Writer writer(memory_.subspan(size_));
  writer.twoBytes(alias);
  writer.text(topic);
  if (writer.ok()) size_ += writer.size();
  return writer.ok();
}

std::optional<std::string_view> TopicAliases::find(std::uint16_t alias) const {
  const auto found = place(alias);
  if (!found) return std::nullopt;
  return found->topic;
}

bool TopicAliases::restore(std::span<const std::uint8_t> content) {
  clear();
  if (content.size() > memory_.size()) return false;
  Reader reader(content);
  while (reader.ok() && reader.remaining() > 0) {
    reader.twoBytes();
    reader.text();
  }
  if (!reader.ok()) return false;
  std::copy(content.begin(), content.end(), memory_.begin());
  size_ = content.size();
  return true;
}

}  // namespace smartkar::mqtt
