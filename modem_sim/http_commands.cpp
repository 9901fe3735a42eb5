// HTTP(S): AT Manual V1.05 chapter 13.
#include <algorithm>
#include <array>
#include <limits>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"
#include "modem_sim/tls_context.hpp"

namespace smartkar::modem_sim {
namespace {

constexpr std::size_t kUrlMax = 512;
constexpr std::size_t kParameterMax = 64;
constexpr std::size_t kCertificateNameMax = 20;
constexpr std::int64_t kAnswerMax = 307'200;
constexpr std::size_t kPieceMax = 2048;  // of +SHREAD

// Types 1 … 5 of AT+SHREQ.
constexpr std::array<std::string_view, 5> kMethods = {"GET", "PUT", "POST", "PATCH", "HEAD"};

// One tag of AT+SHCONF that is a number.
struct Tag {
  std::string_view name;
  std::int64_t low;
  std::int64_t high;
  std::string_view ranges;
  int HttpSettings::*value;
};
constexpr std::array kTags = {
    Tag{"TIMEOUT", 30, 1800, "(30-1800)", &HttpSettings::timeout_s},
    Tag{"BODYLEN", 0, 4096, "(0-4096)", &HttpSettings::body_max},
    Tag{"HEADERLEN", 0, 350, "(0-350)", &HttpSettings::header_max},
    Tag{"POLLCNT", 1, 100, "(1-100)", &HttpSettings::poll_count},
    Tag{"POLLINTMS", 500, 5000, "(500-5000)", &HttpSettings::poll_ms},
    Tag{"IPVER", 0, 1, "(0,1)", &HttpSettings::ip_version},
};

Reply configure(Core& core, const Command& command) {
  HttpSettings& settings = core.settings.http;
  Reply reply;
  if (command.form == Form::Test) {
    reply.line("+SHCONF: \"URL\"," + std::to_string(kUrlMax));
    for (const Tag& tag : kTags) reply.more("+SHCONF: " + quoted(tag.name) + "," + std::string(tag.ranges));
    return reply;
  }
  if (command.form == Form::Read) {
    reply.line("+SHCONF:");
    reply.more("URL: " + settings.url);
    for (const Tag& tag : kTags) reply.more(std::string(tag.name) + ": " + std::to_string(settings.*tag.value));
    return reply;
  }
  if (command.parameters.size() != 2) return Reply::failed();
  const std::string name = upperCase(textAt(command, 0));
  if (name == "URL") {
    const std::string_view url = textAt(command, 1);
    if (url.empty() || url.size() > kUrlMax) return Reply::failed();
    settings.url = url;
    return reply;
  }
  const auto tag = std::ranges::find(kTags, name, &Tag::name);
  if (tag == kTags.end() || !inRange(command, 1, tag->low, tag->high)) return Reply::failed();
  settings.*tag->value = static_cast<int>(numberOr(command, 1, 0));
  return reply;
}

Reply ssl(Core& core, const Command& command) {
  HttpSettings& settings = core.settings.http;
  if (command.form == Form::Read) {
    return Reply::ok().line("+SHSSL: " + std::to_string(settings.ssl_context) + "," + quoted(settings.ca) + "," +
                            quoted(settings.certificate));
  }
  const std::size_t count = command.parameters.size();
  const std::string_view ca = textAt(command, 1);
  const std::string_view certificate = textAt(command, 2);
  if (count < 2 || count > 3 || !inRange(command, 0, 0, 5) || ca.size() > kCertificateNameMax ||
      certificate.size() > kCertificateNameMax) {
    return Reply::failed();
  }
  settings.ssl_context = static_cast<int>(numberOr(command, 0, 0));
  settings.ca = ca;
  settings.certificate = certificate;
  return Reply::ok();
}

// URL, BODYLEN and HEADERLEN must have been set (note of §13.2.1), and the URL is a server without a path.
std::optional<Endpoint> server(const Core& core) {
  const HttpSettings& settings = core.settings.http;
  const auto url = parseHttpUrl(settings.url);
  if (!url || !url->path.empty() || settings.body_max == 0 || settings.header_max == 0) return std::nullopt;
  Endpoint endpoint{url->host, url->port, std::nullopt};
  if (!url->tls) return endpoint;
  endpoint.tls = tlsOptions(core, settings.ssl_context, settings.ca, settings.certificate);
  return endpoint.tls ? std::optional(endpoint) : std::nullopt;
}

Reply connect(Core& core, const Command&) {
  const auto endpoint = server(core);
  if (!endpoint || core.http.connected() || core.http.busy() || !core.radio.dataPossible()) return Reply::failed();
  const HttpSettings& settings = core.settings.http;
  const Duration timeout = std::chrono::milliseconds(settings.poll_count * settings.poll_ms);
  core.http.connect(*endpoint, timeout, [&core](std::optional<HttpFailure> failure) {
    core.at.finish(failure ? Reply::failed() : Reply::ok());
  });
  return Reply::later();
}

Reply disconnect(Core& core, const Command&) {
  if (!core.http.connected()) return Reply::failed();
  core.http.disconnect();
  return Reply::ok();
}

Reply state(Core& core, const Command&) {
  return Reply::ok().line(core.http.connected() ? "+SHSTATE: 1" : "+SHSTATE: 0");
}

// A list of names and values in the request: heads or parameters.
Reply printFields(const std::string& label, const HttpFields& fields) {
  Reply reply;
  for (const auto& [name, value] : fields) reply.more(label + ": " + quoted(name) + "," + quoted(value));
  return reply;
}

std::size_t sizeOf(const HttpFields& fields) {
  std::size_t size = 0;
  for (const auto& [name, value] : fields) size += name.size() + value.size();
  return size;
}

Reply addHead(Core& core, const Command& command) {
  HttpSettings& settings = core.settings.http;
  const std::string length = std::to_string(settings.header_max);
  if (command.form == Form::Test) return Reply::ok().line("+SHAHEAD: " + length + "," + length);
  if (command.form == Form::Read) return printFields("+SHAHEAD", settings.heads);
  const std::string_view name = textAt(command, 0);
  const std::string_view value = textAt(command, 1);
  const std::size_t size = sizeOf(settings.heads) + name.size() + value.size();
  if (command.parameters.size() != 2 || name.empty() || size > static_cast<std::size_t>(settings.header_max)) {
    return Reply::failed();
  }
  settings.heads.emplace_back(name, value);
  return Reply::ok();
}

Reply clearHeads(Core& core, const Command&) {
  if (!core.http.connected()) return Reply::failed();
  core.settings.http.heads.clear();
  return Reply::ok();
}

Reply addParameter(Core& core, const Command& command) {
  HttpFields& parameters = core.settings.http.parameters;
  if (command.form == Form::Read) return printFields("+SHPARA", parameters);
  const std::string_view name = textAt(command, 0);
  const std::string_view value = textAt(command, 1);
  if (!core.http.connected() || command.parameters.size() != 2 || name.empty() || name.size() > kParameterMax ||
      value.size() > kParameterMax) {
    return Reply::failed();
  }
  parameters.emplace_back(name, value);
  return Reply::ok();
}

Reply clearParameters(Core& core, const Command&) {
  if (!core.http.connected()) return Reply::failed();
  core.settings.http.parameters.clear();
  return Reply::ok();
}

// Length, 0: until Ctrl-Z, and time for the bytes in ms.
Reply body(Core& core, const Command& command) {
  constexpr char kCtrlZ = 0x1A;
  constexpr char kEscape = 0x1B;
  HttpSettings& settings = core.settings.http;
  if (command.form == Form::Test) {
    return Reply::ok().line("+SHBOD: (0-" + std::to_string(settings.body_max) + "),(100-10000)");
  }
  if (command.form == Form::Read) {
    return Reply::ok().line("+SHBOD: " + quoted(settings.body) + "," + std::to_string(settings.body.size()));
  }
  if (!core.http.connected() || command.parameters.size() != 2 || !inRange(command, 0, 0, settings.body_max) ||
      !inRange(command, 1, 100, 10000)) {
    return Reply::failed();
  }
  const auto size = static_cast<std::size_t>(numberOr(command, 0, 0));
  DataRequest request;
  request.prompt = core.config.behaviour.prompt_space ? "\r\n> " : "\r\n>";
  request.prompt_delay = core.config.timing.prompt;
  request.timeout = std::chrono::milliseconds(numberOr(command, 1, 0));
  request.size = size > 0 ? size : static_cast<std::size_t>(settings.body_max) + 1;
  if (size == 0) {
    request.end_marks = kCtrlZ;
    request.cancel_marks = kEscape;
  }
  request.done = [&settings](std::string content) {
    if (content.size() > static_cast<std::size_t>(settings.body_max)) return Reply::failed();
    settings.body = std::move(content);
    return Reply::ok();
  };
  return Reply::wantData(std::move(request));
}

// What the manual leaves open: parameters are the query of GET and HEAD, else the body if SHBOD has given none.
HttpClient::Request makeRequest(const HttpSettings& settings) {
  HttpClient::Request request;
  request.method = kMethods[static_cast<std::size_t>(settings.method - 1)];
  const auto url = parseHttpUrl(settings.target);
  request.target = url ? url->path : settings.target;
  if (!request.target.starts_with('/')) request.target.insert(0, "/");
  for (const auto& [name, value] : settings.heads)
    request.headers.append(name).append(": ").append(value).append("\r\n");
  std::string parameters;
  for (const auto& [name, value] : settings.parameters) {
    parameters.append(parameters.empty() ? "" : "&").append(name).append("=").append(value);
  }
  const bool query = request.method == "GET" || request.method == "HEAD";
  if (query && !parameters.empty()) request.target += "?" + parameters;
  if (!query) request.body = settings.body.empty() ? parameters : settings.body;
  return request;
}

void answered(Core& core, const std::string& method, unsigned status) {
  const HttpResponse* response = core.http.response();
  const std::size_t size = response != nullptr && response->complete() ? response->body().size() : 0;
  core.urc(UrcKind::Other, "+SHREQ: " + quoted(method) + "," + std::to_string(status) + "," + std::to_string(size));
}

Reply request(Core& core, const Command& command) {
  HttpSettings& settings = core.settings.http;
  if (command.form == Form::Read) {
    return Reply::ok().line("+SHREQ: " + settings.target + "," + std::to_string(settings.method));
  }
  const std::string_view target = textAt(command, 0);
  if (!core.http.connected() || core.http.busy() || command.parameters.size() != 2 || target.empty() ||
      target.size() > kUrlMax || !inRange(command, 1, 1, std::ssize(kMethods))) {
    return Reply::failed();
  }
  settings.target = target;
  settings.method = static_cast<int>(numberOr(command, 1, 1));
  Reply reply;
  reply.after = [&core, wanted = makeRequest(settings), timeout = std::chrono::seconds(settings.timeout_s)] {
    core.http.request(wanted, static_cast<std::size_t>(kAnswerMax), timeout,
                      [&core, method = wanted.method](unsigned status) { answered(core, method, status); });
  };
  return reply;
}

// A part of the latest answer, in pieces of 2048 bytes behind the OK.
Reply read(Core& core, const Command& command) {
  const HttpResponse* response = core.http.response();
  if (response == nullptr || !response->complete() || command.parameters.size() != 2 ||
      !inRange(command, 0, 0, kAnswerMax) || !inRange(command, 1, 1, kAnswerMax)) {
    return Reply::failed();
  }
  const auto start = static_cast<std::size_t>(numberOr(command, 0, 0));
  const auto size = static_cast<std::size_t>(numberOr(command, 1, 0));
  if (start + size > response->body().size()) return Reply::failed();
  Reply reply;
  reply.after = [&core, content = response->body().substr(start, size)] {
    for (std::size_t at = 0; at < content.size(); at += kPieceMax) {
      const std::string piece = content.substr(at, kPieceMax);
      core.urc(UrcKind::Other, "+SHREAD: " + std::to_string(piece.size()) + "\r\n" + piece);
    }
  };
  return reply;
}

// URL, path of the file, seconds for each try, tries.
Reply toFile(Core& core, const Command& command) {
  constexpr std::size_t kDownloadUrlMax = 1023;
  constexpr std::size_t kPathMax = 127;
  constexpr std::int64_t kSeconds = 50;
  constexpr std::int64_t kTries = 5;
  HttpDownload& download = core.download;
  if (command.form == Form::Read) {
    return Reply::ok().line(std::string(download.busy() ? "+HTTPTOFS: 1," : "+HTTPTOFS: 0,") +
                            quoted(download.job().url) + "," + quoted(download.job().path));
  }
  const std::size_t count = command.parameters.size();
  const HttpDownload::Job job{.url = std::string(textAt(command, 0)),
                              .path = std::string(textAt(command, 1)),
                              .timeout = std::chrono::seconds(numberOr(command, 2, kSeconds)),
                              .tries = static_cast<int>(numberOr(command, 3, kTries))};
  if (count < 2 || count > 4 || job.url.size() > kDownloadUrlMax || job.path.size() > kPathMax ||
      (count > 2 && !inRange(command, 2, 10, 1000)) || (count > 3 && !inRange(command, 3, 5, 100))) {
    return Reply::failed(Cme::ParamRange);
  }
  if (download.busy() || !core.radio.dataPossible()) return Reply::failed();
  const bool started = download.start(job, [&core](unsigned status, std::size_t size) {
    core.urc(UrcKind::Other, "+HTTPTOFS: " + std::to_string(status) + "," + std::to_string(size));
  });
  return started ? Reply::ok() : Reply::failed(Cme::ParamRange);
}

Reply toFileProgress(Core& core, const Command&) {
  const HttpDownload& download = core.download;
  if (!download.busy()) return Reply::ok().line("+HTTPTOFSRL: 0,0,0");
  return Reply::ok().line("+HTTPTOFSRL: 1," + std::to_string(download.received()) + "," +
                          std::to_string(download.total()));
}

constexpr std::array kCommands = {
    CommandSpec{"+SHCONF", kTest | kRead | kWrite, "", configure, "13.2.1"},
    CommandSpec{"+SHSSL", kRead | kWrite, "(0-5),20,20", ssl, "13.2.2"},
    CommandSpec{"+SHCONN", kExecute, "", connect, "13.2.3"},
    CommandSpec{"+SHBOD", kTest | kRead | kWrite, "", body, "13.2.4"},
    CommandSpec{"+SHAHEAD", kTest | kRead | kWrite, "", addHead, "13.2.5"},
    CommandSpec{"+SHPARA", kRead | kWrite, "64,64", addParameter, "13.2.6"},
    CommandSpec{"+SHCPARA", kExecute, "", clearParameters, "13.2.7"},
    CommandSpec{"+SHSTATE", kRead, "", state, "13.2.8"},
    CommandSpec{"+SHCHEAD", kExecute, "", clearHeads, "13.2.9"},
    CommandSpec{"+SHREQ", kRead | kWrite, "512,(1-5)", request, "13.2.10"},
    CommandSpec{"+SHREAD", kWrite, "(0-307200),(1-307200)", read, "13.2.11"},
    CommandSpec{"+SHDISC", kExecute, "", disconnect, "13.2.12"},
    CommandSpec{"+HTTPTOFS", kRead | kWrite, "(1-1023),(1-127)", toFile, "13.2.13"},
    CommandSpec{"+HTTPTOFSRL", kRead, "", toFileProgress, "13.2.14"},
};

}  // namespace

std::span<const CommandSpec> httpCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
