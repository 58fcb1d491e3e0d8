#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace core {

struct span_context;

enum class log_level { debug, info, warning, error };
/// The names in configuration and on command lines.
constexpr auto config_names(log_level) {
  return std::array{std::pair{"debug", log_level::debug}, std::pair{"info", log_level::info},
                    std::pair{"warning", log_level::warning}, std::pair{"error", log_level::error}};
}

/// One structured member of a log line. Values are written as JSON of their type.
struct log_field {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, double, bool> value;

  log_field(std::string_view k, std::string_view v) : key(k), value(v) {}
  log_field(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
  log_field(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  log_field(std::string_view k, bool v) : key(k), value(v) {}
  log_field(std::string_view k, double v) : key(k), value(v) {}
  template <class I, class = std::enable_if_t<std::is_integral_v<I> && !std::is_same_v<I, bool>>>
  log_field(std::string_view k, I v) : key(k), value(static_cast<std::int64_t>(v)) {}
};

/// Writes JSON lines to standard error: `{"timestamp":RFC 3339 with µs, UTC,"severity":"INFO",
/// "severity_number":9,"service.name":…,"body":…,"trace_id":…,"span_id":…,…fields}` (OpenTelemetry
/// log data model names). Thread-safe and never blocking: lines go through a bounded queue to one
/// background thread, what does not fit is dropped and counted; `flush` before exit.
class logger {
 public:
  logger(std::string service, log_level level);
  ~logger();
  logger(const logger&) = delete;
  logger& operator=(const logger&) = delete;

  void debug(std::string_view body, std::initializer_list<log_field> fields = {},
             const span_context* trace = nullptr);
  void info(std::string_view body, std::initializer_list<log_field> fields = {},
            const span_context* trace = nullptr);
  /// The same with fields collected at run time.
  void info(std::string_view body, std::span<const log_field> fields);
  void warning(std::string_view body, std::initializer_list<log_field> fields = {},
               const span_context* trace = nullptr);
  void error(std::string_view body, std::initializer_list<log_field> fields = {},
             const span_context* trace = nullptr);

  bool enabled(log_level level) const noexcept {
    return level >= level_.load(std::memory_order_relaxed);
  }
  void set_level(log_level level) noexcept { level_.store(level, std::memory_order_relaxed); }
  /// Lines lost because the queue was full.
  std::uint64_t dropped() const noexcept;
  /// Waits until everything queued is written.
  void flush();

  /// The text of one line without its newline; pure, for tests and for other sinks.
  static std::string format(std::string_view service, log_level level, std::int64_t unix_micros,
                            std::string_view body, std::span<const log_field> fields,
                            const span_context* trace);
  static std::string format(std::string_view service, log_level level, std::int64_t unix_micros,
                            std::string_view body, std::initializer_list<log_field> fields,
                            const span_context* trace) {
    return format(service, level, unix_micros, body, std::span(fields.begin(), fields.size()),
                  trace);
  }

 private:
  struct sink;
  void write(log_level level, std::string_view body, std::span<const log_field> fields,
             const span_context* trace);
  std::string service_;
  std::atomic<log_level> level_;
  std::unique_ptr<sink> sink_;
};

}  // namespace core
