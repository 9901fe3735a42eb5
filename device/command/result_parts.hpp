#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace smartkar::device {

// Cuts a result that is too long for one message: each part is an object with some of its members, in their order. An
// array that does not fit is continued under the same name in the next part.
class ResultParts {
 public:
  ResultParts() = default;
  // object: compact text of a JSON object, as our own writer makes it; must outlive this and its copies.
  explicit ResultParts(std::string_view object) : inside_(object.substr(1, object.size() - 2)) {}

  // True if nothing is left.
  bool done() const { return at_ >= inside_.size(); }
  // Writes the next part into out, as much as fits. Empty: there is a value that does not fit by itself.
  std::string_view take(std::span<char> out);

 private:
  class Text;
  bool takeMember(Text& part);
  bool takeElements(Text& part);

  std::string_view inside_;
  std::size_t at_ = 0;
  std::string_view array_;  // the name, with colon and bracket, of the array whose elements are being taken
};

}  // namespace smartkar::device
