#include "api/http/token_watch.hpp"

#include "core/log.hpp"
#include "core/worker.hpp"

namespace api {

void reload_tokens(token_file& tokens, const std::string& path, core::logger& log) {
  core::problems found;
  token_file fresh = token_file::load(path, found);
  for (const auto& p : found.list()) log.error("bad token file", {{"problem", p.to_string()}});
  if (!found.empty()) return;
  tokens = std::move(fresh);
  log.info("tokens read", {{"tokens", tokens.size()}});
}

core::file_watch watch_tokens(core::worker& w, token_file& tokens, const std::string& path) {
  return core::file_watch(w, {path},
                          [&w, &tokens, path](const auto&) { reload_tokens(tokens, path, w.log); });
}

}  // namespace api
