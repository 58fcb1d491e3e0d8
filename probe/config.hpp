#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/admin.hpp"
#include "core/config_reader.hpp"
#include "core/lifecycle.hpp"
#include "core/log.hpp"
#include "core/otlp_sender.hpp"
#include "core/program_config.hpp"
#include "probe/format/tls_settings.hpp"
#include "probe/replay/bundle_rules.hpp"

/// The configuration of remora-probe: values with their defaults and the table they are read by.
namespace probe {

/// The key that requests are signed with.
struct signing_config {
  std::string key_id;
  core::secret key;

  static void describe(core::fields<signing_config>& f) {
    f.required("key_id", &signing_config::key_id, "Id of the key, as the sidecars know it.");
    f.required("secret", &signing_config::key, "Shared secret, at least 32 bytes.");
  }
};

struct probe_config;
/// The files that TLS names can be read, and its targets are some.
void check_tls(const probe_config& c, const core::node& from, core::reading& r);

struct probe_config : core::program_config {
  probe_config() {
    service = "probe";
    admin.listen = {"127.0.0.1", 9115};
  }

  std::vector<std::string> scenarios;
  std::map<std::string, core::base_url> targets;
  std::map<std::string, core::secret> secrets;
  std::optional<signing_config> signing;
  failures_config failures;
  tls_settings tls;
  std::map<std::string, tls_settings> target_tls;

  static void describe(core::fields<probe_config>& f) {
    describe_program(f);
    f.required("scenarios", &probe_config::scenarios,
               "Scenario files, or folders of them; relative to this file.");
    f.optional("targets", &probe_config::targets, "Base URLs, `${target.NAME}` in scenarios.");
    f.optional("secrets", &probe_config::secrets, "Credentials, `${secret.NAME}` in scenarios.");
    f.optional("signing", &probe_config::signing,
               "Key that marks requests as synthetic; without it they count as users'.");
    f.optional("failures", &probe_config::failures, "Replay bundles of runs, and what is in them.");
    f.optional("tls", &probe_config::tls,
               "How TLS is spoken where neither a target nor a step says otherwise.");
    f.optional(
        "target_tls", &probe_config::target_tls,
        "How TLS is spoken to a target, by the target's name, instead of `tls`; the roots of "
        "`tls` stay when it names none.");
    f.check(check_tls);
    f.optional("otlp", &probe_config::otlp, "Where spans are sent; without it they are dropped.");
  }
};

}  // namespace probe
