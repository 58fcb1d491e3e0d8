#pragma once

#include <optional>
#include <string>
#include <vector>

namespace core {
class command_line;
}

namespace probe {

/// The arguments of `remora-probe check`, as they were given.
struct check_arguments {
  std::vector<std::string> what;  ///< KIND TARGET
  std::optional<std::string> config;
  std::optional<std::string> timeout;
  std::vector<std::string> set;      ///< KEY=VALUE of the kind's request, VALUE in YAML
  std::vector<std::string> expect;   ///< KEY=VALUE of the expectation, VALUE in YAML
  std::vector<std::string> headers;  ///< "Name: value"
  std::optional<std::string> method, expect_status, ip, redirects;
  std::optional<std::string> ca, certificate, key, server_name;
  bool insecure = false;
  bool all_addresses = false;
  bool json = false;
};

/// Adds the command to the program's.
void add_check_command(core::command_line& line, check_arguments& into);

/// The scenario of one step that the arguments stand for, in YAML. Nullopt for wrong usage, and
/// `why` says what is wrong.
std::optional<std::string> check_scenario_text(const check_arguments& given, std::string& why);

/// `remora-probe check KIND TARGET`: one check without a file, its phases printed. Gives the exit
/// code: 0 passed, 1 failed, 64 wrong usage, 65 what was given makes no check.
int check_once(const check_arguments& given);

}  // namespace probe
