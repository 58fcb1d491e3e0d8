#include "api/http/token_watch.hpp"

#include <sys/stat.h>

#include <array>

#include "core/log.hpp"
#include "core/worker.hpp"

namespace api {
namespace {

// What changes when the file does; all zero when it is not there.
std::array<std::int64_t, 4> trace_of(const std::string& path) noexcept {
  struct stat s {};
  if (stat(path.c_str(), &s) != 0) return {};
  return {static_cast<std::int64_t>(s.st_ino), s.st_size, s.st_mtim.tv_sec, s.st_mtim.tv_nsec};
}

}  // namespace

void reload_tokens(token_file& tokens, const std::string& path, core::logger& log) {
  core::problems found;
  token_file fresh = token_file::load(path, found);
  for (const auto& p : found.list()) log.error("bad token file", {{"problem", p.to_string()}});
  if (!found.empty()) return;
  tokens = std::move(fresh);
  log.info("tokens read", {{"tokens", tokens.size()}});
}

core::task<> watch_tokens(core::worker& w, token_file& tokens, std::string path) {
  auto last = trace_of(path);
  for (;;) {
    co_await core::sleep_for(w, std::chrono::seconds(1));
    const auto now = trace_of(path);
    if (now == last) continue;
    last = now;
    reload_tokens(tokens, path, w.log);
  }
}

}  // namespace api
