#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/script.hpp"

namespace smartkar::conformance {

// The words of a line; a colon at the end of a word is a word.
std::vector<std::string> splitWords(std::string_view line);

// What a line could not be read as: how far it was understood, and what could have followed.
struct Misread {
  std::size_t understood = 0;  // words
  std::vector<std::string> expected;
};

struct Understood {
  const Phrase* phrase;
  Arguments arguments;
};

// Reads one line by the phrases; the first that fits the whole line counts.
std::optional<Understood> understand(std::span<const std::string> words, std::span<const Phrase> phrases,
                                     Misread& misread);

}  // namespace smartkar::conformance
