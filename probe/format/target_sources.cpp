#include "probe/format/target_sources.hpp"

#include <set>

#include "probe/format/rules.hpp"

namespace probe {
namespace {

using core::node;
using core::reading;

void check_service(const srv_source& s, const node& from, reading& r) {
  if (s.name.empty() || s.name.find("..") != std::string::npos || s.name.size() > 253)
    r.found.add(place_of(from, "name"), "\"" + s.name + "\" is no name",
                "such as _http._tcp.scores.example");
  if (s.min_ttl > s.max_ttl)
    r.found.add(place_of(from, "min_ttl"), "min_ttl is more than max_ttl", "at most max_ttl");
  for (std::size_t i = 0; i < s.servers.size(); ++i) {
    const auto& server = s.servers[i];
    const bool numeric =
        server.host.find_first_not_of("0123456789abcdefABCDEF.:") == std::string::npos;
    if (!numeric || server.host.empty())
      r.found.add(place_of(from, "servers", i),
                  "\"" + server.to_string() + "\" is no numeric address", "such as 10.0.0.10:53");
  }
}

void check_sources(const target_sources& s, const node& from, reading& r) {
  if (s.listed.empty() && s.files.empty() && s.services.empty())
    r.found.add(from.at, "no targets and no source of any", "static, file_sd or dns_srv");
  std::set<std::string> names;
  for (std::size_t i = 0; i < s.listed.size(); ++i) {
    const auto& target = s.listed[i];
    const auto name = target.name.empty() ? target.address.to_string() : target.name;
    if (!names.insert(name).second)
      r.found.add(place_of(from, "static", i), "a second target \"" + name + "\"", "another name");
  }
  for (std::size_t i = 0; i < s.files.size(); ++i)
    if (s.files[i].empty())
      r.found.add(place_of(from, "file_sd", i), "a file without a name", "such as targets.json");
}

}  // namespace

void static_target::describe(core::fields<static_target>& f) {
  f.required("address", &static_target::address, "Host and port.");
  f.optional("name", &static_target::name,
             "What it is called in the label `target`; without it, its address.");
  f.optional("labels", &static_target::labels, "Values for ${endpoint.NAME}.");
}

void srv_source::describe(core::fields<srv_source>& f) {
  f.required("name", &srv_source::name, "Name of the service: _http._tcp.scores.example.");
  f.optional("servers", &srv_source::servers,
             "DNS servers, numeric host:port; empty: those of the system.");
  f.optional("min_ttl", &srv_source::min_ttl, "Looked up again no sooner than this.")
      .range(core::duration(std::chrono::milliseconds(10)), longest_time);
  f.optional("max_ttl", &srv_source::max_ttl, "And no later than this.")
      .range(core::duration(std::chrono::milliseconds(10)), longest_time);
  f.check(check_service);
}

void target_sources::describe(core::fields<target_sources>& f) {
  f.optional("static", &target_sources::listed, "Targets that are written here.");
  f.optional("file_sd", &target_sources::files,
             "Files in Prometheus' format for file_sd, JSON or YAML, relative to this one; read "
             "again when they change.");
  f.optional("dns_srv", &target_sources::services, "Services whose SRV records are the targets.");
  f.optional("scheme", &target_sources::scheme,
             "Scheme of ${endpoint.base}, where the label __scheme__ says no other.");
  f.optional("max", &target_sources::max,
             "Most targets; more are refused, which remora_probe_targets shows.")
      .range<std::int64_t, std::int64_t>(1, 10'000);
  f.check(check_sources);
}

}  // namespace probe
