#include "core/log.hpp"

#include <chrono>
#include <cstdio>

#include "core/json_text.hpp"
#include "core/log_queue.hpp"
#include "core/trace_context.hpp"

namespace core {
namespace {

/// Lines waiting for the background thread; at about 300 bytes each this bounds the memory.
constexpr std::size_t queue_lines = 2048;

struct severity {
  const char* text;
  int number;
};

severity severity_of(log_level level) {
  switch (level) {
    case log_level::debug: return {"DEBUG", 5};
    case log_level::info: return {"INFO", 9};
    case log_level::warning: return {"WARN", 13};
    case log_level::error: break;
  }
  return {"ERROR", 17};
}

void append_timestamp(std::string& out, std::int64_t unix_micros) {
  using namespace std::chrono;
  const sys_time<microseconds> t{microseconds(unix_micros)};
  const auto day = floor<days>(t);
  const year_month_day date{day};
  const hh_mm_ss time{t - day};
  char text[48];
  const int length = std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  out.append(text, static_cast<std::size_t>(length));
}

void append_value(std::string& out, std::string_view v) {
  append_json_string(out, v);
}
void append_value(std::string& out, std::int64_t v) {
  out += std::to_string(v);
}
void append_value(std::string& out, double v) {
  append_json_number(out, v);
}
void append_value(std::string& out, bool v) {
  out += v ? "true" : "false";
}

}  // namespace

struct logger::sink {
  log_queue queue{queue_lines};
};

logger::logger(std::string service, log_level level)
    : service_(std::move(service)), level_(level), sink_(std::make_unique<sink>()) {}

logger::~logger() = default;

void logger::debug(std::string_view body, std::initializer_list<log_field> fields,
                   const span_context* trace) {
  write(log_level::debug, body, {fields.begin(), fields.size()}, trace);
}
void logger::info(std::string_view body, std::initializer_list<log_field> fields,
                  const span_context* trace) {
  write(log_level::info, body, {fields.begin(), fields.size()}, trace);
}
void logger::info(std::string_view body, std::span<const log_field> fields) {
  write(log_level::info, body, fields, nullptr);
}
void logger::warning(std::string_view body, std::initializer_list<log_field> fields,
                     const span_context* trace) {
  write(log_level::warning, body, {fields.begin(), fields.size()}, trace);
}
void logger::error(std::string_view body, std::initializer_list<log_field> fields,
                   const span_context* trace) {
  write(log_level::error, body, {fields.begin(), fields.size()}, trace);
}

std::uint64_t logger::dropped() const noexcept {
  return sink_->queue.dropped();
}

void logger::flush() {
  sink_->queue.flush();
}

std::string logger::format(std::string_view service, log_level level, std::int64_t unix_micros,
                           std::string_view body, std::span<const log_field> fields,
                           const span_context* trace) {
  const severity s = severity_of(level);
  std::string out;
  out.reserve(256);
  out += R"({"timestamp":")";
  append_timestamp(out, unix_micros);
  out.append(R"(","severity":")").append(s.text);
  out.append(R"(","severity_number":)").append(std::to_string(s.number));
  out += R"(,"service.name":)";
  append_json_string(out, service);
  out += R"(,"body":)";
  append_json_string(out, body);
  if (trace && *trace) {
    out.append(R"(,"trace_id":")").append(trace->trace.hex()).append("\"");
    if (trace->span) out.append(R"(,"span_id":")").append(trace->span.hex()).append("\"");
  }
  for (const log_field& field : fields) {
    out += ',';
    append_json_string(out, field.key);
    out += ':';
    std::visit([&out](const auto& v) { append_value(out, v); }, field.value);
  }
  out += '}';
  return out;
}

void logger::write(log_level level, std::string_view body, std::span<const log_field> fields,
                   const span_context* trace) {
  if (!enabled(level)) return;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  sink_->queue.push(format(service_, level, micros, body, fields, trace));
}

}  // namespace core
