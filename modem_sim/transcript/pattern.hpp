#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace smartkar::modem_sim {

// What a name in braces stands for, such as {host}.
using Variables = std::map<std::string, std::string, std::less<>>;

// Bytes as a line of a transcript writes them: \r \n \\ \{ \xHH, everything else as it is, and names in braces: of a
// variable, or of a wildcard: one or more characters of a kind.
//   {number}  digits and the letters A to F: IMEI, IMSI, ICCID, signal, cell
//   {time}    digits and / , : + -
//   {address} digits, letters, dots, colons
//   {any}     everything but CR and LF
class Pattern {
 public:
  // Failure: what is wrong with the text. A wildcard needs something behind it that tells where it ends.
  static Result<Pattern, std::string> parse(std::string_view text, const Variables& variables);

  enum class Fit { No, NotYet, Yes };
  struct Match {
    Fit fit;
    std::size_t size = 0;  // Yes: how many bytes match
  };
  // Do the bytes begin like this? NotYet: as far as there are any.
  Match match(std::string_view bytes) const { return matchFrom(0, bytes); }
  // The bytes; nothing if there is a wildcard.
  std::optional<std::string> bytes() const;

 private:
  struct Piece {
    std::string literal;
    bool (*wildcard)(char) = nullptr;  // nullptr: literal
  };
  Match matchFrom(std::size_t index, std::string_view bytes) const;
  Match matchWildcard(std::size_t index, std::string_view bytes) const;
  void add(char c);

  std::vector<Piece> pieces_;
};

// Bytes as a Pattern reads them.
std::string escape(std::string_view bytes);

}  // namespace smartkar::modem_sim
