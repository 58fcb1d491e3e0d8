#pragma once

#include <string>

#include "api/http/token_file.hpp"
#include "core/file_watch.hpp"

namespace core {
class logger;
class worker;
}  // namespace core

namespace api {

/// Reads `path` again into `tokens`; a bad file is logged and leaves the tokens as they were.
void reload_tokens(token_file& tokens, const std::string& path, core::logger& log);

/// Reads the file again whenever it has changed (a mounted secret is replaced without a signal), as
/// long as the watch lives.
core::file_watch watch_tokens(core::worker& w, token_file& tokens, const std::string& path);

}  // namespace api
