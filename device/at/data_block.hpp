#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "device/at/at_command.hpp"

namespace smartkar::device {

// The number of bytes that `line` announces if it is the beginning of a data block: `+CARECV: 5` before the comma, for
// the name "+CARECV". Nothing for any other text.
std::optional<std::size_t> announcedBytes(std::string_view line, std::string_view name);

// Takes a data block whose length is known and which may contain anything.
class DataBlock {
 public:
  // Before the answer: how the bytes will come and where they go. Raw or Hex; None: no block is expected.
  void expect(AtBlock form, std::span<std::uint8_t> into);
  // The block begins. bytes: at most room().
  void begin(std::size_t bytes);
  void push(std::uint8_t byte);
  // Told of the byte after the block, which is not part of it: unless that is the CR of the line's end, bytes were
  // lost.
  void pushAfter(std::uint8_t byte);
  // From now on nothing is stored: the memory belongs to nobody.
  void discard() { into_ = {}; }

  bool expected() const { return form_ != AtBlock::None; }
  // True while bytes of the block are missing.
  bool open() const { return left_ > 0; }
  std::size_t room() const { return room_; }
  // How many bytes came.
  std::size_t size() const { return size_; }
  // True if bytes were lost, or what came as hex digits was none.
  bool malformed() const { return malformed_; }

 private:
  void store(std::uint8_t byte);

  std::span<std::uint8_t> into_;
  AtBlock form_ = AtBlock::None;
  std::size_t room_ = 0;
  std::size_t left_ = 0;  // on the line: two characters a byte for Hex
  std::size_t size_ = 0;
  int high_ = 0;  // the first digit of a pair
  bool malformed_ = false;
  bool ended_ = false;  // with the latest byte
};

}  // namespace smartkar::device
