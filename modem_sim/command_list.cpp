#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "modem_sim/commands.hpp"

namespace smartkar::modem_sim {
namespace {

constexpr std::array<std::pair<unsigned, std::string_view>, 4> kForms = {
    {{kTest, "test"}, {kRead, "read"}, {kWrite, "write"}, {kExecute, "execute"}}};

std::string_view text(Saving saving) {
  switch (saving) {
    case Saving::None:
      return "NO_SAVE";
    case Saving::AtOnce:
      return "AUTO_SAVE";
    case Saving::AtRestart:
      return "AUTO_SAVE_REBOOT";
  }
  return "";
}

// The names of the forms, each between `quote`s.
std::string formNames(const CommandSpec& spec, std::string_view quote) {
  std::string names;
  for (const auto& [form, name] : kForms) {
    if ((spec.answered() & form) == 0) continue;
    if (!names.empty()) names += ',';
    names.append(quote).append(name).append(quote);
  }
  return names;
}

}  // namespace

std::string commandsText() {
  std::string list;
  for (const std::span<const CommandSpec> table : commandTables()) {
    for (const CommandSpec& spec : table) {
      std::string line = "AT" + std::string(spec.name);
      line.resize(std::max<std::size_t>(line.size() + 1, 16), ' ');
      line.append(formNames(spec, ""));
      line.resize(std::max<std::size_t>(line.size() + 1, 44), ' ');
      list.append(line).append(spec.section).append("  ").append(text(spec.saving)).append("\n");
    }
  }
  return list;
}

std::string commandsJson() {
  std::string list;
  for (const std::span<const CommandSpec> table : commandTables()) {
    for (const CommandSpec& spec : table) {
      list.append(list.empty() ? "[" : ",\n").append(R"({"name":"AT)").append(spec.name);
      list.append(R"(","forms":[)").append(formNames(spec, "\""));
      list.append(R"(],"section":")").append(spec.section);
      list.append(R"(","saving":")").append(text(spec.saving)).append("\"}");
    }
  }
  return list + "]\n";
}

}  // namespace smartkar::modem_sim
