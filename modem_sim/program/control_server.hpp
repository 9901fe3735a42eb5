#pragma once

#include <poll.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "modem_sim/program/file_descriptor.hpp"

namespace smartkar::modem_sim {

// A Unix stream socket for lines: each line gets one line as an answer, and everybody connected hears what is told to
// all. The socket file goes with the object.
class ControlServer {
 public:
  // Answers one line.
  using Answer = std::function<std::string(std::string_view line)>;
  // Written to everyone who connects.
  using Greeting = std::function<std::string()>;

  // path: at most 107 characters; an old socket is replaced, anything else is not. Failure: what went wrong.
  static Result<ControlServer, std::string> open(const std::string& path);
  ControlServer(ControlServer&&) noexcept = default;
  ControlServer& operator=(ControlServer&&) = delete;
  ~ControlServer();

  void addTo(std::vector<pollfd>& polled) const;
  void handle(const std::vector<pollfd>& polled, const Answer& answer, const Greeting& greeting);
  void tellAll(const std::string& line);

 private:
  struct Client {
    FileDescriptor socket;
    std::string line;
  };
  ControlServer(FileDescriptor socket, std::string path) : socket_(std::move(socket)), path_(std::move(path)) {}
  void accept(const Greeting& greeting);
  // False: the client has gone.
  static bool serve(Client& client, const Answer& answer);
  static void write(const Client& client, const std::string& line);

  FileDescriptor socket_;
  std::string path_;
  std::map<int, Client> clients_;
};

}  // namespace smartkar::modem_sim
