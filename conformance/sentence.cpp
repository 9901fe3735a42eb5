#include "conformance/sentence.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "protocol/response.hpp"
#include "server/core/types.hpp"

namespace smartkar::conformance {
namespace {

bool knownAnswer(std::string_view word) { return word == kTooLate || protocol::statusFromName(word).has_value(); }

// Reads the words of one line against one pattern.
class Reader {
 public:
  Reader(std::span<const std::string> words, Arguments& arguments) : words_(words), arguments_(arguments) {}

  // Takes what one word of a pattern stands for. False: that is not what is there.
  bool take(const std::string& pattern) {
    if (pattern == "NAME") return takeName(arguments_.name);
    if (pattern == "ACTION") return takeAction();
    if (pattern == "DURATION") return takeDuration();
    if (pattern == "COUNT") return takeCount(arguments_.count);
    if (pattern == "MESSAGES") return takeFlow();
    if (pattern == "STATE") return takeWord([](auto word) { return server::stateFromName(word).has_value(); });
    if (pattern == "STAGE") return takeWord([](auto word) { return protocol::stageFromName(word).has_value(); });
    if (pattern == "ANSWER") return takeWord(knownAnswer);
    if (pattern == "PRESENCE") return takeWord([](auto word) { return server::presenceFromName(word).has_value(); });
    if (next() != pattern) return false;
    ++position_;
    return true;
  }
  std::size_t position() const { return position_; }
  bool atEnd() const { return position_ == words_.size(); }

 private:
  std::string_view next() const { return atEnd() ? std::string_view() : words_[position_]; }

  bool takeName(std::string& name) {
    const std::string_view word = next();
    const auto ordinary = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    if (word.empty() || !std::ranges::all_of(word, ordinary)) return false;
    name = word;
    ++position_;
    return true;
  }

  bool takeCount(int& count) {
    const std::string_view word = next();
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), count);
    if (word.empty() || error != std::errc() || end != word.data() + word.size() || count < 0) return false;
    ++position_;
    return true;
  }

  bool takeDuration() {
    static constexpr std::pair<std::string_view, Duration> kUnits[] = {
        {"ms", 1ms}, {"s", 1s}, {"min", 1min}, {"h", 1h}, {"days", std::chrono::hours(24)}};
    int count = 0;
    if (!takeCount(count)) return false;
    const auto* const unit = std::ranges::find(kUnits, next(), [](const auto& item) { return item.first; });
    if (unit == std::end(kUnits)) return false;
    arguments_.duration = unit->second * count;
    ++position_;
    return true;
  }

  // [next [COUNT]] KIND [about NAME]
  bool takeFlow() {
    Flow& flow = arguments_.flow;
    if (next() == "next") {
      ++position_;
      int count = 1;
      takeCount(count);
      flow.count = count;
    }
    const auto kind = kindFromWord(next());
    if (!kind) return false;
    flow.kind = *kind;
    ++position_;
    if (next() != "about") return true;
    ++position_;
    return takeName(flow.about);
  }

  // NAME [PARAMETER=VALUE]…
  bool takeAction() {
    if (atEnd()) return false;
    arguments_.action = words_[position_++];
    std::string members;
    for (; !atEnd() && next().find('=') != std::string_view::npos; ++position_) {
      const std::size_t equals = next().find('=');
      if (!members.empty()) members += ',';
      members += '"' + std::string(next().substr(0, equals)) + "\":" + std::string(next().substr(equals + 1));
    }
    arguments_.parameters = "{" + members + "}";
    return true;
  }

  template <class Known>
  bool takeWord(Known known) {
    if (!known(next())) return false;
    arguments_.word = next();
    ++position_;
    return true;
  }

  std::span<const std::string> words_;
  Arguments& arguments_;
  std::size_t position_ = 0;
};

void note(Misread& misread, std::size_t understood, const std::string& expected) {
  if (understood < misread.understood) return;
  if (understood > misread.understood) misread = {understood, {}};
  if (std::ranges::find(misread.expected, expected) == misread.expected.end()) misread.expected.push_back(expected);
}

}  // namespace

std::vector<std::string> splitWords(std::string_view line) {
  std::vector<std::string> words;
  std::istringstream stream{std::string(line)};
  for (std::string word; stream >> word;) {
    const bool colon = word.size() > 1 && word.ends_with(':');
    if (colon) word.pop_back();
    words.push_back(word);
    if (colon) words.emplace_back(":");
  }
  return words;
}

std::optional<Understood> understand(std::span<const std::string> words, std::span<const Phrase> phrases,
                                     Misread& misread) {
  for (const Phrase& phrase : phrases) {
    Understood result{&phrase, {}};
    Reader reader(words, result.arguments);
    const auto pattern = splitWords(phrase.pattern);
    const auto stopped = std::ranges::find_if(pattern, [&](const auto& word) { return !reader.take(word); });
    if (stopped != pattern.end()) {
      note(misread, reader.position(), *stopped);
    } else if (!reader.atEnd()) {
      note(misread, reader.position(), "the end of the line");
    } else {
      return result;
    }
  }
  return std::nullopt;
}

}  // namespace smartkar::conformance
