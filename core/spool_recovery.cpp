// What a spool does at its start: takes the directory and finds what a former process left in it.
#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <stdexcept>

#include "core/file_io.hpp"
#include "core/log.hpp"
#include "core/spool.hpp"

namespace core {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view segment_prefix = "spans-";
constexpr std::size_t number_digits = 16;

[[noreturn]] void refuse(const fs::path& directory, const std::string& what) {
  throw std::runtime_error("otlp.spool.directory " + directory.string() + ": " + what);
}

/// The number in the name of a segment file; 0 for other files.
std::uint64_t segment_number(const std::string& name) noexcept {
  if (!name.starts_with(segment_prefix) || name.size() != segment_prefix.size() + number_digits)
    return 0;
  std::uint64_t number = 0;
  const char* end = name.data() + name.size();
  const auto [at, error] = std::from_chars(name.data() + segment_prefix.size(), end, number, 16);
  return error == std::errc() && at == end ? number : 0;
}

}  // namespace

void spool::lock_directory() {
  std::error_code error;
  fs::create_directories(directory_, error);
  if (error) refuse(directory_, "cannot be made: " + error.message());
  // Spans may tell what is nobody else's business.
  fs::permissions(directory_, fs::perms::owner_all, error);
  const auto lock = directory_ / "lock";
  lock_ = file_descriptor(::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock_) refuse(directory_, "cannot be written: " + std::string(std::strerror(errno)));
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0)
    refuse(directory_, errno == EWOULDBLOCK
                           ? "belongs to another process; each one needs a directory of its own"
                           : "cannot be locked: " + std::string(std::strerror(errno)));
  const auto cursor = directory_ / "cursor";
  cursor_file_ = file_descriptor(::open(cursor.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!cursor_file_) refuse(directory_, "cannot be written: " + std::string(std::strerror(errno)));
}

void spool::recover() {
  const auto stored = contents(directory_ / "cursor");
  cursor_ = decode_cursor(stored.value_or("")).value_or(spool_cursor{});
  std::vector<std::uint64_t> numbers;
  for (const auto& entry : fs::directory_iterator(directory_))
    if (const auto number = segment_number(entry.path().filename().string()))
      numbers.push_back(number);
  std::sort(numbers.begin(), numbers.end());
  for (const std::uint64_t number : numbers) adopt(number);
  const auto newest = std::max(cursor_.segment, numbers.empty() ? 0 : numbers.back());
  next_number_ = newest + 1;
  // Now, so that its place on the disk is there when the disk is full.
  if (!write_all(cursor_file_.get(), encode_cursor(cursor_), 0)) failed("cannot write the cursor");
}

void spool::adopt(std::uint64_t number) {
  const fs::path path = path_of(number);
  std::error_code error;
  spool_survey found;
  if (number >= cursor_.segment) {
    const auto text = contents(path);
    if (!text) {
      log_.warning("spool file cannot be read", {{"file", path.string()}});
      return;
    }
    found = survey_segment(*text, number == cursor_.segment ? cursor_.offset : 0);
    damaged_bytes_.add(found.damaged);
    if (found.damaged > 0)
      log_.warning("spool damaged", {{"file", path.string()}, {"damaged_bytes", found.damaged}});
    if (found.end < text->size()) fs::resize_file(path, found.end, error);
  }
  if (found.spans == 0) {  // everything in it has arrived, or nothing can be read
    fs::remove(path, error);
    return;
  }
  segments_.push_back({number, found.end, found.spans, found.newest});
  bytes_ += found.end;
  recovered_ += found.spans;
}

fs::path spool::path_of(std::uint64_t number) const {
  char digits[number_digits + 1];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(number));
  return directory_ / (std::string(segment_prefix) + digits);
}

}  // namespace core
