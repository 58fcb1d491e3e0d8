// The dns prober: one question, and the rules that its answer is held against.
#include <algorithm>

#include "core/dns_exchange.hpp"
#include "core/worker.hpp"
#include "probe/blackbox/http_target.hpp"
#include "probe/blackbox/prober.hpp"

namespace probe::blackbox {
namespace {

using outcome = re2_pattern::outcome;

/// Whether the records of a section are as the rules want them; says in the log which is not.
class section_judge {
 public:
  section_judge(probe_run& run, const record_rules& rules, const std::vector<core::dns_record>& of)
      : run_(run), rules_(rules), at_(core::now()) {
    if (!has_rules()) return;
    for (const auto& record : of) texts_.push_back(record.text());
  }

  bool passes() {
    if (!has_rules()) return true;
    if (texts_.empty() &&
        (!rules_.fail_if_not_matches.empty() || !rules_.fail_if_none_matches.empty()))
      return fail("a match is wanted, but no RRs returned");
    for (const auto& text : texts_) {
      run_.log.info(at_, "Validating RR", {{"rr", text}});
      if (!any(rules_.fail_if_matches, text, outcome::no, "At least one RR matched regexp") ||
          !any(rules_.fail_if_not_matches, text, outcome::yes,
               "At least one RR did not match regexp"))
        return false;
    }
    // As the real one does, whatever the key's name says.
    if (!rules_.fail_if_all_match.empty() && !all_match())
      return fail("Not all RRs matched regexp");
    if (!rules_.fail_if_none_matches.empty() && none_matches())
      return fail("None of the RRs matched any regexp");
    return true;
  }

 private:
  bool has_rules() const noexcept {
    return !rules_.fail_if_matches.empty() || !rules_.fail_if_all_match.empty() ||
           !rules_.fail_if_not_matches.empty() || !rules_.fail_if_none_matches.empty();
  }
  bool fail(const char* why) {
    run_.log.error(at_, why);
    return false;
  }
  /// False when one of the expressions has another outcome than it must.
  bool any(const std::vector<re2_pattern>& all, const std::string& text, outcome wanted,
           const char* otherwise) {
    for (const auto& expression : all) {
      if (expression.search(text) == wanted) continue;
      run_.log.error(at_, otherwise, {{"regexp", expression.source()}, {"rr", text}});
      return false;
    }
    return true;
  }
  bool all_match() const {
    for (const auto& text : texts_)
      for (const auto& expression : rules_.fail_if_all_match)
        if (expression.search(text) != outcome::yes) return false;
    return true;
  }
  bool none_matches() const {
    for (const auto& text : texts_)
      for (const auto& expression : rules_.fail_if_none_matches)
        if (expression.search(text) == outcome::yes) return false;
    return true;
  }

  probe_run& run_;
  const record_rules& rules_;
  core::instant at_;
  std::vector<std::string> texts_;
};

class dns_probe {
 public:
  explicit dns_probe(probe_run& run) : run_(run), dns_(run.module.config.dns) {}

  core::task<bool> go() {
    auto& values = run_.values;
    values.parts_of = gauges::prober::dns;
    values.begin({gauge::dns_additional_rrs, gauge::dns_answer_rrs, gauge::dns_authority_rrs,
                  gauge::dns_query_succeeded});
    values.begin({part::connect, part::request, part::resolve});
    core::dns_query query = question();
    const std::string host = query.server.host;
    auto chosen = co_await choose_address(run_, dns_, host);
    if (!chosen.address) {
      run_.log.error(core::now(), "Error resolving address");
      co_return false;
    }
    values.add(part::resolve, chosen.took);
    query.server.host = chosen.address->to_string();
    if (query.server_name.empty()) query.server_name = host;
    run_.log.info(core::now(), "Making DNS query",
                  {{"target", query.server.to_string()},
                   {"dial_protocol", query.tcp ? (query.tls ? "tcp-tls" : "tcp") : "udp"},
                   {"query", dns_.query_name},
                   {"type", query.type},
                   {"class", query.cls}});
    auto answered = co_await core::dns_exchange(run_.worker, std::move(query), run_.until);
    take_times(answered.times);
    if (!answered.answer) {
      run_.log.error(core::now(), "Error while sending a DNS query",
                     {{"err", core::to_label(core::classify(answered.error))}});
      co_return false;
    }
    co_return judge(*answered.answer);
  }

 private:
  core::dns_query question() const {
    core::dns_query out;
    if (!split_host_port(run_.target, out.server.host, out.server.port)) {
      out.server = {run_.target, static_cast<std::uint16_t>(dns_.dns_over_tls ? 853 : 53)};
      if (out.server.host.starts_with('[') && out.server.host.ends_with(']'))
        out.server.host = out.server.host.substr(1, out.server.host.size() - 2);
    }
    out.name = dns_.query_name;
    out.type = dns_.query_type.empty() ? core::dns_any : *core::dns_type_of(dns_.query_type);
    if (!dns_.query_class.empty()) out.cls = *core::dns_class_of(dns_.query_class);
    out.recursion = dns_.recursion_desired;
    out.tcp = dns_.transport_protocol == transport::tcp;
    if (dns_.dns_over_tls) out.tls = run_.module.tls;
    out.server_name = dns_.tls_config.server_name;
    if (!dns_.source_ip_address.empty())
      out.source = boost::asio::ip::make_address(dns_.source_ip_address);
    return out;
  }

  void take_times(const core::dns_times& times) {
    const auto end = core::now();
    const bool sent = times.sent != core::instant{};
    run_.values.add(part::connect, (sent ? times.sent : end) - times.start);
    if (sent) run_.values.add(part::request, end - times.sent);
  }

  bool judge(const core::dns_message& answer) {
    auto& values = run_.values;
    const auto at = core::now();
    values.set(gauge::dns_query_succeeded, 1);
    values.set(gauge::dns_answer_rrs, static_cast<double>(answer.answers.size()));
    values.set(gauge::dns_authority_rrs, static_cast<double>(answer.authority.size()));
    values.set(gauge::dns_additional_rrs, static_cast<double>(answer.additional.size()));
    if (dns_.query_type == "SOA") values.set(gauge::dns_serial, answer.serial().value_or(0));
    const std::string code = core::dns_rcode_name(answer.rcode());
    run_.log.info(at, "Got response", {{"rcode", code}, {"truncated", answer.truncated()}});
    if (!is_valid(answer.rcode())) {
      run_.log.error(at, "Rcode is not one of the valid rcodes", {{"string_rcode", code}});
      return false;
    }
    run_.log.info(at, "Rcode is valid", {{"string_rcode", code}});
    return section("Answer", dns_.answer, answer.answers) &&
           section("Authority", dns_.authority, answer.authority) &&
           section("Additional", dns_.additional, answer.additional);
  }

  bool is_valid(std::uint8_t rcode) const {
    if (dns_.valid_rcodes.empty()) return rcode == core::dns_no_error;
    return std::any_of(dns_.valid_rcodes.begin(), dns_.valid_rcodes.end(),
                       [rcode](const auto& name) { return core::dns_rcode_of(name) == rcode; });
  }

  bool section(const char* name, const record_rules& rules,
               const std::vector<core::dns_record>& records) {
    run_.log.info(core::now(), std::string("Validating ") + name + " RRs");
    if (section_judge(run_, rules, records).passes()) return true;
    run_.log.error(core::now(), std::string(name) + " RRs validation failed");
    return false;
  }

  probe_run& run_;
  const dns_settings& dns_;
};

}  // namespace

core::task<bool> probe_dns(probe_run& run) {
  dns_probe probe(run);
  co_return co_await probe.go();
}

}  // namespace probe::blackbox
