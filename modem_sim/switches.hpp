#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "modem_sim/config.hpp"

namespace smartkar::modem_sim {

// Something that the modem or its network may do one way or the other, changeable while it runs.
struct Switch {
  std::string_view name;
  std::string_view words;  // the values, divided by '|'; empty: a number
  std::int64_t low;        // of a number; delays are in ms
  std::int64_t high;
  int question;  // of kQuestions that it answers, 1 … 14; 0: none
  std::string_view meaning;
  // A value is a number, or the index of a word.
  std::int64_t (*get)(const Config&);
  void (*set)(Config&, std::int64_t);
};

std::span<const Switch> switches();

// What no document says about this modem and has to be measured on a bench, by number from 1.
std::span<const std::string_view> questions();

// False: no switch has this name, or it does not take this value.
bool setSwitch(Config& config, std::string_view name, std::string_view value);

// "false|true", "0 ... 15"
std::string allowedValues(const Switch& item);
// The value in force.
std::string valueText(const Switch& item, const Config& config);

// The questions with the switches that answer them and their values in `config`: for people, or an array of JSON.
std::string questionsText(const Config& config);
std::string questionsJson(const Config& config);

}  // namespace smartkar::modem_sim
