#include <algorithm>
#include <map>

#include "core/command_line.hpp"
#include "core/json_text.hpp"
#include "probe/checks/check.hpp"
#include "probe/commands/check_command.hpp"

namespace probe {
namespace {

/// Keys and values of a flow mapping in YAML; a later value replaces an earlier one.
class flow_map {
 public:
  void text(const std::string& key, std::string_view value) { set(key, core::json_string(value)); }
  void text(const std::string& key, const std::optional<std::string>& value) {
    if (value) text(key, std::string_view(*value));
  }
  void set(const std::string& key, std::string yaml) { members_[key] = std::move(yaml); }
  bool empty() const noexcept { return members_.empty(); }
  std::string done() const {
    std::string out;
    for (const auto& [key, value] : members_)
      out += (out.empty() ? "" : ", ") + core::json_string(key) + ": " + value;
    return "{" + out + "}";
  }

 private:
  std::map<std::string, std::string> members_;
};

std::string kinds_text() {
  std::string out;
  for (const auto& kind : check_kinds()) out += (out.empty() ? "" : ", ") + std::string(kind.name);
  return out;
}

/// Adds KEY=VALUE arguments; false when one is none.
bool add_pairs(const std::vector<std::string>& pairs, flow_map& into, std::string& why) {
  for (const auto& pair : pairs) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == pair.size()) {
      why = "\"" + pair + "\" is no KEY=VALUE";
      return false;
    }
    into.set(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return true;
}

bool add_headers(const std::vector<std::string>& headers, flow_map& into, std::string& why) {
  flow_map list;
  for (const auto& header : headers) {
    const auto colon = header.find(':');
    if (colon == std::string::npos || colon == 0) {
      why = "\"" + header + "\" is no header, such as \"accept: text/html\"";
      return false;
    }
    const auto value = std::min(header.find_first_not_of(' ', colon + 1), header.size());
    list.text(header.substr(0, colon), std::string_view(header).substr(value));
  }
  if (!list.empty()) into.set("headers", list.done());
  return true;
}

/// What all kinds that speak TLS call the same.
void add_tls(const check_arguments& given, flow_map& into) {
  flow_map tls;
  tls.text("ca", given.ca);
  tls.text("certificate", given.certificate);
  tls.text("key", given.key);
  tls.text("server_name", given.server_name);
  if (given.insecure) tls.set("insecure", "true");
  if (!tls.empty()) into.set("tls", tls.done());
}

/// `4` and `6` as people say it.
std::string family(const std::string& text) {
  return text == "4" || text == "6" ? "only_" + text : text;
}

}  // namespace

void add_check_command(core::command_line& line, check_arguments& into) {
  line.subcommand(
          "check",
          "Runs one check without a file and prints its phases: exit code 0 when it passed, "
          "1 when it failed. Whatever a scenario can say of the check, --set and --expect "
          "can.")
      .positional("KIND", into.what, "Kind and target: one of " + kinds_text() + ".")
      .option("--timeout", into.timeout, "Time it has; default 10s.")
      .option("--method", into.method, "Request method.")
      .option("--header", into.headers, "Header field, \"accept: text/html\"; may be repeated.")
      .option("--redirects", into.redirects, "How many redirects are followed.")
      .option("--ip", into.ip, "4, 6, prefer_4 or prefer_6.")
      .flag("--all-addresses", into.all_addresses, "Check every address of the name.")
      .flag("--insecure", into.insecure, "Accept any certificate.")
      .option("--ca", into.ca, "PEM file of trusted roots.")
      .option("--cert", into.certificate, "PEM file of a client certificate.")
      .option("--key", into.key, "PEM file of its key.")
      .option("--server-name", into.server_name, "Name to ask for and to verify.")
      .option("--expect-status", into.expect_status, "Status that is right: 200, 2xx, 200-204.")
      .option("--set", into.set, "KEY=VALUE of the check, as in a scenario; may be repeated.")
      .option("--expect", into.expect, "KEY=VALUE under expect, as in a scenario; may be repeated.")
      .flag("--json", into.json, "Print the result as JSON.");
}

std::optional<std::string> check_scenario_text(const check_arguments& given, std::string& why) {
  if (given.what.size() != 2) {
    why = "check takes KIND and TARGET, such as: check http https://shop.example/";
    return std::nullopt;
  }
  const auto& kinds = check_kinds();
  const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                 [&](const check_kind& k) { return k.name == given.what[0]; });
  if (kind == kinds.end()) {
    why = "\"" + given.what[0] + "\" is no kind of check; one of " + kinds_text();
    return std::nullopt;
  }
  if (kind->target_key.empty()) {
    why = given.what[0] + " takes more than a target: write a scenario, and `remora-probe run` it";
    return std::nullopt;
  }
  flow_map request, expect;
  request.text(std::string(kind->target_key), std::string_view(given.what[1]));
  request.text("method", given.method);
  if (given.redirects) request.set("redirects", *given.redirects);
  if (given.ip) request.set("ip", core::json_string(family(*given.ip)));
  if (given.all_addresses) request.set("all_addresses", "true");
  add_tls(given, request);
  if (given.expect_status) expect.set("status", "[" + *given.expect_status + "]");
  if (!add_headers(given.headers, request, why) || !add_pairs(given.set, request, why) ||
      !add_pairs(given.expect, expect, why))
    return std::nullopt;
  const std::string timeout = given.timeout.value_or("10s");
  return "name: check\ntimeout: " + timeout + "\nstep_timeout: " + timeout +
         "\ntrace: false\nsteps:\n  - name: " + given.what[0] + "\n    " + given.what[0] + ": " +
         request.done() + "\n    expect: " + expect.done() + "\n";
}

}  // namespace probe
