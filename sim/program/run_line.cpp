#include "sim/program/run_line.hpp"

#include <sstream>

#include "sim/campaign/faults.hpp"

namespace smartkar::sim {

Duration spanOf(double days) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(days * 86400));
}

std::string runLine(const CampaignSettings& settings) {
  std::ostringstream line;
  line << "--seed " << settings.seed << " --cars " << settings.cars << " --days "
       << std::chrono::duration<double>(settings.span).count() / 86400;
  if (settings.faults == allFaults()) return line.str();
  line << " --faults ";
  if (settings.faults.empty()) line << "none";
  const char* comma = "";
  for (const std::string& fault : settings.faults) {
    line << comma << fault;
    comma = ",";
  }
  return line.str();
}

Result<CampaignSettings, std::string> runFromLine(std::string_view line, const CampaignSettings& defaults) {
  CampaignSettings settings = defaults;
  std::istringstream words{std::string(line)};
  for (std::string option; words >> option;) {
    std::string value;
    if (!(words >> value)) return Failure{option + " has no value"};
    std::istringstream number(value);
    if (option == "--seed") {
      number >> settings.seed;
    } else if (option == "--cars") {
      number >> settings.cars;
    } else if (option == "--days") {
      double days = 0;
      number >> days;
      settings.span = spanOf(days);
    } else if (option == "--faults") {
      auto faults = faultsFromText(value);
      if (!faults) return Failure{faults.error()};
      settings.faults = *std::move(faults);
      continue;
    } else {
      return Failure{"unknown option " + option};
    }
    if (number.fail() || !number.eof()) return Failure{option.append(" ").append(value).append(": not a number")};
  }
  return settings;
}

Result<std::set<std::string>, std::string> faultsFromText(std::string_view text) {
  if (text == "all") return allFaults();
  if (text == "none") return std::set<std::string>();
  std::set<std::string> faults;
  std::istringstream names{std::string(text)};
  for (std::string name; std::getline(names, name, ',');) {
    if (findFaultKind(name) == nullptr) return Failure{"unknown fault '" + name + "'; --list-faults names them"};
    faults.insert(name);
  }
  return faults;
}

}  // namespace smartkar::sim
