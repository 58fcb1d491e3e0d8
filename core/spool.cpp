#include "core/spool.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "core/exposition.hpp"
#include "core/file_io.hpp"
#include "core/log.hpp"

namespace core {
namespace {

constexpr metric_family bytes_family{"remora_spool_bytes", "Size of the spool on disk.",
                                     metric_type::gauge};
constexpr metric_family failures_family{"remora_spool_write_failures_total",
                                        "Batches that could not be written to the spool."};
constexpr metric_family damaged_family{"remora_spool_damaged_bytes_total",
                                       "Bytes found in the spool that were no spans any more."};

}  // namespace

spool::spool(const spool_config& config, std::uint64_t unix_millis, logger& log)
    : directory_(config.directory),
      size_(config.size.bytes),
      segment_size_(std::clamp<std::uint64_t>(size_ / 16, 4096, 4 * 1024 * 1024)),
      age_(static_cast<std::uint64_t>(
          std::chrono::duration_cast<std::chrono::milliseconds>(config.age).count())),
      log_(log) {
  lock_directory();
  recover();
  expire(unix_millis);
  while (bytes_ > size_) drop_oldest(losses_.full);
  account();
  if (recovered_ > 0 || damaged_bytes_.value() > 0)
    log_.info("spool recovered", {{"directory", directory_.string()},
                                  {"spans", recovered_},
                                  {"bytes", bytes_},
                                  {"damaged_bytes", damaged_bytes_.value()}});
}

spool::~spool() {
  sync();
}

bool spool::append(const span_batch& batch, std::uint64_t unix_millis) {
  const std::uint64_t needed = spool_frame_overhead + batch.body.size();
  if (batch.body.size() > spool_longest_body || needed + spool_magic.size() > size_ ||
      batch.spans > std::numeric_limits<std::uint32_t>::max()) {
    errno = EFBIG;
    return failed("a batch is larger than the spool");
  }
  expire(unix_millis);
  while (bytes_ + needed + spool_magic.size() > size_) drop_oldest(losses_.full);
  if (writing_ && segments_.back().bytes + needed > segment_size_) close_segment();
  if (!writing_ && !open_segment()) return false;
  buffer_.clear();
  append_frame(buffer_, batch, unix_millis);
  return write_frame(buffer_, batch.spans, unix_millis);
}

bool spool::write_frame(std::string_view frame, std::uint64_t spans, std::uint64_t unix_millis) {
  segment& to = segments_.back();
  if (!write_all(writing_.get(), frame, to.bytes)) {
    const bool told = failed("cannot write");
    // What was written of it would be found damaged later.
    if (::ftruncate(writing_.get(), static_cast<off_t>(to.bytes)) != 0) close_segment();
    if (to.spans == 0) remove_newest();
    return told;
  }
  to.bytes += frame.size();
  to.spans += spans;
  to.newest = std::max(to.newest, unix_millis);
  bytes_ += frame.size();
  failing_ = false;
  account();
  return true;
}

void spool::remove_newest() {
  writing_.close();
  ::unlink(path_of(segments_.back().number).c_str());
  bytes_ -= segments_.back().bytes;
  segments_.pop_back();
}

bool spool::open_segment() {
  const std::filesystem::path path = path_of(next_number_);
  writing_ = file_descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!writing_) return failed("cannot make a file");
  if (!write_all(writing_.get(), spool_magic, 0)) {
    const bool told = failed("cannot write");
    writing_.close();
    ::unlink(path.c_str());
    return told;
  }
  segments_.push_back({next_number_++, spool_magic.size(), 0, 0});
  bytes_ += spool_magic.size();
  return true;
}

void spool::close_segment() noexcept {
  if (!writing_) return;
  ::fdatasync(writing_.get());
  writing_.close();
}

bool spool::failed(const char* what) {
  const std::string why = std::strerror(errno);
  write_failures_.add();
  if (!std::exchange(failing_, true))
    log_.error("spool failed; spans stay in memory",
               {{"directory", directory_.string()}, {"what", what}, {"error", why}});
  return false;
}

std::optional<spool_frame> spool::next(std::uint64_t& offset) {
  const segment& from = segments_.front();
  if (!reading_ || reading_number_ != from.number) {
    reading_ = file_descriptor(::open(path_of(from.number).c_str(), O_RDONLY | O_CLOEXEC));
    reading_number_ = from.number;
  }
  while (offset < from.bytes) {
    char head[4];
    if (!reading_ || !read_all(reading_.get(), head, sizeof head, offset)) break;
    const auto size = frame_size({head, sizeof head}, from.bytes - offset);
    if (!size) break;
    buffer_.resize(*size);
    if (!read_all(reading_.get(), buffer_.data(), *size, offset)) break;
    offset += *size;
    if (auto frame = read_frame(buffer_)) return frame;
    damaged_bytes_.add(*size);
  }
  return std::nullopt;
}

std::optional<span_batch> spool::lend(std::size_t max_spans, std::uint64_t unix_millis) {
  expire(unix_millis);
  while (!segments_.empty()) {
    segment& from = segments_.front();
    std::uint64_t offset =
        cursor_.segment == from.number ? cursor_.offset : std::uint64_t{spool_magic.size()};
    span_batch out;
    loan given{from.number, offset, 0};
    while (const auto frame = next(offset)) {
      if (out.spans > 0 && out.spans + frame->spans > max_spans) break;
      out.body += frame->body;
      out.spans += frame->spans;
      given.end = offset;
    }
    given.spans = out.spans;
    if (out.spans > 0) {
      lent_ = given;
      return out;
    }
    damaged_bytes_.add(from.bytes - offset);
    log_.warning("spool damaged", {{"file", path_of(from.number).string()}, {"spans", from.spans}});
    drop_oldest(losses_.damaged);
  }
  return std::nullopt;
}

void spool::acknowledge() {
  if (!lent_) return;
  const loan done = *std::exchange(lent_, std::nullopt);
  if (!done.gone) advance(done.end, done.spans);
}

void spool::give_back() {
  if (lent_ && lent_->gone) losses_.full += lent_->spans;
  lent_.reset();
}

void spool::advance(std::uint64_t end, std::uint64_t spans) {
  segment& from = segments_.front();
  from.spans -= std::min(spans, from.spans);
  cursor_ = {from.number, end};
  if (!write_all(cursor_file_.get(), encode_cursor(cursor_), 0)) failed("cannot write the cursor");
  // What is left in a segment that was read to its end are spans of damaged frames.
  if (end >= from.bytes || from.spans == 0) drop_oldest(losses_.damaged);
  account();
}

void spool::drop_oldest(std::uint64_t& losses) {
  const segment gone = segments_.front();
  const bool lent = lent_ && lent_->segment == gone.number;
  if (lent) lent_->gone = true;
  losses += gone.spans - (lent ? std::min(lent_->spans, gone.spans) : 0);
  if (segments_.size() == 1) writing_.close();
  if (reading_number_ == gone.number) reading_.close();
  ::unlink(path_of(gone.number).c_str());
  segments_.pop_front();
  bytes_ -= gone.bytes;
  account();
}

void spool::expire(std::uint64_t unix_millis) {
  while (!segments_.empty() && segments_.front().newest + age_ < unix_millis)
    drop_oldest(losses_.expired);
}

spool_losses spool::take_losses() noexcept {
  return std::exchange(losses_, {});
}

void spool::sync() noexcept {
  if (writing_) ::fdatasync(writing_.get());
  if (cursor_file_) ::fdatasync(cursor_file_.get());
}

void spool::account() {
  bytes_now_.set(static_cast<double>(bytes_));
}

void spool::write_metrics(exposition_writer& out) const {
  if (out.family(bytes_family)) out.gauge("", bytes_now_.value());
  if (out.family(failures_family)) out.counter("", static_cast<double>(write_failures_.value()));
  if (out.family(damaged_family)) out.counter("", static_cast<double>(damaged_bytes_.value()));
}

}  // namespace core
