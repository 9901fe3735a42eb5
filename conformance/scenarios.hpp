#pragma once

#include <string_view>
#include <vector>

namespace smartkar::conformance {

struct ScenarioText {
  std::string_view file;  // "cancel-before-sent.txt"
  std::string_view text;
};

// The files of conformance/scenarios/, by name, as they were when this was built.
const std::vector<ScenarioText>& scenarioTexts();

}  // namespace smartkar::conformance
