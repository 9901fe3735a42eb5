#include "bench/support/process_usage.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>

namespace smartkar::bench {
namespace {

std::string readFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

double statusMib(pid_t pid, std::string_view name) {
  const std::string status = readFile("/proc/" + std::to_string(pid) + "/status");
  return std::strtod(status.c_str() + status.find(name) + name.size(), nullptr) / 1024;
}

}  // namespace

// Fields 14 and 15 of /proc/PID/stat (proc(5)), which counts from behind the name.
double processorSeconds(pid_t pid) {
  const std::string stat = readFile("/proc/" + std::to_string(pid) + "/stat");
  std::istringstream fields(stat.substr(stat.rfind(')') + 2));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double residentMib(pid_t pid) { return statusMib(pid, "VmRSS:"); }
double peakResidentMib(pid_t pid) { return statusMib(pid, "VmHWM:"); }

}  // namespace smartkar::bench
