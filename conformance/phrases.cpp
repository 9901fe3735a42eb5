#include "conformance/phrases.hpp"

namespace smartkar::conformance {

const std::vector<Phrase>& phrases() {
  static const std::vector<Phrase> all = [] {
    std::vector<Phrase> list;
    for (const auto group : {ownerPhrases(), carPhrases(), networkPhrases(), serverPhrases(), expectPhrases()}) {
      list.insert(list.end(), group.begin(), group.end());
    }
    return list;
  }();
  return all;
}

}  // namespace smartkar::conformance
