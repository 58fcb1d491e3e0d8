#include "sidecar/config/tracing_config.hpp"

#include "sidecar/config/place.hpp"

namespace sidecar {

using namespace std::chrono_literals;

void trace_rules_config::describe(core::fields<trace_rules_config>& f) {
  f.optional("synthetic", &trace_rules_config::synthetic, "Verified probes.");
  f.optional("error", &trace_rules_config::error,
             "Answers of 5xx and failures of our own; also of the application's calls.");
  f.optional("slow", &trace_rules_config::slow, "Requests that took longer than `slow`.");
  f.optional("callee", &trace_rules_config::callee,
             "Traces of which a callee kept its part, or in which a call failed.");
  f.optional("head", &trace_rules_config::head, "Requests that a trusted caller sampled.");
  f.optional("share", &trace_rules_config::share, "A share of the rest.");
}

void trace_hold_config::describe(core::fields<trace_hold_config>& f) {
  f.optional("spans", &trace_hold_config::spans, "Most spans that wait for a decision.")
      .range<std::int64_t>(1, 10'000'000);
  f.optional("size", &trace_hold_config::size, "Most bytes of relayed spans that wait.")
      .range(core::byte_size{64 * 1024}, core::byte_size{std::uint64_t{16} << 30});
  f.optional("age", &trace_hold_config::age,
             "How long spans wait for the end of their request; then they are dropped.")
      .range(core::duration(1s), core::duration(1h));
  f.optional("decisions", &trace_hold_config::decisions,
             "Decisions remembered for spans that come late; the oldest is forgotten first.")
      .range<std::int64_t>(16, 10'000'000);
}

void tracing_config::describe(core::fields<tracing_config>& f) {
  f.optional("sample_ratio", &tracing_config::sample_ratio,
             "Share of ordinary requests that are traced; with traces_per_second, the share to "
             "begin with.")
      .range(0.0, 1.0);
  f.optional("traces_per_second", &tracing_config::traces_per_second,
             "Adapt the share slowly, so that about this many ordinary requests a second are "
             "traced.")
      .range(0.0, 1'000'000.0);
  f.optional("record", &tracing_config::record,
             "`sampled`: the application records what was sampled at the head; `all`: it records "
             "everything, and its spans wait for the decision at the end.");
  f.optional("slow", &tracing_config::slow,
             "Requests that take longer are slow; routes may say otherwise.")
      .range(core::duration(1ms), core::duration(24h));
  f.optional("rules", &tracing_config::rules, "What each rule of sampling does.");
  f.optional("hold", &tracing_config::hold, "Bounds of what waits, in `record: all`.");
  f.optional("propagation", &tracing_config::propagation,
             "Watch whether the application continues our traces; needs a relay.");
  f.optional("query_keys", &tracing_config::query_keys,
             "Query parameters whose values spans may show; without any, queries are left out.");
  f.optional("ring", &tracing_config::ring,
             "The last traces, kept in memory; absent: kept only when there is no `otlp`.");
  f.check(check);
}

void tracing_config::check(const tracing_config& value, const core::node& from, core::reading& r) {
  for (const auto& key : value.query_keys)
    if (key.empty() || key.find_first_of("&=?# ") != std::string::npos)
      r.found.add(place(from, "query_keys"), "\"" + key + "\" is no query parameter's name",
                  "a name as it stands before the =, such as page");
}

}  // namespace sidecar
