#include "modem_sim/transcript/transcript.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace smartkar::modem_sim {
namespace {

using Kind = TranscriptEntry::Kind;

constexpr std::array kKinds = {Kind::Host, Kind::Modem, Kind::Unsolicited, Kind::Note};

std::string_view arrow(Kind kind) {
  constexpr std::array<std::string_view, kKinds.size()> kArrows = {"->", "<-", "<~", "--"};
  return kArrows[static_cast<std::size_t>(kind)];
}

void skipBlanks(std::string_view& text) { text.remove_prefix(std::min(text.find_first_not_of(' '), text.size())); }

Result<TranscriptEntry, std::string> parseLine(std::string_view text, const Variables& variables) {
  TranscriptEntry entry;
  skipBlanks(text);
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (error == std::errc{} && ms >= 0) {
    entry.at = std::chrono::milliseconds(ms);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  skipBlanks(text);
  for (const Kind kind : kKinds) {
    if (!text.starts_with(std::string(arrow(kind)) + " ")) continue;
    entry.kind = kind;
    entry.text = text.substr(3);
    if (kind == Kind::Note) return entry;
    auto pattern = Pattern::parse(entry.text, variables);
    if (!pattern) return Failure{pattern.error()};
    entry.pattern = std::move(*pattern);
    return entry;
  }
  return Failure{std::string("expected [MS] and then \"-> BYTES\", \"<- BYTES\", \"<~ BYTES\" or \"-- TEXT\"")};
}

}  // namespace

Result<Transcript, std::string> parseTranscript(std::string_view text, const Variables& variables) {
  Transcript transcript;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    auto entry = parseLine(line, variables);
    if (!entry) return Failure{"line " + std::to_string(number) + ": " + entry.error()};
    entry->line = number;
    transcript.push_back(std::move(*entry));
  }
  return transcript;
}

std::optional<Duration> noteTime(std::string_view note, std::string_view word) {
  if (!note.starts_with(word)) return std::nullopt;
  note.remove_prefix(word.size());
  if (!note.starts_with(' ')) return std::nullopt;
  note.remove_prefix(1);
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(note.data(), note.data() + note.size(), ms);
  if (error != std::errc{} || end != note.data() + note.size() || ms < 0) return std::nullopt;
  return std::chrono::milliseconds(ms);
}

std::string TranscriptWriter::take(Kind kind, std::string_view bytes, Duration at) {
  std::string complete;
  if (kind != kind_) complete = flush();
  kind_ = kind;
  const char end_of_line = kind == Kind::Host ? '\r' : '\n';
  for (const char c : bytes) {
    if (bytes_.empty()) at_ = at;
    bytes_ += c;
    // The line feed in front of an answer belongs to it.
    if (c == end_of_line && (kind == Kind::Host || bytes_ != "\r\n")) complete += flush();
  }
  return complete;
}

std::string TranscriptWriter::flush() {
  if (bytes_.empty()) return {};
  std::string time = std::to_string(wholeMilliseconds(at_));
  constexpr std::size_t kTimeWidth = 8;
  time.insert(0, kTimeWidth - std::min(kTimeWidth, time.size()), ' ');
  return time.append(" ").append(arrow(kind_)).append(" ").append(escape(std::exchange(bytes_, {}))).append("\n");
}

}  // namespace smartkar::modem_sim
