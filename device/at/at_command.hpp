#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/time.hpp"

namespace smartkar::device {

// Longest command line without its CR: "AT" and the modem's line buffer of 559 characters (AT Manual V1.05 §1.4).
inline constexpr std::size_t kAtCommandBytesMax = 561;
// Longest line taken from the modem: +SMSUB with a 128 byte topic and a 480 byte command as hex digits needs 1102.
inline constexpr std::size_t kAtLineBytesMax = 1200;
// All information lines of one answer together; the longest asked for is CNACT? with four lines of about 40 bytes.
inline constexpr std::size_t kAtInformationBytesMax = 512;

// What the modem says before it takes a data block.
enum class AtPrompt : std::uint8_t {
  None,      // the command has no data block
  Angle,     // `>`, the prompt of SMPUB (§17.2.4)
  Download,  // the line `DOWNLOAD` of CFSWFILE (§9.2); some firmware omits it, so after 2 s the block is sent anyway
};

// Which of the waiting commands comes next; a command that was sent is never interrupted.
enum class AtPriority : std::uint8_t { Low, Normal, High };

// How the modem sends data whose length its answer announces: `+CARECV: 5,hello` (§12.2.6).
enum class AtBlock : std::uint8_t {
  None,  // the answer consists of lines
  Raw,   // after the comma exactly so many bytes, whatever they are
  Hex,   // after the comma two hex digits for each of so many bytes
};

// One command and how its answer is recognised.
struct AtCommand {
  // Without CR, at most kAtCommandBytesMax. Empty: refused as Invalid (what CommandLine returns for unusable text).
  std::string_view line;
  // From sending the command to its final result; as long it waits for its turn while others use the line.
  Duration timeout;
  // Sent exactly as it is after the prompt. Must stay valid until the run ends or is cancelled.
  std::string_view data{};
  // Another line that ends the command with success ("NORMAL POWER DOWN" for CPOWD=1); empty: only OK does.
  std::string_view final_line{};
  AtPrompt prompt = AtPrompt::None;
  // True if lines without a prefix belong to the answer (CCID, GSN). Lines that begin with the command's own name and
  // a colon always do.
  bool bare_lines = false;
  AtPriority priority = AtPriority::Normal;
  // The line with the command's own name may announce a data block, which goes to `into`. Longer than that: the command
  // fails. Must stay valid until the run ends or is cancelled.
  AtBlock block = AtBlock::None;
  std::span<std::uint8_t> into{};
};

// Why a command ended without success.
struct AtError {
  enum class Kind : std::uint8_t {
    Error,           // the modem said ERROR, +CME ERROR or +CMS ERROR
    Timeout,         // no final result in time, or the modem does not answer at all: what it did is unknown
    Busy,            // others used the line for so long that it was not sent
    ModemRestarted,  // boot lines came unasked: everything volatile in the modem is gone
    Invalid,         // the command cannot be sent: too long, or built from unusable text
  };
  Kind kind;
  // The number of +CME ERROR or +CMS ERROR, -1 if none was given (AT Manual V1.05 §22.1, §22.2).
  int code = -1;

  friend bool operator==(const AtError&, const AtError&) = default;
};

// The information lines of an answer. Valid until its reader waits for something.
class AtResponse {
 public:
  AtResponse() = default;
  // text: the lines, each ended by '\n'.
  explicit AtResponse(std::string_view text, std::size_t block_bytes = 0) : text_(text), block_bytes_(block_bytes) {}

  bool empty() const { return text_.empty(); }
  // The first line; empty if there is none.
  std::string_view first() const;
  // The line after `line`, which must come from this response; empty at the end.
  std::string_view next(std::string_view line) const;
  // The last line.
  std::string_view last() const;
  // How many bytes of AtCommand::into the data block filled; 0: there was none. Its announcement is among the lines.
  std::size_t blockBytes() const { return block_bytes_; }

 private:
  std::string_view text_;
  std::size_t block_bytes_ = 0;
};

}  // namespace smartkar::device
