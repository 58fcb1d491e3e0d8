#include "probe/checks/stream_check.hpp"

#include <boost/json/value.hpp>

#include "core/worker.hpp"
#include "probe/checks/expectation.hpp"
#include "probe/checks/extraction.hpp"
#include "probe/checks/http_check.hpp"
#include "probe/checks/redis_check.hpp"

namespace probe {
namespace {

void fail(check_result& out, failure_reason why, std::string detail) {
  out.broken = why;
  out.broke_in.reset();
  out.detail = std::move(detail);
}

void fail(check_result& out, const std::vector<mismatch>& wrong, std::string_view when) {
  fail(out, wrong.front().why, std::string(when) + ": " + wrong.front().what);
}

/// A step that is one of the two exchanges.
template <class Way>
step step_of(const Way& way, const std::string& name) {
  step out;
  out.name = name;
  out.http = way.http;
  out.redis = way.redis;
  return out;
}

/// One message on its way.
class following {
 public:
  explicit following(check_context& c)
      : c_(c),
        what_(*c.step.stream),
        submit_(step_of(what_.submit, c.step.name)),
        read_(step_of(what_.read, c.step.name)),
        values_(c.values),
        begun_(core::now()),
        intended_(c.intended == core::instant{} ? begun_ : c.intended) {}

  core::task<check_result> run() {
    const bool submitted = co_await submit();
    if (submitted) {
      outcome_.emplace();
      co_await follow();
    }
    out_.answer.took = core::now() - begun_;
    out_.stream = outcome_;
    c_.values.take_draws(values_);
    co_return std::move(out_);
  }

 private:
  core::task<> exchange(const step& what) {
    const auto until = sooner(c_.until, core::deadline::in(c_.scenario.step_timeout, core::now()));
    check_context one{c_.worker,      c_.setup, c_.scenario, what,      values_,
                      c_.connections, c_.trace, until,       c_.pinned, c_.load};
    auto before = std::move(out_.dialled);
    if (what.http)
      out_ = co_await check_http(one);
    else
      out_ = co_await check_redis(one);
    out_.dialled.merge(before);  // the message may be read elsewhere than where it was submitted
  }

  core::task<bool> submit() {
    co_await exchange(submit_);
    if (out_.broken) co_return false;
    const auto wrong = compare(what_.submit.expect, out_.answer, values_.plain());
    if (!wrong.empty()) {
      fail(out_, wrong, "submission");
      co_return false;
    }
    for (const auto& [name, how] : what_.submit.extract) {
      std::string why;
      auto value = extract(how, out_.answer, c_.worker.random, why);
      if (!value) {
        fail(out_, failure_reason::extraction, name + ": " + why);
        co_return false;
      }
      values_.set(name, *std::move(value));
    }
    co_return true;
  }

  core::task<> follow() {
    const auto give_up = sooner(c_.until, core::deadline::in(what_.at_most, intended_));
    core::instant before = begun_;
    for (;;) {
      const core::instant start = core::now();
      co_await exchange(read_);
      ++outcome_->readings;
      if (out_.broken) co_return;
      const auto missing = compare(what_.until, out_.answer, values_.plain());
      if (missing.empty()) {
        found(core::now(), before);
        co_return;
      }
      before = start;
      const auto& not_yet = what_.meanwhile;
      if (!not_yet.empty() && !not_yet.contains(out_.answer.status)) {
        fail(out_, missing, "reading");
        co_return;
      }
      const auto again = core::now() + what_.every;
      if (give_up.passed(again)) {
        lost(missing.front().what);
        co_return;
      }
      co_await core::sleep_until(c_.worker, again);
    }
  }

  void found(core::instant at, core::instant before) {
    outcome_->freshness = at - intended_;
    outcome_->uncertain = at - before;
    outcome_->fate = message_fate::fresh;
    if (what_.late_after && *outcome_->freshness > *what_.late_after) {
      outcome_->fate = message_fate::late;
      fail(out_, failure_reason::condition,
           "readable after " + text_of(*outcome_->freshness) + ", expected at most " +
               text_of(*what_.late_after));
    }
    const auto copies = what_.copies ? copies_in(*what_.copies, out_.answer) : std::nullopt;
    if (!copies || *copies < 2) return;
    outcome_->fate = message_fate::duplicated;
    fail(out_, failure_reason::duplicated,
         "the message can be read " + std::to_string(*copies) + " times");
  }

  void lost(const std::string& missing) {
    outcome_->fate = message_fate::lost;
    fail(out_, failure_reason::condition,
         "not readable within " + text_of(what_.at_most) + ", in " +
             std::to_string(outcome_->readings) + " readings: " + missing);
  }

  static std::string text_of(core::duration d) {
    return core::format_duration(std::chrono::duration_cast<std::chrono::milliseconds>(d));
  }

  check_context& c_;
  const stream_request& what_;
  const step submit_, read_;
  run_values values_;
  core::instant begun_, intended_;
  check_result out_;
  std::optional<stream_outcome> outcome_;
};

}  // namespace

std::optional<std::int64_t> copies_in(const json_pointer& where, const seen& answer) {
  const auto* document = answer.json();
  const auto* value = document ? where.find(*document) : nullptr;
  if (!value) return std::nullopt;
  if (const auto* items = value->if_array()) return static_cast<std::int64_t>(items->size());
  if (const auto* number = value->if_int64()) return *number;
  return std::nullopt;
}

core::task<check_result> check_stream(check_context& c) {
  following message(c);
  co_return co_await message.run();
}

}  // namespace probe
