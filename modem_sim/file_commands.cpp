// The file system: AT Manual V1.05 chapter 9.
#include <array>
#include <optional>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"

namespace smartkar::modem_sim {
namespace {

constexpr std::size_t kFileNameMax = 230;
constexpr std::int64_t kTransferMax = 10240;

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

bool isFileName(std::string_view name) { return !name.empty() && name.size() <= kFileNameMax; }

FileStore::Name fileName(const Command& command) {
  return {static_cast<int>(numberOr(command, 0, 0)), std::string(textAt(command, 1))};
}

// Why a command with least … most parameters cannot use the directory and name in its first two; nothing if it can.
std::optional<Cme> problem(const Core& core, const Command& command, std::size_t least, std::size_t most) {
  if (!core.files_open) return Cme::OperationNotAllowed;
  if (command.parameters.size() < least) return Cme::ParamCountNotEnough;
  if (command.parameters.size() > most) return Cme::ParamCountBeyond;
  if (!inRange(command, 0, 0, FileStore::kDirectories - 1)) return Cme::ParamRange;
  if (!isFileName(textAt(command, 1))) return Cme::ParamRange;
  return std::nullopt;
}

// Directory, name, 0 overwrite or 1 append, bytes, time for them in ms (§9.2.2).
Reply writeFile(Core& core, const Command& command) {
  if (const auto error = problem(core, command, 5, 5)) return Reply::failed(*error);
  if (!inRange(command, 2, 0, 1) || !inRange(command, 3, 1, kTransferMax) || !inRange(command, 4, 100, 10000)) {
    return Reply::failed(Cme::ParamRange);
  }
  DataRequest request;
  request.prompt = "\r\nDOWNLOAD\r\n";
  request.size = static_cast<std::size_t>(numberOr(command, 3, 0));
  request.timeout = std::chrono::milliseconds(numberOr(command, 4, 0));
  request.done = [&core, command](const std::string& content) {
    const bool append = numberOr(command, 2, 0) == 1;
    return core.files.write(fileName(command), content, append) ? Reply::ok() : Reply::failed(Cme::OperationFailed);
  };
  return Reply::wantData(std::move(request));
}

// Directory, name, 0 from the start or 1 from a position, bytes at most, position (§9.2.3).
Reply readFile(Core& core, const Command& command) {
  if (const auto error = problem(core, command, 4, 5)) return Reply::failed(*error);
  const bool positioned = numberOr(command, 2, 0) == 1;
  const std::string* content = core.files.find(fileName(command));
  if (content == nullptr) return Reply::failed(Cme::NotFound);
  const auto last = static_cast<std::int64_t>(content->size());
  if (!inRange(command, 2, 0, 1) || !inRange(command, 3, 1, kTransferMax) ||
      (positioned && !inRange(command, 4, 0, last))) {
    return Reply::failed(Cme::ParamRange);
  }
  const auto position = static_cast<std::size_t>(positioned ? numberOr(command, 4, 0) : 0);
  const std::string part = content->substr(position, static_cast<std::size_t>(numberOr(command, 3, 0)));
  Reply reply;
  reply.line("+CFSRFILE: " + std::to_string(part.size()));
  reply.more(part);
  return reply;
}

Reply deleteFile(Core& core, const Command& command) {
  if (const auto error = problem(core, command, 2, 2)) return Reply::failed(*error);
  return core.files.remove(fileName(command)) ? Reply::ok() : Reply::failed(Cme::NotFound);
}

Reply renameFile(Core& core, const Command& command) {
  if (const auto error = problem(core, command, 3, 3)) return Reply::failed(*error);
  const std::string to(textAt(command, 2));
  if (!isFileName(to)) return Reply::failed(Cme::ParamRange);
  return core.files.rename(fileName(command), to) ? Reply::ok() : Reply::failed(Cme::NotFound);
}

Reply fileSize(Core& core, const Command& command) {
  if (const auto error = problem(core, command, 2, 2)) return Reply::failed(*error);
  const std::string* content = core.files.find(fileName(command));
  if (content == nullptr) return Reply::failed(Cme::NotFound);
  return Reply::ok().line("+CFSGFIS: " + std::to_string(content->size()));
}

Reply freeSpace(Core& core, const Command&) {
  if (!core.files_open) return Reply::failed();
  return Reply::ok().line("+CFSGFRS: " + std::to_string(core.files.freeBytes()));
}

constexpr std::array kCommands = {
    CommandSpec{"+CFSINIT", kExecute, "", openFiles, "9.2.1"},
    CommandSpec{"+CFSTERM", kExecute, "", closeFiles, "9.2.8"},
    CommandSpec{"+CFSWFILE", kWrite, "(0-3),230,(0-1),(1-10240),(100-10000)", writeFile, "9.2.2"},
    CommandSpec{"+CFSRFILE", kWrite, "(0-3),230,(0-1),(1-10240),(0-filesize)", readFile, "9.2.3"},
    CommandSpec{"+CFSDFILE", kWrite, "(0-3),230", deleteFile, "9.2.4"},
    CommandSpec{"+CFSREN", kWrite, "(0-3),230,230", renameFile, "9.2.6"},
    CommandSpec{"+CFSGFIS", kWrite, "(0-3),230", fileSize, "9.2.5"},
    CommandSpec{"+CFSGFRS", kRead, "", freeSpace, "9.2.7"},
};

}  // namespace

std::span<const CommandSpec> fileCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
