#pragma once

#include <span>
#include <string_view>

#include "base/fixed_string.hpp"
#include "device/command/outcome.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/limits.hpp"
#include "protocol/response.hpp"

namespace smartkar::device {

// The answer of a handler: a status and, if completed, result members.
class Reply {
 public:
  // memory: for the text of the result; its size is the limit.
  explicit Reply(std::span<char> memory) : writer_(memory) { writer_.beginObject(); }
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;

  // The open result object, to write members into.
  protocol::JsonWriter& result() { return writer_; }
  // error: at most kErrorTextBytesMax bytes.
  void fail(protocol::ResponseStatus status, std::string_view error) {
    status_ = status;
    error_ = error;
  }
  // For a reason that the journal can keep.
  void fail(Fault fault) {
    fail(protocol::ResponseStatus::Failed, faultText(fault));
    fault_ = fault;
  }

  protocol::ResponseStatus status() const { return status_; }
  std::string_view error() const { return error_; }
  Fault fault() const { return fault_; }
  // The finished object; one that did not fit is an Error instead. Call once, before status().
  std::string_view finish() {
    const auto text = writer_.endObject().finish();
    if (text) return *text;
    fail(protocol::ResponseStatus::Error, "result is too long");
    return {};
  }

 private:
  protocol::JsonWriter writer_;
  protocol::ResponseStatus status_ = protocol::ResponseStatus::Completed;
  FixedString<protocol::kErrorTextBytesMax> error_;
  Fault fault_ = Fault::None;
};

}  // namespace smartkar::device
