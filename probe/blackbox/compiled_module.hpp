#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/document.hpp"
#include "core/http_exchange.hpp"
#include "probe/blackbox/module_config.hpp"

namespace core {
class tls_context;
}

namespace probe::blackbox {

/// A module with everything made that does not depend on the target. Immutable; shared by the
/// probes that run and those that are remembered.
struct compiled_module {
  std::string name;
  module_config config;
  std::shared_ptr<const core::tls_context> tls;  ///< of the prober's own section
  core::header_list headers;                     ///< of an HTTP request, but Host and Authorization
  std::string host;                              ///< the configured Host; empty: the target's
  std::string authorization;                     ///< a whole value; empty: none
  std::string body;
};

/// A configuration file that was read, its modules and what they refer to.
struct module_set {
  file_config config;
  std::map<std::string, std::shared_ptr<const compiled_module>, std::less<>> modules;
  std::vector<std::string> files;  ///< certificates, keys, passwords and bodies that were read
  std::vector<std::string> notes;  ///< what is not done here, for people
};

/// Reads and compiles a file. All that is wrong with it and with the files it refers to becomes
/// problems; null then.
std::shared_ptr<const module_set> load_modules(const std::string& path, core::problems& found);
/// The same for text that was read already.
std::shared_ptr<const module_set> compile_modules(const core::document& from,
                                                  core::problems& found);

/// A module as YAML the way the real exporter shows it: defaults included, what is empty left out,
/// secrets masked. `indent` spaces a level.
std::string show_module(const module_config& config, int indent, int level = 0);
std::string show_file(const file_config& config);

}  // namespace probe::blackbox
