#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>

#include "core/config_reader.hpp"
#include "core/file_descriptor.hpp"
#include "core/metrics_shard.hpp"
#include "core/span_sink.hpp"
#include "core/spool_format.hpp"

namespace core {

class exposition_writer;
class logger;

/// Where spans wait on disk while the receiver is away.
struct spool_config {
  std::string directory;
  byte_size size{256 * 1024 * 1024};
  duration age = std::chrono::hours(24);

  static void describe(fields<spool_config>& f) {
    f.required("directory", &spool_config::directory,
               "Directory of this process alone; made when it is not there.");
    f.optional("size", &spool_config::size,
               "Most bytes on disk; the oldest spans are dropped for newer ones, and counted.")
        .range(byte_size{64 * 1024}, byte_size{std::uint64_t{1} << 40});
    f.optional("age", &spool_config::age, "Spans that waited longer are dropped, and counted.")
        .range(duration(std::chrono::minutes(1)), duration(std::chrono::hours(24 * 30)));
  }
};

/// Spans that left a spool in another way than by being acknowledged.
struct spool_losses {
  std::uint64_t full = 0;     ///< to make room for newer ones
  std::uint64_t expired = 0;  ///< older than the age
  std::uint64_t damaged = 0;  ///< written by us and not readable any more
};

/// Batches of spans on disk, oldest first: append-only segment files of at most a sixteenth of the
/// size (the whole oldest one goes when room is needed), and a cursor up to where everything was
/// acknowledged. What was appended outlives the process (also by SIGKILL); it outlives the machine
/// once its segment was synced, which happens when the segment is full and in `sync`. After a crash
/// at most the one batch repeats that was lent and not yet acknowledged.
///
/// For one thread, whose calls may block on the disk; only `write_metrics` is for any. Times are
/// milliseconds since the Unix epoch and come from outside.
class spool {
 public:
  /// Opens the directory and recovers what a former process left in it; a torn tail is cut off,
  /// counted and logged. Throws std::runtime_error saying what to do when the directory cannot be
  /// used or belongs to another process.
  spool(const spool_config& config, std::uint64_t unix_millis, logger& log);
  ~spool();
  spool(const spool&) = delete;
  spool& operator=(const spool&) = delete;

  /// Spans found at the start.
  std::uint64_t recovered() const noexcept { return recovered_; }
  /// Whether there is nothing to lend.
  bool empty() const noexcept { return segments_.empty(); }

  /// Keeps a batch, without its exemplars; false when it cannot be written (counted, and logged
  /// once until a batch was written again): then nothing of it is on disk.
  bool append(const span_batch& batch, std::uint64_t unix_millis);

  /// The oldest spans, whole batches up to about `max_spans` in one; nullopt when there is nothing
  /// that can be read. They stay until one of the two calls below, and only then another may be
  /// lent.
  std::optional<span_batch> lend(std::size_t max_spans, std::uint64_t unix_millis);
  /// What was lent has arrived, or was refused for good: it is deleted.
  void acknowledge();
  /// What was lent is lent again next time.
  void give_back();

  /// Drops what is too old.
  void expire(std::uint64_t unix_millis);
  /// Spans lost since the last call.
  spool_losses take_losses() noexcept;
  /// Brings everything to the disk itself.
  void sync() noexcept;

  void write_metrics(exposition_writer& out) const;

 private:
  struct segment {
    std::uint64_t number = 0;
    std::uint64_t bytes = 0;
    std::uint64_t spans = 0;   // not yet acknowledged
    std::uint64_t newest = 0;  // Unix milliseconds
  };
  struct loan {
    std::uint64_t segment = 0;
    std::uint64_t end = 0;  // offset behind its last frame
    std::uint64_t spans = 0;
    bool gone = false;  // its segment was dropped meanwhile
  };

  void lock_directory();
  void recover();
  void adopt(std::uint64_t number);
  std::filesystem::path path_of(std::uint64_t number) const;
  bool write_frame(std::string_view frame, std::uint64_t spans, std::uint64_t unix_millis);
  bool open_segment();
  void remove_newest();
  void close_segment() noexcept;
  bool failed(const char* what);
  /// The frame at the cursor, in `buffer_`; damaged ones are skipped.
  std::optional<spool_frame> next(std::uint64_t& offset);
  void advance(std::uint64_t end, std::uint64_t spans);
  void drop_oldest(std::uint64_t& losses);
  void account();

  std::filesystem::path directory_;
  std::uint64_t size_, segment_size_, age_;  // bytes, bytes, milliseconds
  logger& log_;
  file_descriptor lock_, cursor_file_;
  std::deque<segment> segments_;  // oldest first; the last is the one being written, if any is
  file_descriptor writing_, reading_;
  std::uint64_t reading_number_ = 0;
  spool_cursor cursor_;  // in the oldest segment, or behind all
  std::uint64_t next_number_ = 1;
  std::uint64_t bytes_ = 0;
  std::uint64_t recovered_ = 0;
  std::optional<loan> lent_;
  spool_losses losses_;
  std::string buffer_;
  bool failing_ = false;
  gauge_cell bytes_now_;
  counter_cell write_failures_, damaged_bytes_;
};

}  // namespace core
