#include "probe/report/progress.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "core/file_descriptor.hpp"

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

probe::progress half_way() {
  probe::progress p;
  p.elapsed = 30s;
  p.planned = 60s;
  p.share = 0.5;
  p.passed = 297;
  p.failed = 3;
  p.missed = 2;
  p.running = 4;
  p.rate = 9.96;
  for (int i = 1; i <= 100; ++i) p.took.add(i * 1ms);
  p.so_far = "fail";
  p.last_failure = "path: read broke at app, status, trace " + std::string(32, 'b');
  return p;
}

std::size_t columns(const std::string& line) {
  std::size_t out = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\x1b') {
      i = line.find('m', i);
      continue;
    }
    if ((static_cast<unsigned char>(line[i]) & 0xc0) != 0x80) ++out;
  }
  return out;
}

TEST(progress_lines, tell_everything_in_the_width_there_is) {
  const auto lines = progress_lines(half_way(), 160, false);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0],
            " 50% ████████████░░░░░░░░░░░░ fail 297 passed 3 failed 2 missed 10.0/s p50 50.2ms p95 "
            "95.2ms p99 99.3ms 30s/1m00s");
  EXPECT_EQ(lines[1], "     " + half_way().last_failure);
}

TEST(progress_lines, are_never_wider_than_asked) {
  for (std::size_t width = 1; width < 200; ++width)
    for (const bool colour : {false, true})
      for (const auto& line : progress_lines(half_way(), width, colour))
        EXPECT_LE(columns(line), width) << line;
}

TEST(progress_lines, have_colour_only_when_asked) {
  EXPECT_THAT(progress_lines(half_way(), 120, true)[0], HasSubstr("\x1b[31mfail\x1b[0m"));
  EXPECT_THAT(progress_lines(half_way(), 120, false)[0], Not(HasSubstr("\x1b")));
}

TEST(progress_lines, cannot_be_steered_by_what_a_server_said) {
  auto p = half_way();
  p.last_failure = "a\x1b[2Jb\r\nc";
  const auto lines = progress_lines(p, 120, false);
  EXPECT_EQ(lines[1], "     a [2Jb  c");
}

TEST(progress_text, is_one_plain_line) {
  const auto text = progress_text(half_way());
  EXPECT_THAT(text, HasSubstr("50% 30s/1m00s: 297 passed, 3 failed, 2 missed, 4 running, 10.0/s"));
  EXPECT_THAT(text, Not(HasSubstr("\n")));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

/// A pseudo-terminal of 100 columns, and the environment as it was afterwards.
class on_a_terminal : public testing::Test {
 protected:
  on_a_terminal() {
    winsize size{24, 100, 0, 0};
    int a = -1, b = -1;
    EXPECT_EQ(openpty(&a, &b, nullptr, nullptr, &size), 0);
    master_ = core::file_descriptor(a);
    slave_ = core::file_descriptor(b);
    fcntl(a, F_SETFL, O_NONBLOCK);
    if (const char* term = std::getenv("TERM")) term_ = term;
    if (const char* no_colour = std::getenv("NO_COLOR")) no_colour_ = no_colour;
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
  }
  ~on_a_terminal() override {
    setenv("TERM", term_.c_str(), 1);
    if (no_colour_.empty())
      unsetenv("NO_COLOR");
    else
      setenv("NO_COLOR", no_colour_.c_str(), 1);
  }
  std::string drawn() {
    std::string out(65536, '\0');
    const auto n = ::read(master_.get(), out.data(), out.size());
    out.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return out;
  }

  core::file_descriptor master_, slave_;
  std::string term_, no_colour_;
};

TEST_F(on_a_terminal, is_redrawn_in_place) {
  probe::progress_display display(slave_.get());
  ASSERT_TRUE(display.redraws());
  display.show(half_way());
  const auto first = drawn();
  EXPECT_THAT(first, HasSubstr("297 passed"));
  EXPECT_THAT(first, HasSubstr("\x1b[31m"));
  EXPECT_FALSE(first.ends_with("\n"));
  display.show(half_way());
  EXPECT_TRUE(drawn().starts_with("\r\x1b[A\x1b[J")) << "up one line, and cleared";
  display.clear();
  EXPECT_EQ(drawn(), "\r\x1b[A\x1b[J");
}

TEST_F(on_a_terminal, respects_no_color) {
  setenv("NO_COLOR", "1", 1);
  probe::progress_display display(slave_.get());
  display.show(half_way());
  EXPECT_THAT(drawn(), Not(HasSubstr("\x1b[3")));
}

TEST_F(on_a_terminal, a_dumb_one_gets_plain_lines) {
  setenv("TERM", "dumb", 1);
  probe::progress_display display(slave_.get());
  EXPECT_FALSE(display.redraws());
  display.show(half_way());
  const auto text = drawn();
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_TRUE(text.ends_with("\n"));
}

TEST(progress_display, into_a_pipe_writes_plain_lines) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const core::file_descriptor in(ends[0]), out(ends[1]);
  probe::progress_display display(out.get());
  display.show(half_way());
  display.clear();
  char buffer[4096];
  const auto n = ::read(in.get(), buffer, sizeof buffer);
  EXPECT_EQ(std::string(buffer, static_cast<std::size_t>(n)), progress_text(half_way()) + "\n");
}

}  // namespace
