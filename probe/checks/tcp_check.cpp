#include "probe/checks/tcp_check.hpp"

#include <map>

#include "core/worker.hpp"
#include "probe/checks/all_addresses.hpp"
#include "probe/checks/connection.hpp"

namespace probe {
namespace {

constexpr std::size_t most_kept = 64 * 1024;
constexpr std::size_t longest_line = 64 * 1024;

/// The state of one dialog.
class dialog {
 public:
  dialog(check_context& c, core::address where, check_result& out)
      : context_(c), request_(*c.step.tcp), where_(std::move(where)), out_(out) {}

  core::task<> hold() {
    stream_ = co_await connect(context_, order(request_.secure), out_);
    if (!stream_) co_return;
    for (const auto& turn : request_.dialog) {
      const bool done = co_await take(turn);
      if (!done) co_return;
    }
    stream_->shutdown_send();
  }

 private:
  connection_order order(bool secured) const {
    return {where_, request_, secured, request_.tls ? &*request_.tls : nullptr, tls_use::other};
  }

  core::task<bool> take(const dialog_turn& turn) {
    bool good = true;
    if (turn.expect || turn.until) {
      const auto start = core::now();
      good = co_await wait_for(turn);
      add_time(out_, phase::wait, core::now() - start);
    }
    if (good && turn.send) good = co_await say(*turn.send);
    if (good && turn.starttls) {
      unread_.clear();  // what was said in the open is no part of what follows
      good = co_await secure(context_, *stream_, order(true), out_);
    }
    co_return good;
  }

  core::task<bool> wait_for(const dialog_turn& turn) {
    for (;;) {
      switch (look(turn)) {
        case state::matched: co_return true;
        case state::ended: co_return false;
        case state::more: break;
      }
      auto piece = context_.worker.buffers.lend();
      const auto got = co_await stream_->read_some(piece.bytes());
      if (!got) {
        break_off(out_, phase::wait, got.error(), waiting_for(turn));
        co_return false;
      }
      note(std::string_view(piece.data(), *got));
    }
  }

  enum class state { matched, ended, more };

  state look(const dialog_turn& turn) {
    if (turn.until) {
      const auto found = turn.until->match(unread_);
      if (found) return learn(*turn.until, *found, found->end);
      if (unread_.size() > most_kept) return too_large();
      return state::more;
    }
    for (;;) {
      const auto end = unread_.find('\n');
      if (end == std::string::npos)
        return unread_.size() > longest_line ? too_large() : state::more;
      last_line_ = unread_.substr(0, end > 0 && unread_[end - 1] == '\r' ? end - 1 : end);
      if (const auto found = turn.expect->match(last_line_))
        return learn(*turn.expect, *found, end + 1);
      unread_.erase(0, end + 1);
      if (turn.reject && turn.reject->matches(last_line_)) {
        out_.broken = failure_reason::dialog;
        out_.detail =
            "the answer is " + brief(last_line_) + ", expected a match of " + turn.expect->source();
        return state::ended;
      }
    }
  }

  state learn(const pattern& by, const pattern_match& found, std::size_t used) {
    for (std::size_t i = 0; i <= by.group_count() || groups_.contains(std::to_string(i)); ++i)
      groups_.erase(std::to_string(i));
    for (std::size_t i = 0; i < found.groups.size(); ++i)
      groups_[std::to_string(i)] = found.groups[i];
    for (const auto& [name, text] : found.named) groups_[name] = text;
    unread_.erase(0, used);
    return state::matched;
  }

  state too_large() {
    break_off(out_, phase::receive, core::errc::too_large, "64 KiB without what is waited for");
    return state::ended;
  }

  std::string waiting_for(const dialog_turn& turn) const {
    std::string out = "waiting for " + (turn.until ? turn.until : turn.expect)->source();
    if (!last_line_.empty()) out += ", the last line was " + brief(last_line_);
    return out;
  }

  core::task<bool> say(const template_text& what) {
    std::string missing;
    const auto values = context_.values.plain();
    const auto lookup = [&](const template_reference& r) -> std::optional<std::string> {
      if (r.kind != reference_kind::match) return values(r);
      const auto found = groups_.find(r.name);
      return found == groups_.end() ? std::nullopt : std::optional(found->second);
    };
    const auto text = what.render(lookup, missing);
    if (!text) {
      out_.broken = failure_reason::request;
      out_.detail = "send: " + missing + " has no value";
      co_return false;
    }
    const auto start = core::now();
    const auto sent = co_await stream_->write(*text);
    add_time(out_, phase::send, core::now() - start);
    if (!sent) break_off(out_, phase::send, sent.error());
    co_return sent.has_value();
  }

  void note(std::string_view came) {
    auto& answer = out_.answer;
    answer.raw_size = answer.size += came.size();
    answer.body.append(came.substr(0, most_kept - std::min(most_kept, answer.body.size())));
    unread_.append(came);
  }

  check_context& context_;
  const tcp_dialog& request_;
  core::address where_;
  check_result& out_;
  std::unique_ptr<core::byte_stream> stream_;
  std::string unread_;
  std::string last_line_;
  std::map<std::string, std::string> groups_;
};

}  // namespace

core::task<check_result> check_tcp(check_context& c) {
  check_result out;
  const tcp_dialog& q = *c.step.tcp;
  core::address where;
  if (!read_address(q.address, c, std::nullopt, where, out)) co_return out;
  if (q.all_addresses && !c.fixed)
    co_return co_await check_all_addresses(c, where, q.ip, check_tcp);
  out.url = where.to_string();
  const auto start = core::now();
  dialog talk(c, std::move(where), out);
  co_await talk.hold();
  out.answer.took = core::now() - start;
  co_return out;
}

}  // namespace probe
