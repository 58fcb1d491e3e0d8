#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/log.hpp"

namespace probe::blackbox {

/// What happened in one probe, a line each, for `debug=true`, `/logs` and people who wonder. Lines
/// are kept without their time and its text: nearly all are never read. Bounded: what comes behind
/// `limit` is counted, but for the last word.
class probe_log {
 public:
  static constexpr std::size_t limit = 32 * 1024;

  void info(core::instant at, std::string_view message,
            std::initializer_list<core::log_field> fields = {}) {
    add(at, "info", message, fields);
  }
  void error(core::instant at, std::string_view message,
             std::initializer_list<core::log_field> fields = {}) {
    add(at, "error", message, fields);
  }
  /// Kept whatever came before.
  void last(core::instant at, bool good, std::string_view message,
            std::initializer_list<core::log_field> fields = {}) {
    write(at, good ? "info" : "error", message, std::span(fields.begin(), fields.size()));
  }

  /// `ts=… module=… target=… level=info msg="…" key=value`, a line each (logfmt).
  std::string render(const core::wall_clock& wall, std::string_view module,
                     std::string_view target) const;

 private:
  struct mark {
    core::instant at;
    std::size_t end;  // of its text
  };
  void add(core::instant at, std::string_view level, std::string_view message,
           std::initializer_list<core::log_field> fields) {
    if (text_.size() < limit)
      write(at, level, message, std::span(fields.begin(), fields.size()));
    else
      ++dropped_;
  }
  void write(core::instant at, std::string_view level, std::string_view message,
             std::span<const core::log_field> fields);

  std::string text_;
  std::uint64_t dropped_ = 0;
  std::vector<mark> marks_;
};

/// A value as logfmt has it: in quotes where it has to be.
void append_logfmt(std::string& out, std::string_view value);
/// `2026-11-21T17:42:58.523738621Z`.
std::string rfc3339_nanos(std::uint64_t unix_nanos);

}  // namespace probe::blackbox
