#include "probe/replay/bundle_files.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "core/file_io.hpp"
#include "probe/replay/bundle.hpp"

namespace probe {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_orders = 256;
constexpr unsigned for_us_only = 0600;  // bundles show traffic

}  // namespace

bundle_files::bundle_files(std::string folder) : folder_(std::move(folder)) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error || ::access(folder_.c_str(), W_OK | X_OK) != 0)
    throw std::runtime_error("cannot write into the folder of bundles " + folder_);
  thread_ = std::thread([this] { work(); });
}

bundle_files::~bundle_files() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

std::string bundle_files::path_of(const std::string& id) const {
  return (fs::path(folder_) / (id + ".json")).string();
}

bool bundle_files::write(const std::string& id, std::shared_ptr<const std::string> text) {
  {
    const std::lock_guard lock(mutex_);
    if (orders_.size() >= most_orders) return false;
    orders_.push_back({id, std::move(text)});
  }
  changed_.notify_one();
  return true;
}

void bundle_files::remove(const std::string& id) {
  {
    // Never refused: what is not removed would stay for ever. There is one at most for each
    // written.
    const std::lock_guard lock(mutex_);
    orders_.push_back({id, nullptr});
  }
  changed_.notify_one();
}

std::optional<std::string> bundle_files::read(const std::string& id) const {
  if (!is_bundle_id(id)) return std::nullopt;
  {
    const std::lock_guard lock(mutex_);
    for (auto one = orders_.rbegin(); one != orders_.rend(); ++one)
      if (one->id == id) return one->text ? std::optional(*one->text) : std::nullopt;
  }
  return core::contents(path_of(id));
}

std::vector<std::string> bundle_files::ids() const {
  std::vector<std::string> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const auto& path = entry.path();
    if (path.extension() == ".json" && is_bundle_id(path.stem().string()))
      out.push_back(path.stem().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

void bundle_files::carry_out(const order& what) {
  if (!what.text) {
    ::unlink(path_of(what.id).c_str());
  } else if (!core::replace_contents(path_of(what.id), *what.text, for_us_only)) {
    failed_.fetch_add(1, std::memory_order_relaxed);
  }
}

void bundle_files::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ends_ || !orders_.empty(); });
    if (orders_.empty()) return;
    const order what = orders_.front();
    lock.unlock();
    carry_out(what);
    lock.lock();
    orders_.pop_front();
  }
}

}  // namespace probe
