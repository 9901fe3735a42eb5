#include "sim/program/result_text.hpp"

#include <sstream>

namespace smartkar::sim {
namespace {

constexpr int kNoCar = -1;

void readViolation(std::istream& line, CampaignResult& result) {
  Violation violation;
  int car = kNoCar;
  std::int64_t at = 0;
  line >> violation.promise >> car >> at;
  std::getline(line >> std::ws, violation.text);
  if (car != kNoCar) violation.car = static_cast<std::size_t>(car);
  violation.at = unixTime(at);
  result.violations.push_back(std::move(violation));
}

void readOutcome(std::istream& line, CampaignResult& result) {
  Outcome outcome;
  Duration::rep took = 0;
  line >> outcome.path >> outcome.state >> took;
  outcome.took = Duration(took);
  result.outcomes.push_back(std::move(outcome));
}

}  // namespace

std::string resultText(const CampaignResult& result) {
  std::ostringstream text;
  text.precision(17);
  for (const Violation& violation : result.violations) {
    const int car = violation.car ? static_cast<int>(*violation.car) : kNoCar;
    text << "violation " << violation.promise << " " << car << " " << unixSeconds(violation.at) << " " << violation.text
         << "\n";
  }
  for (const std::string& fault : result.faults) text << "fault " << fault << "\n";
  for (const Outcome& outcome : result.outcomes) {
    text << "outcome " << outcome.path << " " << outcome.state << " " << outcome.took.count() << "\n";
  }
  text << "inflicted " << result.inflicted << "\ncharge " << result.mah_per_day << "\ntrace " << result.trace
       << "\nend\n";
  return text.str();
}

std::optional<CampaignResult> resultFromText(std::string_view text) {
  CampaignResult result;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string kind;
    words >> kind;
    if (kind == "end") return result;
    if (kind == "violation") readViolation(words, result);
    if (kind == "fault") words >> result.faults.emplace_back();
    if (kind == "outcome") readOutcome(words, result);
    if (kind == "inflicted") words >> result.inflicted;
    if (kind == "charge") words >> result.mah_per_day;
    if (kind == "trace") words >> result.trace;
  }
  return std::nullopt;
}

}  // namespace smartkar::sim
