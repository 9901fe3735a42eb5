#include "device/console/console.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "device/app/setting_bindings.hpp"

namespace smartkar::device {
namespace {

using protocol::SettingSpec;

constexpr std::string_view kHelp[] = {
    "get               every setting",
    "get NAME          one, with its range and meaning",
    "set NAME VALUE    changes it; what may lose the link is on trial until a contact",
    "reset NAME        back to what the device was given",
    "status            what the device is doing",
};

// Takes the first word off the text, and the spaces around it.
std::string_view takeWord(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return word;
}

// What does not fit is cut.
template <std::size_t N>
void add(FixedString<N>& line, std::string_view more) {
  SK_ASSERT(line.append(more.substr(0, N - line.size())));
}

template <std::size_t N>
void add(FixedString<N>& line, std::string_view before, const SettingSpec& spec, const protocol::SettingValue& value) {
  std::array<char, kConsoleLineBytesMax> memory;
  protocol::JsonWriter writer(memory);
  protocol::writeSetting(writer, spec, value);
  add(line, before);
  add(line, writer.text());
}

}  // namespace

void Console::take(char byte) {
  using Token = decltype(line_)::Token;
  switch (line_.push(byte == '\r' ? '\n' : byte)) {
    case Token::Line:
      return carryOut(line_.line());
    case Token::Overlong:
      return refuse("the line is too long");
    case Token::None:
      return;
  }
}

void Console::carryOut(std::string_view line) {
  const std::string_view command = takeWord(line);
  if (command.empty()) return;
  if (command == "set") {
    const std::string_view name = takeWord(line);
    return set(name, line);
  }
  const std::string_view name = takeWord(line);
  if (!line.empty()) return refuse("too many words");
  if (command == "get" && name.empty()) return getAll();
  if (command == "get") return get(name);
  if (command == "reset") return reset(name);
  if (command == "status") return status();
  if (command == "help") return help();
  refuse("no such command; `help` lists them");
}

void Console::help() {
  for (const std::string_view line : kHelp) output_.write(line);
  finish({});
}

void Console::status() {
  Line line("state: ");
  add(line, controllerStateName(controller_.state()));
  output_.write(line.view());
  line = "link: ";
  add(line, controller_.linkName());
  output_.write(line.view());
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), controller_.boot()).ptr;
  line = "boot: ";
  add(line, {digits.data(), static_cast<std::size_t>(end - digits.data())});
  output_.write(line.view());
  for (const SettingSpec& spec : protocol::allSettings()) {
    const bool on_trial = settings_.onTrial(spec.setting);
    if (!on_trial && !settings_.rolledBack().has(spec.setting)) continue;
    line = on_trial ? "on trial: " : "rolled back: ";
    add(line, spec.name());
    output_.write(line.view());
  }
  finish({});
}

void Console::getAll() {
  for (const SettingSpec& spec : protocol::allSettings()) writeValue(spec);
  finish({});
}

void Console::get(std::string_view name) {
  const SettingSpec* const spec = protocol::findSetting(name);
  if (spec == nullptr) return refuse("no such setting; `get` lists them");
  writeValue(*spec);
  Line line(protocol::settingRange(*spec).view());
  add(line, ": ");
  add(line, spec->meaning);
  output_.write(line.view());
  finish({});
}

void Console::writeValue(const SettingSpec& spec) {
  Line line(spec.name());
  const auto now = settingOf(settings_.inForce(), spec.setting);
  const auto next = settings_.next(spec.setting);
  if (now) add(line, " ", spec, *now);
  if (next && next != now) add(line, ", after the restart: ", spec, *next);
  if (settings_.onTrial(spec.setting)) add(line, ", on trial");
  output_.write(line.view());
}

// A text may be empty.
void Console::set(std::string_view name, std::string_view value) {
  const auto read = protocol::readSetting(name, value);
  if (!read) return refuse(read.error().view());
  const auto done = settings_.set(*read->spec, read->value);
  if (done) writeValue(*read->spec);
  finish(done);
}

void Console::reset(std::string_view name) {
  const SettingSpec* const spec = protocol::findSetting(name);
  if (spec == nullptr) return refuse("no such setting; `get` lists them");
  const auto done = settings_.reset(*spec);
  if (done) writeValue(*spec);
  finish(done);
}

void Console::finish(const Result<void, Fault>& done) {
  if (done) return output_.write("ok");
  refuse(faultText(done.error()));
}

void Console::refuse(std::string_view why) {
  Line line("error: ");
  add(line, why);
  output_.write(line.view());
}

}  // namespace smartkar::device
