#include "device/command/result_parts.hpp"

#include <algorithm>

namespace smartkar::device {
namespace {

// Where the name or value that begins here ends: at the colon, comma or bracket after it.
std::size_t endOf(std::string_view text, std::size_t at) {
  int depth = 0;
  bool quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') quoted = !quoted;
    if (quoted) {
      if (c == '\\') ++at;
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    const bool closes = c == '}' || c == ']';
    if (depth == 0 && (closes || c == ',' || c == ':')) return at;
    if (closes) --depth;
  }
  return at;
}

}  // namespace

// The object under construction. There is always room left for the brackets that close it.
class ResultParts::Text {
 public:
  static constexpr std::size_t kClosing = 2;

  explicit Text(std::span<char> out) : out_(out) { put("{"); }

  // True if there was room for before + text + after; before is left out at the very beginning.
  bool add(std::string_view before, std::string_view text, std::string_view after) {
    if (size_ <= 1) before = {};
    if (size_ + before.size() + text.size() + after.size() + kClosing > out_.size()) return false;
    put(before);
    put(text);
    put(after);
    return true;
  }
  void closeArray() { put("]"); }
  std::string_view finish() {
    if (size_ <= 1) return {};
    put("}");
    return {out_.data(), size_};
  }

 private:
  void put(std::string_view text) {
    std::copy(text.begin(), text.end(), out_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += text.size();
  }

  std::span<char> out_;
  std::size_t size_ = 0;
};

std::string_view ResultParts::take(std::span<char> out) {
  if (out.size() <= Text::kClosing) return {};
  Text part(out);
  bool more = true;
  while (more && !done()) more = array_.empty() ? takeMember(part) : takeElements(part);
  return part.finish();
}

// False if the part is full.
bool ResultParts::takeMember(Text& part) {
  const std::size_t colon = endOf(inside_, at_);
  const std::size_t end = endOf(inside_, colon + 1);
  if (part.add(",", inside_.substr(at_, end - at_), "")) {
    at_ = end + 1;
    return true;
  }
  const bool splits = inside_[colon + 1] == '[' && end - colon > 3;
  if (!splits) return false;
  array_ = inside_.substr(at_, colon + 2 - at_);
  at_ = colon + 2;
  return takeElements(part);
}

bool ResultParts::takeElements(Text& part) {
  bool any = false;
  bool last = false;
  while (!last) {
    const std::size_t end = endOf(inside_, at_);
    const std::string_view element = inside_.substr(at_, end - at_);
    const bool added = any ? part.add(",", element, "") : part.add(",", array_, element);
    if (!added) break;
    any = true;
    last = inside_[end] == ']';
    at_ = end + 1;
  }
  if (any) part.closeArray();
  if (last) {
    array_ = {};
    ++at_;  // the comma after the array
  }
  return last;
}

}  // namespace smartkar::device
