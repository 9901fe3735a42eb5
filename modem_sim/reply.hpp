#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace smartkar::modem_sim {

// +CME ERROR numbers (AT Manual V1.05 §22.1).
enum class Cme : std::uint16_t {
  OperationNotAllowed = 3,
  OperationNotSupported = 4,
  SimNotInserted = 10,
  SimPinRequired = 11,
  SimPukRequired = 12,
  SimFailure = 13,
  SimBusy = 14,
  IncorrectPassword = 16,
  NotFound = 22,
  TextStringTooLong = 24,
  NoNetworkService = 30,
  Unknown = 100,
  NotAttached = 180,
  UnrecognizedCommand = 601,
  SyntaxError = 603,
  OperationFailed = 767,
  ParamCountNotEnough = 791,
  ParamCountBeyond = 792,
  ParamRange = 793,
  ParamFormat = 795,
};
std::string_view text(Cme error);

// +CMS ERROR numbers (§22.2), which are printed whatever CMEE says (3GPP TS 27.005 §3.2.5).
enum class Cms : std::uint16_t {
  NotSubscribed = 50,
  OperationNotSupported = 303,
  InvalidPdu = 304,
  SimNotInserted = 310,
  SimBusy = 314,
  InvalidMemoryIndex = 321,
  MemoryFull = 322,
  InvalidParameter = 323,
  NoNetwork = 331,
  TooLong = 513,
};

struct Reply;

// A command that takes raw bytes from the UART before it can answer.
struct DataRequest {
  std::string prompt;  // as on the wire
  Duration prompt_delay{0};
  std::size_t size = 0;      // exactly so many bytes
  Duration timeout{0};       // from the prompt until all bytes must be there, else ERROR; 0: never
  bool takes_part = false;   // …else what has come is taken
  std::string end_marks;     // characters of which each ends it early
  std::string cancel_marks;  // …and abandons it: OK, without `done`
  std::function<Reply(std::string)> done;
};

// What a command answers.
struct Reply {
  enum class Kind : std::uint8_t {
    Ok,
    Error,         // per CMEE
    MessageError,  // `message_error`
    Silent,        // nothing, not even a final result
    Later,         // AtChannel::finish() will say
    Data,          // `data` first
  };
  Kind kind = Kind::Ok;
  Cme error = Cme::OperationNotAllowed;
  Cms message_error = Cms::OperationNotSupported;
  std::vector<std::string> blocks;  // as on the wire: "\r\n…\r\n"
  DataRequest data;
  std::function<void()> after;  // run when the final result has been handed to the UART

  static Reply ok() { return {}; }
  static Reply failed(Cme error = Cme::OperationNotAllowed) {
    Reply reply;
    reply.kind = Kind::Error;
    reply.error = error;
    return reply;
  }
  static Reply failed(Cms error) {
    Reply reply = of(Kind::MessageError);
    reply.message_error = error;
    return reply;
  }
  static Reply silent() { return of(Kind::Silent); }
  static Reply later() { return of(Kind::Later); }
  static Reply wantData(DataRequest request) {
    Reply reply = of(Kind::Data);
    reply.data = std::move(request);
    return reply;
  }

  // A line framed by \r\n on both sides.
  Reply& line(std::string_view line_text) & {
    blocks.push_back("\r\n" + std::string(line_text) + "\r\n");
    return *this;
  }
  Reply line(std::string_view line_text) && {
    line(line_text);
    return std::move(*this);
  }
  // A further line directly behind the one before, or the first.
  Reply& more(std::string_view line_text) {
    if (blocks.empty()) return line(line_text);
    blocks.back() += std::string(line_text) + "\r\n";
    return *this;
  }

 private:
  static Reply of(Kind kind) {
    Reply reply;
    reply.kind = kind;
    return reply;
  }
};

}  // namespace smartkar::modem_sim
