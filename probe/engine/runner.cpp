#include "probe/engine/runner.hpp"

#include <exception>

#include "core/worker.hpp"
#include "probe/checks/expectation.hpp"
#include "probe/checks/extraction.hpp"
#include "probe/checks/request_builder.hpp"
#include "probe/engine/run_notes.hpp"

namespace probe {
namespace {

/// The attempt, whatever happens: a run has to end with a result also when memory runs out.
core::task<check_result> guarded(check_context& context) {
  std::string why;
  try {
    co_return co_await check_of(context.step).run(context);
  } catch (const std::exception& e) {
    why = e.what();
  }
  check_result out;
  out.broken = failure_reason::request;
  out.detail = std::move(why);
  co_return out;
}

/// The state of one run.
class scenario_run {
 public:
  scenario_run(core::worker& w, run_order order)
      : worker_(w),
        order_(std::move(order)),
        values_(order_.setup->constants, w.random, &order_.scenario->about),
        notes_(order_, result_) {
    result_.scenario = order_.scenario;
    result_.setup = order_.setup;
    result_.intended = order_.intended;
    result_.told_before = order_.told_steps;
    result_.start = core::now();
    result_.is_signed = is_signed(*order_.scenario, *order_.setup);
    if (order_.scenario->trace) result_.context = core::new_root(w.random, is_sampled());
  }

  core::task<run_result> run() {
    const auto& s = *order_.scenario;
    const auto whole = core::deadline::in(s.timeout, result_.start);
    for (std::size_t i = 0; i < s.steps.size() && !result_.failed; ++i) co_await run_step(i, whole);
    result_.end = result_.steps.empty() ? core::now() : result_.steps.back().end;
    for (std::size_t i = s.steps.size(); i < s.step_count(); ++i) {
      if (can_run(s.at(i))) {
        co_await run_step(i, core::deadline::never());
      } else {
        result_.steps.emplace_back().index = i;
        result_.steps.back().start = result_.steps.back().end = core::now();
      }
    }
    if (order_.setup->record_body) result_.variables = values_.variables();
    co_return std::move(result_);
  }

 private:
  /// Nobody is asked to keep the traces of load.
  bool is_sampled() {
    return !order_.load && worker_.random.uniform() < order_.scenario->trace_ratio;
  }

  bool can_run(const step& s) const {
    for (const auto* text : texts_of(s))
      for (const auto* r : text->references())
        if (r->kind == reference_kind::variable && !values_.has(r->name) &&
            !(s.stream && s.stream->submit.extract.contains(r->name)))
          return false;
    return true;
  }

  core::task<> run_step(std::size_t index, core::deadline whole) {
    const step& s = order_.scenario->at(index);
    auto& out = result_.steps.emplace_back();
    out.index = index;
    out.start = core::now();
    due_ = index == 0 ? order_.intended : out.start;
    if (result_.context)
      out.context = core::child_of(result_.context, worker_.random, result_.context.sampled());
    if (s.poll) {
      co_await poll(s, whole);
    } else {
      last_ = co_await attempt(s, whole);
      conclude(s, last_);
    }
    auto& done = result_.steps.back();
    notes_.note_recognition(done);
    if (order_.setup->record_body) done.record = record();
    if (done.outcome == step_outcome::failed && !result_.failed)
      result_.failed = result_.steps.size() - 1;
  }

  core::task<> poll(const step& s, core::deadline whole) {
    const auto give_up = sooner(core::deadline::in(s.poll->at_most, core::now()), whole);
    for (;;) {
      last_ = co_await attempt(s, whole);
      const check_result& seen_now = last_;
      const auto missing = seen_now.broken ? std::vector<mismatch>()
                                           : compare(s.poll->until, seen_now.answer,
                                                     values_.plain(), seen_now.phases);
      if (seen_now.broken || missing.empty()) {
        conclude(s, seen_now);
        co_return;
      }
      const auto& not_yet = s.poll->meanwhile;
      if (!not_yet.empty() && !not_yet.contains(seen_now.answer.status)) {
        notes_.fail(seen_now, missing.front().why, missing.front().what, missing.front().late);
        co_return;
      }
      const auto again = core::now() + s.poll->every;
      if (give_up.passed(again)) {
        notes_.fail(seen_now, failure_reason::condition,
                    "after " + std::to_string(result_.steps.back().attempts) + " attempts " +
                        missing.front().what);
        co_return;
      }
      co_await core::sleep_until(worker_, again);
    }
  }

  /// The last attempt, which nobody needs any longer, for the bundle.
  std::shared_ptr<const step_record> record() {
    auto out = std::make_shared<step_record>();
    auto& body = last_.answer.body;
    out->body_size = body.size();
    if (body.size() > *order_.setup->record_body) {
      body.resize(*order_.setup->record_body);
      body.shrink_to_fit();
    }
    out->last = std::move(last_);
    out->uuids = values_.drawn();
    return out;
  }

  /// The values of a replayed run, that its random choices are those of the first.
  const std::vector<std::string>& uuids_again() const {
    static const std::vector<std::string> none;
    const std::size_t i = result_.steps.back().index;
    return order_.replay && i < order_.replay->uuids.size() ? order_.replay->uuids[i] : none;
  }
  std::string chosen(const std::string& name, const extraction& how, std::string fresh) const {
    if (!order_.replay || how.pick != item_choice::random) return fresh;
    const auto found = order_.replay->picked.find(name);
    return found == order_.replay->picked.end() ? fresh : found->second;
  }

  core::task<check_result> attempt(const step& s, core::deadline whole) {
    values_.begin(uuids_again());
    const auto until =
        sooner(core::deadline::in(order_.scenario->timeout_of(s), core::now()), whole);
    check_context context{worker_,
                          *order_.setup,
                          *order_.scenario,
                          s,
                          values_,
                          connections_,
                          result_.steps.back().context,
                          until,
                          order_.replay ? &order_.replay->pinned : nullptr,
                          order_.load,
                          due_};
    result_.steps.back().attempt_start = core::now();
    auto seen_now = co_await guarded(context);
    result_.steps.back().end = core::now();
    // What is left is ours alone and takes no time of the step's.
    if (order_.queue) co_await order_.queue->next();
    notes_.note(seen_now);
    co_return seen_now;
  }

  /// Passes or fails the step by what its deciding attempt saw.
  void conclude(const step& s, const check_result& from) {
    if (from.broken) return notes_.fail(from, *from.broken, from.detail);
    const auto wrong = compare(s.expect, from.answer, values_.plain(), from.phases);
    if (!wrong.empty()) {
      std::string detail;
      for (const auto& w : wrong) detail += (detail.empty() ? "" : "; ") + w.what;
      return notes_.fail(from, wrong.front().why, std::move(detail), wrong.front().late);
    }
    for (const auto& [name, how] : s.extract) {
      std::string why;
      auto value = extract(how, from.answer, worker_.random, why);
      if (!value) return notes_.fail(from, failure_reason::extraction, name + ": " + why);
      values_.set(name, chosen(name, how, *std::move(value)));
    }
    result_.steps.back().outcome = step_outcome::passed;
  }

  core::worker& worker_;
  run_order order_;
  run_values values_;
  run_connections connections_;
  run_result result_;
  run_notes notes_;
  check_result last_;    // of the present step
  core::instant due_{};  // when the step at hand was to begin
};

}  // namespace

core::task<run_result> run_once(core::worker& w, run_order order) {
  scenario_run run(w, std::move(order));
  co_return co_await run.run();
}

}  // namespace probe
