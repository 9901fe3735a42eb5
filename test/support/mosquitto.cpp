#include "test/support/mosquitto.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "test/support/loopback.hpp"

namespace smartkar::test {
namespace {

// Far more than a start takes on a loaded machine; only a broker that hangs reaches it.
constexpr int kStartAttempts = 1000;
constexpr int kStartPollMilliseconds = 10;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// Debian installs it in /usr/sbin, which is not in every user's PATH.
const char* program() { return ::access("/usr/sbin/mosquitto", X_OK) == 0 ? "/usr/sbin/mosquitto" : "mosquitto"; }

std::string userName() {
  const passwd* entry = ::getpwuid(::getuid());
  return entry != nullptr ? entry->pw_name : "root";
}

}  // namespace

Mosquitto::Mosquitto(MosquittoOptions options)
    : options_(std::move(options)), port_(options_.port != 0 ? options_.port : freeLoopbackPort()) {
  start();
}

Mosquitto::~Mosquitto() { kill(); }

std::string Mosquitto::log() const {
  std::ifstream file(directory() / "mosquitto.log");
  return {std::istreambuf_iterator<char>(file), {}};
}

void Mosquitto::writeConfig() const {
  std::ofstream file(directory() / "mosquitto.conf");
  // Mosquitto started by root changes to "mosquitto", which cannot read a test's files.
  file << "user " << userName() << "\nlog_dest stderr\nlog_type " << options_.log_type << "\nset_tcp_nodelay true\n"
       << "allow_anonymous " << (options_.allow_anonymous ? "true" : "false") << "\npersistence "
       << (options_.persistence ? "true" : "false") << "\npersistence_location " << directory().string() << "/\n"
       << options_.global_lines << "\nlistener " << port_ << " 127.0.0.1\n"
       << options_.listener_lines << '\n';
}

void Mosquitto::start() {
  if (running()) return;
  writeConfig();
  const std::string config = (directory() / "mosquitto.conf").string();
  const std::string log_file = (directory() / "mosquitto.log").string();
  const char* const path = program();
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a crashed test leaves no broker behind
    const int fd = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(fd, STDOUT_FILENO);
    ::dup2(fd, STDERR_FILENO);
    ::execlp(path, path, "-c", config.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  for (int attempt = 0; attempt < kStartAttempts; ++attempt) {
    if (listens()) return;
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = 0;
      break;
    }
    ::poll(nullptr, 0, kStartPollMilliseconds);
  }
  kill();
  throw std::runtime_error("mosquitto did not start: " + log());
}

bool Mosquitto::listens() const {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port_);
  bool connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  // Linux lets a socket connect to itself when it is given the very port it asks for.
  sockaddr_in own{};
  socklen_t size = sizeof own;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size) == 0 && own.sin_port == address.sin_port) {
    connected = false;
  }
  ::close(fd);
  return connected;
}

void Mosquitto::terminate() { end(SIGTERM); }
void Mosquitto::kill() { end(SIGKILL); }

void Mosquitto::end(int signal) {
  if (!running()) return;
  ::kill(pid_, signal);
  ::kill(pid_, SIGCONT);  // a frozen one sees its SIGTERM only now
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

void Mosquitto::freeze() {
  if (running()) ::kill(pid_, SIGSTOP);
}
void Mosquitto::resume() {
  if (running()) ::kill(pid_, SIGCONT);
}

}  // namespace smartkar::test
