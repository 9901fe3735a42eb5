// TLS contexts and files: AT Manual V1.05 chapters 9 and 11.
#include <array>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"

namespace smartkar::modem_sim {
namespace {

constexpr std::size_t kContextCount = std::tuple_size_v<decltype(VolatileSettings::ssl)>;
constexpr std::size_t kServerNameMax = 253;
constexpr std::size_t kConvertNameMax = 50;
constexpr std::size_t kFileNameMax = 230;
constexpr std::int64_t kFileMax = 10240;

// A sub-command that sets one number of a context.
struct ContextNumber {
  std::string_view name;
  std::int64_t low;
  std::int64_t high;
  int SslContext::*value;
};
constexpr std::array kContextNumbers = {
    ContextNumber{"SSLVERSION", 0, 5, &SslContext::version},
    ContextNumber{"IGNORERTCTIME", 0, 1, &SslContext::ignore_time},
    ContextNumber{"PROTOCOL", 1, 2, &SslContext::protocol},
    ContextNumber{"MAXFRAGLENDISABLE", 0, 1, &SslContext::max_fragment_disable},
};

Reply convert(Core& core, const Command& command) {
  const std::string file(textAt(command, 2));
  const std::string key(textAt(command, 3));
  if (file.empty() || file.size() > kConvertNameMax || key.size() > kConvertNameMax) {
    return Reply::failed(Cme::ParamRange);
  }
  bool done = false;
  switch (numberOr(command, 1, 0)) {
    case 1:
      done = core.files.convertCertificate(file, key);
      break;
    case 2:
      done = core.files.convertCa(file);
      break;
    default:
      return Reply::failed(Cme::OperationNotSupported);
  }
  return done ? Reply::ok() : Reply::failed(Cme::OperationFailed);
}

Reply printContext(std::int64_t index, const SslContext& context) {
  std::string text = "+CSSLCFG: " + std::to_string(index) + "," + std::to_string(context.version);
  for (const std::string& cipher : context.ciphers) text += "," + (cipher.empty() ? "0x0000" : cipher);
  text += "," + std::to_string(context.ignore_time) + "," + std::to_string(context.protocol) + "," +
          quoted(context.server_name);
  return Reply::ok().line(text);
}

// 0xNNNN
bool isCipher(std::string_view text) {
  return text.size() == 6 && (text.starts_with("0x") || text.starts_with("0X")) &&
         text.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos;
}

Reply configure(Core& core, const Command& command) {
  if (command.form == Form::Read) return Reply::ok();
  const std::string name = upperCase(textAt(command, 0));
  if (name == "CONVERT") return convert(core, command);
  if (!inRange(command, 1, 0, static_cast<std::int64_t>(kContextCount) - 1)) return Reply::failed(Cme::ParamRange);
  SslContext& context = core.settings.ssl[static_cast<std::size_t>(numberOr(command, 1, 0))];
  for (const ContextNumber& number : kContextNumbers) {
    if (number.name != name) continue;
    if (!inRange(command, 2, number.low, number.high)) return Reply::failed(Cme::ParamRange);
    context.*number.value = static_cast<int>(numberOr(command, 2, 0));
    return Reply::ok();
  }
  if (name == "CTXINDEX") return printContext(numberOr(command, 1, 0), context);
  if (name == "SNI") {
    if (command.parameters.size() != 3 || textAt(command, 2).size() > kServerNameMax) {
      return Reply::failed(Cme::ParamRange);
    }
    context.server_name = textAt(command, 2);
    return Reply::ok();
  }
  if (name == "CIPHERSUITE") {
    if (!inRange(command, 2, 0, 7) || !isCipher(textAt(command, 3))) return Reply::failed(Cme::ParamRange);
    context.ciphers[static_cast<std::size_t>(numberOr(command, 2, 0))] = textAt(command, 3);
    return Reply::ok();
  }
  return Reply::failed(Cme::ParamRange);
}

Reply openFiles(Core& core, const Command&) {
  if (core.files_open) return Reply::failed();
  core.files_open = true;
  return Reply::ok();
}

Reply closeFiles(Core& core, const Command&) {
  if (!core.files_open) return Reply::failed();
  core.files_open = false;
  return Reply::ok();
}

// Directory and name in the first two parameters; an error if they are none or CFSINIT is missing.
bool namesFile(const Core& core, const Command& command) {
  const std::string_view name = textAt(command, 1);
  return core.files_open && inRange(command, 0, 0, 3) && !name.empty() && name.size() <= kFileNameMax;
}
FileStore::Name fileName(const Command& command) {
  return {static_cast<int>(numberOr(command, 0, 0)), std::string(textAt(command, 1))};
}

// §9.2: directory, name, 0 overwrite or 1 append, bytes, time for them in ms.
Reply writeFile(Core& core, const Command& command) {
  if (!namesFile(core, command) || command.parameters.size() != 5 || !inRange(command, 2, 0, 1) ||
      !inRange(command, 3, 1, kFileMax) || !inRange(command, 4, 100, 10000)) {
    return Reply::failed();
  }
  DataRequest request;
  request.prompt = "\r\nDOWNLOAD\r\n";
  request.size = static_cast<std::size_t>(numberOr(command, 3, 0));
  request.timeout = std::chrono::milliseconds(numberOr(command, 4, 0));
  request.done = [&core, command](std::string content) {
    core.files.write(fileName(command), std::move(content), numberOr(command, 2, 0) == 1);
    return Reply::ok();
  };
  return Reply::wantData(std::move(request));
}

// Directory, name, 0 from the start or 1 from a position, bytes, position.
Reply readFile(Core& core, const Command& command) {
  const std::string* content = namesFile(core, command) ? core.files.find(fileName(command)) : nullptr;
  if (content == nullptr || !inRange(command, 2, 0, 1) || !inRange(command, 3, 0, kFileMax)) return Reply::failed();
  const auto position = static_cast<std::size_t>(numberOr(command, 2, 0) == 1 ? numberOr(command, 4, 0) : 0);
  if (position > content->size()) return Reply::failed();
  const std::string part = content->substr(position, static_cast<std::size_t>(numberOr(command, 3, 0)));
  Reply reply;
  reply.line("+CFSRFILE: " + std::to_string(part.size()));
  reply.more(part);
  return reply;
}

Reply deleteFile(Core& core, const Command& command) {
  return namesFile(core, command) && core.files.remove(fileName(command)) ? Reply::ok() : Reply::failed();
}

Reply renameFile(Core& core, const Command& command) {
  const std::string to(textAt(command, 2));
  const bool valid = namesFile(core, command) && !to.empty() && to.size() <= kFileNameMax;
  return valid && core.files.rename(fileName(command), to) ? Reply::ok() : Reply::failed();
}

Reply fileSize(Core& core, const Command& command) {
  const std::string* content = namesFile(core, command) ? core.files.find(fileName(command)) : nullptr;
  if (content == nullptr) return Reply::failed();
  return Reply::ok().line("+CFSGFIS: " + std::to_string(content->size()));
}

Reply freeSpace(Core& core, const Command&) {
  if (!core.files_open) return Reply::failed();
  return Reply::ok().line("+CFSGFRS: " + std::to_string(core.files.freeBytes()));
}

constexpr std::array kCommands = {
    CommandSpec{"+CSSLCFG", kRead | kWrite, "", configure},
    CommandSpec{"+CFSINIT", kExecute, "", openFiles},
    CommandSpec{"+CFSTERM", kExecute, "", closeFiles},
    CommandSpec{"+CFSWFILE", kWrite, "(0-3),230,(0,1),(1-10240),(100-10000)", writeFile},
    CommandSpec{"+CFSRFILE", kWrite, "(0-3),230,(0,1),(0-10240),(0-10240)", readFile},
    CommandSpec{"+CFSDFILE", kWrite, "(0-3),230", deleteFile},
    CommandSpec{"+CFSREN", kWrite, "(0-3),230,230", renameFile},
    CommandSpec{"+CFSGFIS", kWrite, "(0-3),230", fileSize},
    CommandSpec{"+CFSGFRS", kRead, "", freeSpace},
};

}  // namespace

std::span<const CommandSpec> tlsCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
