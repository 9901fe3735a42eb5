#include "server/core/partial_result.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "protocol/json_document.hpp"

namespace smartkar::server {
namespace {

// Text of an array without its brackets.
std::string_view elementsOf(std::string_view array) { return array.substr(1, array.size() - 2); }

struct Member {
  std::string key;
  std::string value;

  bool isArray() const { return value.starts_with('['); }
};

void append(Member& known, std::string_view more) {
  if (elementsOf(more).empty()) return;
  known.value.pop_back();
  if (known.value.size() > 1) known.value += ',';
  known.value += elementsOf(more);
  known.value += ']';
}

void merge(std::vector<Member>& members, const std::string& part) {
  protocol::JsonDocument document;
  const auto object = document.parse(part);
  if (!object) return;
  for (const auto& member : object->members()) {
    const std::string_view key = member.key.raw();
    const auto known = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.key == key; });
    if (known == members.end()) {
      members.push_back({std::string(key), std::string(member.value.raw())});
    } else if (known->isArray() && member.value.isArray()) {
      append(*known, member.value.raw());
    }
  }
}

}  // namespace

bool collect(PartialResult& partial, const protocol::Response& response) {
  const std::uint32_t first_seq = response.seq.value_or(0) - (response.part.number - 1);
  const bool same =
      partial.boot == response.boot && partial.first_seq == first_seq && partial.parts.size() == response.part.count;
  if (!same) partial = {response.boot, first_seq, std::vector<std::string>(response.part.count)};
  partial.parts[response.part.number - 1] = response.result.empty() ? "{}" : std::string(response.result);
  return std::none_of(partial.parts.begin(), partial.parts.end(), [](const auto& part) { return part.empty(); });
}

std::string joined(const PartialResult& partial) {
  std::vector<Member> members;
  for (const std::string& part : partial.parts) merge(members, part);
  std::string text = "{";
  for (const Member& member : members) {
    if (text.size() > 1) text += ',';
    text += member.key + ':' + member.value;
  }
  return text + '}';
}

}  // namespace smartkar::server
