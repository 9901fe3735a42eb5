#pragma once

#include <string_view>

namespace smartkar::device {

// What the car's own choice among several links can be asked and told.
class LinkChooser {
 public:
  virtual ~LinkChooser() = default;
  // name: "mqtt", "mqtt2", "tcp", or "auto" for the car's own choice. False: there is no such link, nothing changes.
  // The wish counts from the next open() on.
  virtual bool wishFor(std::string_view name) = 0;
  // The name that was wished for; "auto": none, or it led nowhere.
  virtual std::string_view wished() const = 0;
  // The link that the next open() leads to.
  virtual std::string_view chosen() const = 0;
  // True if the link in use should be left as soon as nothing is under way on it.
  virtual bool changeDue() const = 0;
  // Decides on it: the next open() leads to the other link. The caller closes the one in use.
  virtual void change() = 0;
};

}  // namespace smartkar::device
