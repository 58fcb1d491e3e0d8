#include "probe/report/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "probe/report/run_summary.hpp"

namespace probe {
namespace {

constexpr const char* reset = "\x1b[0m";
constexpr const char* red = "\x1b[31m";
constexpr const char* green = "\x1b[32m";
constexpr const char* yellow = "\x1b[33m";

/// A line as wide as it may be, counted in code points: escapes take no room.
class fitted_line {
 public:
  fitted_line(std::size_t width, bool colour) : left_(width), colour_(colour) {}

  fitted_line& add(std::string_view text, const char* colour = nullptr) {
    if (left_ == 0) return *this;
    if (colour && colour_) out_ += colour;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      const bool continues = (byte & 0xc0) == 0x80;
      if (!continues && left_-- == 0) {
        left_ = 0;
        break;
      }
      out_.push_back(byte < 0x20 || byte == 0x7f ? ' ' : text[i]);
    }
    if (colour && colour_) out_ += reset;
    return *this;
  }
  std::string take() { return std::move(out_); }

 private:
  std::size_t left_;
  bool colour_;
  std::string out_;
};

std::string bar(double share, std::size_t cells) {
  const auto full = static_cast<std::size_t>(std::lround(share * static_cast<double>(cells)));
  std::string out;
  for (std::size_t i = 0; i < cells; ++i) out += i < full ? "█" : "░";
  return out;
}

std::string span_text(core::duration d) {
  const auto s = std::chrono::duration_cast<std::chrono::seconds>(d).count();
  return s < 60 ? fmt::format("{}s", s) : fmt::format("{}m{:02}s", s / 60, s % 60);
}

std::string time_text(const progress& p) {
  return p.planned ? span_text(p.elapsed) + "/" + span_text(*p.planned) : span_text(p.elapsed);
}

std::string rate_text(double rate) {
  return fmt::format("{:.{}f}/s", rate, rate < 100 ? 1 : 0);
}

std::string percentiles(const progress& p) {
  return fmt::format("p50 {} p95 {} p99 {}", readable(p.took.quantile(0.5)),
                     readable(p.took.quantile(0.95)), readable(p.took.quantile(0.99)));
}

const char* colour_of(std::string_view verdict) {
  return verdict == "pass" ? green : verdict == "inconclusive" ? yellow : red;
}

}  // namespace

std::vector<std::string> progress_lines(const progress& p, std::size_t width, bool colour) {
  // The bar gives way first: at 60 columns there is room for the numbers alone.
  const std::size_t cells = width < 60 ? 0 : std::min<std::size_t>(24, (width - 50) / 3);
  fitted_line first(width, colour);
  first.add(fmt::format("{:3.0f}% ", p.share * 100));
  if (cells > 0) first.add(bar(p.share, cells) + " ");
  first.add(p.so_far, colour_of(p.so_far)).add(" ");
  first.add(fmt::format("{} passed", p.passed)).add(" ");
  first.add(fmt::format("{} failed", p.failed), p.failed > 0 ? red : nullptr).add(" ");
  if (p.missed > 0) first.add(fmt::format("{} missed ", p.missed), yellow);
  first.add(rate_text(p.rate) + " " + percentiles(p) + " " + time_text(p));
  std::vector<std::string> out{first.take()};
  if (!p.last_failure.empty())
    out.push_back(fitted_line(width, colour).add("     " + p.last_failure, red).take());
  return out;
}

std::string progress_text(const progress& p) {
  auto out = fmt::format("{:.0f}% {}: {} passed, {} failed, {} missed, {} running, {}, {}, {}",
                         p.share * 100, time_text(p), p.passed, p.failed, p.missed, p.running,
                         rate_text(p.rate), percentiles(p), p.so_far);
  if (!p.last_failure.empty()) out += "; " + p.last_failure;
  return out;
}

terminal terminal_of(int fd) {
  terminal out;
  const char* term = std::getenv("TERM");
  const char* no_colour = std::getenv("NO_COLOR");
  out.redraws = isatty(fd) == 1 && term && *term && std::string_view(term) != "dumb";
  out.colour = out.redraws && !(no_colour && *no_colour);
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) out.width = size.ws_col;
  return out;
}

std::string progress_display::rewind() const {
  std::string out = "\r";
  for (std::size_t i = 1; i < drawn_; ++i) out += "\x1b[A";
  return out + "\x1b[J";
}

void progress_display::write(const std::string& text) const {
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto n = ::write(fd_, rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;  // nobody looks any longer
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
}

void progress_display::show(const progress& p) {
  if (!terminal_.redraws) return write(progress_text(p) + "\n");
  terminal_.width = terminal_of(fd_).width;  // it may have been resized
  // The last column stays empty: some terminals wrap when it is written.
  const auto lines = progress_lines(p, terminal_.width - 1, terminal_.colour);
  std::string frame = drawn_ > 0 ? rewind() : "";
  for (std::size_t i = 0; i < lines.size(); ++i) frame += (i == 0 ? "" : "\r\n") + lines[i];
  write(frame);
  drawn_ = lines.size();
}

void progress_display::clear() {
  if (terminal_.redraws && drawn_ > 0) write(rewind());
  drawn_ = 0;
}

}  // namespace probe
