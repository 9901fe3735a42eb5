#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace smartkar::server {

// How a provider is asked over HTTP to send a text message. url, headers, body and login may hold {number}, {ccid},
// {text} and {secret:NAME}. What is put in is escaped as its place demands: percent-encoded in the URL and in a form,
// as a part of a string in a JSON body.
struct RequestTemplate {
  std::string method = "POST";
  std::string url;                   // http:// or https://
  std::vector<std::string> headers;  // "Name: value"; Content-Type decides how the body is escaped, a form without it
  std::string body;
  std::string login;                         // "user:password" for HTTP Basic; empty: none
  std::filesystem::path secrets;             // folder with a file for each NAME, read for each message
  long status = 0;                           // of success; 0: any of 200-299
  std::string error_pointer;                 // JSON pointer to the reason in an answer; empty: none
  std::chrono::milliseconds timeout{10000};  // for all of it, > 0
};

// What one message puts in.
struct TextMessage {
  std::string ccid;
  std::string number;  // of the modem, as the provider wants it
  std::string text;
};

// Why the template cannot be used, for people; nothing: it can. Looks at the files of its secrets, too.
std::optional<std::string> problemOf(const RequestTemplate& request);

// The template with everything put in. Fails, with a sentence, if a secret cannot be read, a placeholder is unknown or
// the number it asks for is empty.
Result<RequestTemplate, std::string> filled(const RequestTemplate& request, const TextMessage& message);

}  // namespace smartkar::server
