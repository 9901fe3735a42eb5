#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "modem_sim/config.hpp"

namespace smartkar::modem_sim {

// What a switch that answers a bench question may be set to instead of the usual.
struct Answer {
  std::string name;
  std::string value;  // as setSwitch() takes it
};
using Answers = std::vector<Answer>;

// As --set takes it: NAME=VALUE.
std::ostream& operator<<(std::ostream& out, const Answer& answer);

// Every answer but the usual one, one list for each switch that answers a question; of numbers the ends of what is
// plausible.
std::vector<Answers> otherAnswers();

// The same, each in a set of its own.
std::vector<Answers> answersAlone();

// Sets of answers in which every two answers of different switches meet, the usual ones included.
std::vector<Answers> answersPairwise();

}  // namespace smartkar::modem_sim
