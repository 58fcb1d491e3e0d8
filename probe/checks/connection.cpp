#include "probe/checks/connection.hpp"

#include "core/resolver.hpp"
#include "core/worker.hpp"
#include "probe/checks/server_address.hpp"

namespace probe {
namespace {

using core::instant;

bool reached(instant t) noexcept {
  return t != instant{};
}

void note_failed_handshake(std::unique_ptr<core::tls_facts> facts, const core::worker& w,
                           check_result& out) {
  out.answer.tls = std::move(facts);
  out.answer.unix_time = static_cast<std::int64_t>(w.wall.unix_seconds(core::now()));
}

bool asks_certificate(const step& s) noexcept {
  if (s.expect.tls || (s.poll && s.poll->until.tls)) return true;
  for (const auto& [name, from] : s.extract)
    if (from.certificate) return true;
  return false;
}

}  // namespace

std::optional<core::asio::ip::address> fixed_for(const check_context& c, const std::string& host) {
  if (c.fixed || !c.pinned) return c.fixed;
  const auto found = c.pinned->find(host);
  if (found == c.pinned->end()) return std::nullopt;
  core::error_code not_numeric;
  const auto address = core::asio::ip::make_address(found->second, not_numeric);
  return not_numeric ? std::nullopt : std::optional(address);
}

void note_peer(std::string peer, const std::string& host, check_result& out) {
  core::address numeric;
  if (!host.empty() && core::parse_address(peer, numeric) && numeric.host != host)
    out.dialled.emplace(host, numeric.host);
  out.peer = std::move(peer);
}

core::resolver& names_of(const check_context& c) {
  return c.setup.names ? *c.setup.names : c.worker.names();
}

void add_time(check_result& out, phase p, core::duration d) noexcept {
  auto& time = out.phases[p];
  time = time.value_or(core::duration{}) + d;
}

phase note_dial(const core::dial_times& from, bool secured, bool resolves, check_result& into) {
  if (!reached(from.resolved)) return phase::resolve;
  if (resolves) add_time(into, phase::resolve, from.resolved - from.start);
  if (!reached(from.connected)) return phase::connect;
  add_time(into, phase::connect, from.connected - from.resolved);
  if (secured && reached(from.secured)) add_time(into, phase::tls, from.secured - from.connected);
  return phase::tls;
}

void break_off(check_result& out, phase at, const core::error_code& error, std::string_view words) {
  const auto why = core::classify(error);
  out.broken = reason_of(why);
  out.broke_in = at;
  out.detail = std::string(to_label(at)) + ": " + core::to_label(why);
  if (!words.empty()) out.detail.append(" (").append(words).append(")");
}

bool wants_tls_facts(const check_context& c) noexcept {
  return c.setup.all_facts || c.step.tls || asks_certificate(c.step);
}

void note_tls(const check_context& c, const core::byte_stream& stream, check_result& out) {
  if (!stream.is_secure() || !wants_tls_facts(c)) return;
  out.answer.tls = std::make_shared<const core::tls_facts>(core::read_tls_facts(stream));
  out.answer.unix_time = static_cast<std::int64_t>(c.worker.wall.unix_seconds(core::now()));
}

core::task<std::unique_ptr<core::byte_stream>> connect(check_context& c, connection_order order,
                                                       check_result& out) {
  core::dial_target target;
  target.where = std::move(order.where);
  if (order.secured) {
    const auto& settings = c.setup.tls.settings_for(order.settings, target.where);
    target.tls = c.setup.tls.find(settings, order.use);
    target.server_name =
        order.server_name.empty() ? settings.server_name : std::move(order.server_name);
  }
  target.family = order.way.ip;
  target.source = order.way.source_address();
  target.fixed = fixed_for(c, target.where.host);
  target.names = &names_of(c);
  target.explain = true;
  const bool resolves = !target.fixed;
  const std::string host = target.where.host;
  auto dialled = co_await core::dial(c.worker, std::move(target), c.until);
  const phase at = note_dial(dialled.times, order.secured, resolves, out);
  note_peer(std::move(dialled.peer), host, out);
  if (dialled.stream) {
    note_tls(c, *dialled.stream, out);
  } else {
    break_off(out, at, dialled.error, dialled.tls ? dialled.tls->error : std::string());
    if (dialled.tls) note_failed_handshake(std::move(dialled.tls), c.worker, out);
  }
  co_return std::move(dialled.stream);
}

core::task<bool> secure(check_context& c, core::byte_stream& stream, connection_order order,
                        check_result& out) {
  const auto& settings = c.setup.tls.settings_for(order.settings, order.where);
  auto context = c.setup.tls.find(settings, order.use);
  std::string name = settings.server_name.empty() ? order.where.host : settings.server_name;
  auto failed = std::make_unique<core::tls_facts>();
  const instant start = core::now();
  const auto secured = co_await stream.secure(std::move(context), std::move(name), failed.get());
  if (!secured) {
    break_off(out, phase::tls, secured.error(), failed->error);
    note_failed_handshake(std::move(failed), c.worker, out);
    co_return false;
  }
  add_time(out, phase::tls, core::now() - start);
  note_tls(c, stream, out);
  co_return true;
}

void refuse(check_result& out, std::string why) {
  out.broken = failure_reason::request;
  out.detail = std::move(why);
}

bool read_address(const template_text& text, const check_context& c,
                  std::optional<std::uint16_t> usual_port, core::address& into, check_result& out) {
  std::string missing;
  const auto rendered = text.render(c.values.plain(), missing);
  if (!rendered) {
    refuse(out, "address: " + missing + " has no value");
    return false;
  }
  if (auto read = server_address(*rendered, usual_port)) {
    into = *std::move(read);
    return true;
  }
  refuse(out, "\"" + *rendered + "\" is no address, such as shop.example" +
                  (usual_port ? " or shop.example:" + std::to_string(*usual_port) : ":443"));
  return false;
}

}  // namespace probe
