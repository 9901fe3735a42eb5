#include "modem_sim/at_line.hpp"

#include <algorithm>
#include <charconv>

namespace smartkar::modem_sim {
namespace {

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
bool isLetter(char c) { return upper(c) >= 'A' && upper(c) <= 'Z'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

class LineParser {
 public:
  LineParser(std::string_view line, Backslash backslash) : rest_(line), backslash_(backslash) {}

  std::optional<std::vector<Command>> parse() {
    std::vector<Command> commands;
    for (skipSpaces(); !rest_.empty(); skipSpaces()) {
      const bool extended = rest_.front() == '+' || rest_.front() == '*' || rest_.front() == '$';
      std::optional<Command> command = extended ? parseExtended() : parseBasic();
      if (!command || commands.size() == kCommandsMax) return std::nullopt;
      commands.push_back(std::move(*command));
    }
    return commands;
  }

 private:
  bool accept(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  void skipSpaces() {
    while (accept(' ')) {
    }
  }

  std::optional<Command> parseExtended() {
    Command command;
    command.name = take();
    while (!rest_.empty() && (isLetter(rest_.front()) || isDigit(rest_.front()))) command.name += upper(take());
    skipSpaces();
    if (accept('?')) {
      command.form = Form::Read;
    } else if (accept('=')) {
      command.form = accept('?') ? Form::Test : Form::Write;
    }
    if (command.form == Form::Write && !parseParameters(command.parameters)) return std::nullopt;
    skipSpaces();
    if (!rest_.empty() && !accept(';')) return std::nullopt;
    return command;
  }

  bool parseParameters(std::vector<Parameter>& parameters) {
    do {
      skipSpaces();
      Parameter parameter;
      if (accept('"')) {
        if (!parseQuoted(parameter)) return false;
      } else {
        while (!rest_.empty() && rest_.front() != ',' && rest_.front() != ';') parameter.text += take();
        while (parameter.text.ends_with(' ')) parameter.text.pop_back();
      }
      parameters.push_back(std::move(parameter));
    } while (accept(','));
    return true;
  }

  bool parseQuoted(Parameter& parameter) {
    parameter.quoted = true;
    while (!rest_.empty()) {
      const char c = take();
      if (c == '"') {
        skipSpaces();
        return rest_.empty() || rest_.front() == ',' || rest_.front() == ';';
      }
      if (c == '\\' && rest_.starts_with('"') && backslash_ != Backslash::Ordinary) {
        if (backslash_ == Backslash::Kept) parameter.text += c;
        parameter.text += take();
      } else {
        parameter.text += c;
      }
    }
    return false;
  }

  // "E0", "&F", "I": a letter and a number. "S7=30", "S7?": the register's number is the first parameter.
  std::optional<Command> parseBasic() {
    Command command;
    if (accept('&')) command.name = '&';
    if (rest_.empty() || !isLetter(rest_.front())) return std::nullopt;
    command.name += upper(take());
    if (!rest_.empty() && isDigit(rest_.front())) {
      command.form = Form::Write;
      command.parameters.push_back(digits());
    }
    if (command.name != "S") return command;
    if (accept('?')) {
      command.form = Form::Read;
    } else if (accept('=')) {
      command.parameters.push_back(digits());
    }
    return command;
  }

  Parameter digits() {
    Parameter number;
    while (!rest_.empty() && isDigit(rest_.front())) number.text += take();
    return number;
  }

  std::string_view rest_;
  Backslash backslash_;
};

}  // namespace

std::optional<std::int64_t> Parameter::number() const {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || text.empty()) return std::nullopt;
  return value;
}

std::optional<std::vector<Command>> parseLine(std::string_view line, Backslash backslash) {
  return LineParser(line, backslash).parse();
}

}  // namespace smartkar::modem_sim
