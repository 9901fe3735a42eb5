#pragma once

#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "conformance/feature.hpp"
#include "conformance/flow.hpp"

namespace smartkar::conformance {

class Scene;

// An ANSWER beside the statuses of docs/protocol.md: in progress, and too late to cancel.
inline constexpr std::string_view kTooLate = "too_late";

// What stood in the places of a phrase that are written in capitals.
struct Arguments {
  std::string name;        // NAME: of a command, chosen by the script
  std::string action;      // ACTION: "vehicle.startCharging"
  std::string parameters;  // of the action, text of a JSON object
  Duration duration{};     // DURATION: "2 s", "5 min", "3 h", "31 days"
  int count = 0;           // COUNT
  Flow flow;               // MESSAGES: "next 2 answers about charge"
  std::string word;        // STATE, STAGE, PRESENCE, ANSWER: one word
};

// A way to say something in a script, and what it does.
struct Phrase {
  std::string_view pattern;  // "owner cancels NAME"
  Feature needs;
  std::string_view meaning;  // for docs/conformance.md
  void (*perform)(Scene& scene, const Arguments& arguments);
};

struct Step {
  int line = 0;
  std::string text;
  const Phrase* phrase = nullptr;
  Arguments arguments;
};

// One scenario: a text file, one step a line.
struct Script {
  std::string name;   // of the file, without ending
  std::string title;  // its first comment
  std::vector<Step> steps;
};

// Something is wrong with a script, or what it expects did not happen. The text names file and line.
class ScriptError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Reads a script. file: for errors. phrases: the language; must outlive the script. Throws ScriptError.
Script parseScript(std::string_view file, std::string_view text, std::span<const Phrase> phrases);
// All scenarios there are, by name.
std::vector<Script> allScripts(std::span<const Phrase> phrases);

}  // namespace smartkar::conformance
