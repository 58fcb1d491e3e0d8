#include "core/log.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <limits>
#include <thread>
#include <vector>

#include "core/trace_context.hpp"

namespace {

namespace json = boost::json;
using core::log_level;
using core::logger;

core::span_context some_span() {
  core::span_context context;
  for (std::size_t i = 0; i < 16; ++i) context.trace.bytes[i] = static_cast<std::uint8_t>(i + 1);
  for (std::size_t i = 0; i < 8; ++i) context.span.bytes[i] = static_cast<std::uint8_t>(0xA0 + i);
  return context;
}

TEST(log_line, has_the_names_of_the_log_data_model) {
  EXPECT_EQ(
      logger::format("securities", log_level::info, 1790000000123456, "listening",
                     {{"address", "127.0.0.1:80"}, {"workers", 2}, {"ratio", 0.5}, {"tls", true}},
                     nullptr),
      R"({"timestamp":"2026-09-21T14:13:20.123456Z","severity":"INFO","severity_number":9,)"
      R"("service.name":"securities","body":"listening","address":"127.0.0.1:80",)"
      R"("workers":2,"ratio":0.5,"tls":true})");
}

TEST(log_line, carries_the_ids_of_the_span) {
  const auto context = some_span();
  const auto line = json::parse(logger::format("s", log_level::error, 0, "b", {}, &context));
  EXPECT_EQ(line.at("trace_id"), "0102030405060708090a0b0c0d0e0f10");
  EXPECT_EQ(line.at("span_id"), "a0a1a2a3a4a5a6a7");
  EXPECT_EQ(line.at("timestamp"), "1970-01-01T00:00:00.000000Z");
}

TEST(log_line, has_no_ids_without_a_trace) {
  const core::span_context none;
  const core::span_context* const missing = nullptr;
  for (const core::span_context* context : {&none, missing}) {
    const auto line =
        json::parse(logger::format("s", log_level::error, 0, "b", {}, context)).as_object();
    EXPECT_FALSE(line.contains("trace_id"));
    EXPECT_FALSE(line.contains("span_id"));
  }
}

TEST(log_line, severities) {
  const auto severity = [](log_level level) {
    const auto line = json::parse(logger::format("s", level, 0, "b", {}, nullptr));
    return json::serialize(line.at("severity")) + json::serialize(line.at("severity_number"));
  };
  EXPECT_EQ(severity(log_level::debug), "\"DEBUG\"5");
  EXPECT_EQ(severity(log_level::info), "\"INFO\"9");
  EXPECT_EQ(severity(log_level::warning), "\"WARN\"13");
  EXPECT_EQ(severity(log_level::error), "\"ERROR\"17");
}

TEST(log_line, is_valid_json_whatever_is_in_it) {
  const std::string nasty("\0\n\"{}\\\xFF\xC3\xA9%s", 12);
  const auto line = json::parse(logger::format(
      nasty, log_level::info, 1, nasty,
      {{nasty, nasty}, {"inf", std::numeric_limits<double>::infinity()}, {"big", UINT64_MAX / 2}},
      nullptr));
  EXPECT_EQ(line.at("inf"), "Infinity");
  EXPECT_EQ(line.at("big"), INT64_MAX);
  EXPECT_EQ(logger::format(nasty, log_level::info, 1, nasty, {}, nullptr).find('\n'),
            std::string::npos);
}

TEST(logger, writes_a_line_each_and_respects_the_level) {
  testing::internal::CaptureStderr();
  {
    logger log("test", log_level::info);
    log.debug("unseen");
    log.info("first {}", {{"a", 1}});
    log.set_level(log_level::error);
    log.warning("unseen");
    log.error("second");
    log.flush();
    EXPECT_EQ(log.dropped(), 0u);
  }
  const std::string text = testing::internal::GetCapturedStderr();
  const auto newline = text.find('\n');
  ASSERT_NE(newline, std::string::npos);
  EXPECT_EQ(json::parse(text.substr(0, newline)).at("body"), "first {}");
  EXPECT_EQ(json::parse(text.substr(newline + 1)).at("body"), "second");
}

TEST(logger, writes_what_is_queued_before_it_goes) {
  testing::internal::CaptureStderr();
  {
    logger log("test", log_level::info);
    for (int i = 0; i < 1000; ++i) log.info("line");
  }
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1000);
}

TEST(logger, lines_of_several_threads_stay_whole) {
  testing::internal::CaptureStderr();
  {
    logger log("test", log_level::info);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&log, t] {
        for (int i = 0; i < 500; ++i) log.info("line", {{"thread", t}, {"number", i}});
      });
    }
    for (auto& t : threads) t.join();
    log.flush();
  }
  const std::string text = testing::internal::GetCapturedStderr();
  std::size_t lines = 0;
  for (std::size_t at = 0; at < text.size(); ++lines) {
    const auto end = text.find('\n', at);
    ASSERT_NO_THROW(json::parse(text.substr(at, end - at)));
    at = end + 1;
  }
  EXPECT_EQ(lines, 2000u);
}

/// Standard error as a pipe that nobody reads until told to.
class stuck_stderr {
 public:
  stuck_stderr() : saved_(dup(STDERR_FILENO)) {
    EXPECT_EQ(pipe(ends_.data()), 0);
    dup2(ends_[1], STDERR_FILENO);
    close(ends_[1]);
  }
  /// Reads until `restore` closes the other end; the number of lines.
  std::size_t read_lines() {
    std::size_t lines = 0;
    char buffer[4096];
    for (ssize_t n; (n = read(ends_[0], buffer, sizeof buffer)) > 0;) {
      lines += static_cast<std::size_t>(std::count(buffer, buffer + n, '\n'));
    }
    return lines;
  }
  void restore() { dup2(saved_, STDERR_FILENO); }
  ~stuck_stderr() {
    close(saved_);
    close(ends_[0]);
  }

 private:
  int saved_;
  std::array<int, 2> ends_{};
};

TEST(logger, never_blocks_and_counts_what_it_dropped) {
  constexpr std::size_t written = 20000;
  stuck_stderr output;
  std::size_t read = 0;
  std::uint64_t dropped = 0;
  {
    logger log("test", log_level::info);
    for (std::size_t i = 0; i < written; ++i) log.info(std::string(100, 'x'));
    // Nobody has read a byte, and we are still here.
    EXPECT_GT(log.dropped(), written / 4);
    std::thread reader([&output, &read] { read = output.read_lines(); });
    log.flush();
    dropped = log.dropped();
    output.restore();
    reader.join();
  }
  EXPECT_EQ(read + dropped, written);
}

}  // namespace
