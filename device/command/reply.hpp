#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/fixed_string.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/limits.hpp"
#include "protocol/response.hpp"

namespace smartkar::device {

// Room for the result of a query; the rest of a response needs the difference to kDevicePayloadBytesMax.
inline constexpr std::size_t kResultBytesMax = 800;

// The answer of a handler: a status and, if completed, result members.
class Reply {
 public:
  // Begins the result object; write members, then call complete().
  protocol::JsonWriter& result() { return writer_; }
  void complete() { status_ = protocol::ResponseStatus::Completed; }
  // error: at most kErrorTextBytesMax bytes.
  void fail(protocol::ResponseStatus status, std::string_view error) {
    status_ = status;
    error_ = error;
  }

  protocol::ResponseStatus status() const { return status_; }
  std::string_view error() const { return error_; }
  // The finished object; empty if it did not fit. Call once.
  std::string_view resultText() {
    const auto text = writer_.endObject().finish();
    return text ? *text : std::string_view();
  }

  Reply() { writer_.beginObject(); }
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;

 private:
  char memory_[kResultBytesMax];
  protocol::JsonWriter writer_{memory_};
  protocol::ResponseStatus status_ = protocol::ResponseStatus::Completed;
  FixedString<protocol::kErrorTextBytesMax> error_;
};

}  // namespace smartkar::device
