#include "conformance/script.hpp"

#include <filesystem>
#include <sstream>

#include "conformance/scenarios.hpp"
#include "conformance/sentence.hpp"

namespace smartkar::conformance {
namespace {

std::string_view trimmed(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

[[noreturn]] void fail(std::string_view file, int line, const std::string& what) {
  throw ScriptError(std::string(file) + ":" + std::to_string(line) + ": " + what);
}

std::string explain(const std::vector<std::string>& words, const Misread& misread) {
  std::string text = misread.understood < words.size() ? "\"" + words[misread.understood] + "\" is not understood"
                                                       : std::string("something is missing at the end");
  text += "; expected ";
  for (std::size_t i = 0; i < misread.expected.size(); ++i) text += (i == 0 ? "" : " or ") + misread.expected[i];
  return text;
}

Step parseStep(std::string_view file, int line, std::string_view text, std::span<const Phrase> phrases) {
  const auto words = splitWords(text);
  Misread misread;
  auto understood = understand(words, phrases, misread);
  if (!understood) fail(file, line, explain(words, misread));
  return Step{line, std::string(text), understood->phrase, std::move(understood->arguments)};
}

}  // namespace

Script parseScript(std::string_view file, std::string_view text, std::span<const Phrase> phrases) {
  Script script;
  script.name = std::filesystem::path(file).stem();
  std::istringstream lines{std::string(text)};
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const std::string_view content = trimmed(line);
    if (content.empty()) continue;
    if (content.front() != '#') {
      script.steps.push_back(parseStep(file, number, content, phrases));
    } else if (script.title.empty()) {
      script.title = trimmed(content.substr(1));
    }
  }
  if (script.title.empty()) fail(file, 1, "the first line must be a comment that says what the scenario is about");
  if (script.steps.empty()) fail(file, number, "there is no step");
  return script;
}

std::vector<Script> allScripts(std::span<const Phrase> phrases) {
  std::vector<Script> scripts;
  for (const auto& [file, text] : scenarioTexts()) scripts.push_back(parseScript(file, text, phrases));
  return scripts;
}

}  // namespace smartkar::conformance
