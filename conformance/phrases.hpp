#pragma once

#include <vector>

#include "conformance/script.hpp"

namespace smartkar::conformance {

// Everything that can be said in a script (docs/conformance.md lists it).
const std::vector<Phrase>& phrases();

// By what they are about; each in a file of its own.
std::span<const Phrase> carPhrases();
std::span<const Phrase> networkPhrases();
std::span<const Phrase> ownerPhrases();
std::span<const Phrase> serverPhrases();
std::span<const Phrase> expectPhrases();

}  // namespace smartkar::conformance
