#include "modem_sim/answer_sets.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include "modem_sim/switches.hpp"

namespace smartkar::modem_sim {
namespace {

// Answers that are numbers: the ends of what is plausible.
const Answers kNumbers = {{"ri_width_ms", "20"},
                          {"ri_width_ms", "1000"},
                          {"ri_to_text_ms", "-50"},
                          {"ri_to_text_ms", "200"},
                          {"edrx_cycle", "0"},
                          {"edrx_cycle", "5"},
                          {"paging_window", "0"},
                          {"paging_window", "15"},
                          {"network_buffer", "0"},
                          {"network_buffer", "1"},
                          {"nat_timeout_ms", "240000"},
                          {"nat_timeout_ms", "1800000"},
                          {"smstate_delay_ms", "30000"},
                          {"publish_edit_timeout_ms", "0"},
                          {"publish_edit_timeout_ms", "1000"},
                          {"inbound_max", "512"},
                          {"boot_ms", "1800"},
                          {"boot_ms", "5000"},
                          {"rdy_ms", "2000"},
                          {"sim_ms", "3000"},
                          {"sms_ready_ms", "20000"}};

// It changes the ledger and nothing that a host could notice.
constexpr std::string_view kLedgerOnly = "edrx_current_ua";

}  // namespace

std::ostream& operator<<(std::ostream& out, const Answer& answer) { return out << answer.name << "=" << answer.value; }

std::vector<Answers> otherAnswers() {
  std::vector<Answers> all;
  for (const Switch& item : switches()) {
    if (item.question == 0 || item.name == kLedgerOnly) continue;
    const std::string name(item.name);
    const std::string usual = valueText(item, Config());
    Answers other;
    for (std::string_view rest = item.words; !rest.empty();) {
      const std::string value(rest.substr(0, rest.find('|')));
      rest.remove_prefix(std::min(rest.size(), value.size() + 1));
      if (value != usual) other.push_back({name, value});
    }
    std::ranges::copy_if(kNumbers, std::back_inserter(other), [&](const Answer& a) { return a.name == name; });
    all.push_back(std::move(other));
  }
  return all;
}

std::vector<Answers> answersAlone() {
  std::vector<Answers> all;
  for (const Answers& other : otherAnswers()) {
    for (const Answer& answer : other) all.push_back({answer});
  }
  return all;
}

// Each set is filled switch by switch with the answer that meets most others for the first time.
std::vector<Answers> answersPairwise() {
  std::vector<Answers> choices = otherAnswers();
  for (Answers& answers : choices) answers.push_back({answers.front().name, {}});  // the usual one
  using Place = std::pair<std::size_t, std::size_t>;                               // switch, answer
  std::set<std::pair<Place, Place>> open;
  for (std::size_t a = 0; a < choices.size(); ++a) {
    for (std::size_t b = a + 1; b < choices.size(); ++b) {
      for (std::size_t i = 0; i < choices[a].size(); ++i) {
        for (std::size_t j = 0; j < choices[b].size(); ++j) open.insert({{a, i}, {b, j}});
      }
    }
  }
  std::vector<Answers> sets;
  while (!open.empty()) {
    // Begins with a pair that has not met, so that every set is of use.
    std::vector<Place> chosen = {open.begin()->first, open.begin()->second};
    const auto meets = [&open](Place one, Place other) {
      return open.contains(one < other ? std::pair(one, other) : std::pair(other, one));
    };
    for (std::size_t a = 0; a < choices.size(); ++a) {
      if (std::ranges::any_of(chosen, [a](const Place& place) { return place.first == a; })) continue;
      Place best{a, 0};
      std::ptrdiff_t most = -1;
      for (std::size_t i = 0; i < choices[a].size(); ++i) {
        const auto first_time = std::ranges::count_if(chosen, [&](const Place& place) { return meets(place, {a, i}); });
        if (first_time > most) best = {a, i};
        most = std::max(most, first_time);
      }
      chosen.push_back(best);
    }
    std::ranges::sort(chosen);
    Answers set;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      for (std::size_t j = i + 1; j < chosen.size(); ++j) open.erase({chosen[i], chosen[j]});
      const Answer& answer = choices[chosen[i].first][chosen[i].second];
      if (!answer.value.empty()) set.push_back(answer);
    }
    sets.push_back(std::move(set));
  }
  return sets;
}

}  // namespace smartkar::modem_sim
