#include "ports/linux/console_port.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>

#include "ports/linux/file_descriptor.hpp"

namespace smartkar::ports {
namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    out = FileDescriptor(ends[0]);
    in = FileDescriptor(ends[1]);
  }
  FileDescriptor in;
  FileDescriptor out;
};

TEST(ConsolePortTest, ReadsWhatIsThereWithoutWaitingUntilTheEnd) {
  Pipe typed;
  ConsolePort port(typed.out.get(), -1);
  EXPECT_EQ(port.read(), "");
  ASSERT_EQ(write(typed.in.get(), "get\n", 4), 4);
  EXPECT_EQ(port.read(), "get\n");
  EXPECT_EQ(port.read(), "");
  EXPECT_EQ(port.descriptor(), typed.out.get());
  typed.in = FileDescriptor();
  EXPECT_EQ(port.read(), "");
  EXPECT_EQ(port.descriptor(), -1);
}

TEST(ConsolePortTest, WritesLinesAndSurvivesAReaderThatGoesAway) {
  Pipe screen;
  ConsolePort port(-1, screen.in.get());
  port.write("ok");
  std::array<char, 8> shown{};
  EXPECT_EQ(read(screen.out.get(), shown.data(), shown.size()), 3);
  EXPECT_EQ(std::string(shown.data()), "ok\n");
  screen.out = FileDescriptor();
  port.write("nobody reads this");
}

}  // namespace
}  // namespace smartkar::ports
