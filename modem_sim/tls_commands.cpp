// TLS contexts: AT Manual V1.05 chapter 11.
#include <array>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"

namespace smartkar::modem_sim {
namespace {

constexpr std::size_t kContextCount = std::tuple_size_v<decltype(VolatileSettings::ssl)>;
constexpr std::size_t kServerNameMax = 253;
constexpr std::size_t kConvertNameMax = 50;

// As the manual prints it, with its 0xC09F twice (§11.2.1).
constexpr std::string_view kCipherSuites =
    "(0x008A,0x008B,0x008C,0x008D,0x00A8,0x00A9,0x00AE,0x00AF,0x002F,0x0033,0x0035,0x0039,0xC02A,0xC02B,0xC02C,0xC02D,"
    "0xC02E,0xC02F,0xC030,0xC031,0xC032,0xC09C,0xC09D,0xC09E,0xC09F,0xC0A0,0xC09F,0xC0A1,0xC0A2,0xC0A3,0xCC13,0xCC14,"
    "0xCC15)";

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

Reply printRanges() {
  Reply reply;
  reply.more("+CSSLCFG: \"SSLVERSION\",(0-5),(0-5)");
  reply.more("+CSSLCFG: \"CIPHERSUITE\",(0-5),(0-7)," + std::string(kCipherSuites));
  for (const std::string_view line :
       {R"("IGNORERTCTIME",(0-5),(0-1))", R"("PROTOCOL",(0-5),(1-2))", R"("SNI",(0-5),253)", R"("CTXINDEX",(0-5))",
        R"("MAXFRAGLENDISABLE",(0-5),(0-1))", R"("CONVERT",(1-3),50,50,50)"}) {
    reply.more("+CSSLCFG: " + std::string(line));
  }
  return reply;
}

Reply configure(Core& core, const Command& command) {
  if (command.form == Form::Read) return Reply::ok();
  if (command.form == Form::Test) return printRanges();
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

constexpr std::array kCommands = {
    CommandSpec{"+CSSLCFG", kTest | kRead | kWrite, "", configure, "11.2.1"},
};

}  // namespace

std::span<const CommandSpec> tlsCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
