#include "core/span_sink.hpp"

#include <array>
#include <numeric>
#include <span>

#include "core/exposition.hpp"
#include "core/otlp_encode.hpp"

namespace core {
namespace {

constexpr metric_family received_family{"remora_spans_received_total",
                                        "Spans recorded here or relayed for others."};
constexpr metric_family recovered_family{"remora_spans_recovered_total",
                                         "Spans found in the spool at start-up."};
constexpr metric_family exported_family{"remora_spans_exported_total",
                                        "Spans that the receiver acknowledged."};
constexpr metric_family dropped_family{"remora_spans_dropped_total", "Spans given up, by reason."};
constexpr metric_family queued_family{"remora_spans_queued", "Spans waiting or being sent.",
                                      metric_type::gauge};
constexpr metric_family spooled_family{"remora_spans_spooled", "Spans kept on disk.",
                                       metric_type::gauge};

/// One allocation for all, and none for one alone.
std::string joined(std::vector<span_batch> relayed, std::string own) {
  if (relayed.empty()) return own;
  std::size_t size = own.size();
  for (const auto& batch : relayed) size += batch.body.size();
  std::string out = std::move(relayed.front().body);
  out.reserve(size);
  for (std::size_t i = 1; i < relayed.size(); ++i) out += relayed[i].body;
  return out += own;
}

std::size_t index(drop_reason reason) noexcept {
  return static_cast<std::size_t>(reason);
}

}  // namespace

const char* to_label(drop_reason reason) noexcept {
  switch (reason) {
    case drop_reason::queue_full: return "queue_full";
    case drop_reason::rejected: return "rejected";
    case drop_reason::retry_exhausted: return "retry_exhausted";
    case drop_reason::unreachable: return "unreachable";
    case drop_reason::no_backend: return "no_backend";
    case drop_reason::invalid: return "invalid";
    case drop_reason::shutdown: return "shutdown";
    case drop_reason::spool_full: return "spool_full";
    case drop_reason::spool_expired: return "spool_expired";
    case drop_reason::spool_damaged: return "spool_damaged";
    case drop_reason::not_sampled: return "not_sampled";
  }
  return "invalid";
}

std::uint64_t span_ledger::dropped_total() const noexcept {
  return std::accumulate(std::begin(dropped), std::end(dropped), std::uint64_t{0});
}

bool span_ledger::balanced() const noexcept {
  return received + recovered == exported + dropped_total() + queued + spooled;
}

span_sink::span_sink(std::string service, std::string version, std::string instance,
                     std::size_t limit, bool backend)
    : resource_(encode_resource(service, version, instance)), limit_(limit), backend_(backend) {}

std::optional<drop_reason> span_sink::admit(std::uint64_t spans, bool valid) {
  ledger_.received += spans;
  std::optional<drop_reason> why;
  if (!valid) {
    why = drop_reason::invalid;
  } else if (!backend_) {
    why = drop_reason::no_backend;
  } else if (spans > limit_ || ledger_.queued - held_ > limit_ - spans) {
    why = drop_reason::queue_full;
  }
  if (why) {
    ledger_.dropped[index(*why)] += spans;
  } else {
    ledger_.queued += spans;
    waiting_ += spans;
  }
  return why;
}

std::optional<drop_reason> span_sink::accept(span&& s) {
  const bool valid = s.context.trace && s.context.span;
  if (book_ && valid) book_->kept(s);
  if (tap_ && valid) tap_->add(s);
  const std::lock_guard lock(mutex_);
  const auto why = admit(1, valid);
  if (!why) own_.push_back(std::move(s));
  return why;
}

std::optional<drop_reason> span_sink::accept(span_batch&& batch) {
  if (tap_ && batch.spans > 0) tap_->add(batch.body);
  const std::lock_guard lock(mutex_);
  const auto why = admit(batch.spans, true);
  if (!why && batch.spans != 0) relayed_.push_back(std::move(batch));
  return why;
}

void span_sink::refuse(std::uint64_t spans, drop_reason reason) {
  const std::lock_guard lock(mutex_);
  ledger_.received += spans;
  ledger_.dropped[index(reason)] += spans;
}

void span_sink::hold(std::uint64_t spans) {
  const std::lock_guard lock(mutex_);
  ledger_.received += spans;
  ledger_.queued += spans;
  held_ += spans;
}

// What is released is admitted like what comes in; only that it was received is known already.
void span_sink::unhold(std::uint64_t spans) noexcept {
  ledger_.received -= spans;
  ledger_.queued -= spans;
  held_ -= spans;
}

std::optional<drop_reason> span_sink::release(span&& s) {
  const bool valid = s.context.trace && s.context.span;
  if (book_ && valid) book_->kept(s);
  if (tap_ && valid) tap_->add(s);
  const std::lock_guard lock(mutex_);
  unhold(1);
  const auto why = admit(1, valid);
  if (!why) own_.push_back(std::move(s));
  return why;
}

std::optional<drop_reason> span_sink::release(span_batch&& batch) {
  if (tap_ && batch.spans != 0) tap_->add(batch.body);
  const std::lock_guard lock(mutex_);
  unhold(batch.spans);
  const auto why = admit(batch.spans, true);
  if (!why && batch.spans != 0) relayed_.push_back(std::move(batch));
  return why;
}

void span_sink::discard(std::uint64_t spans, drop_reason reason) {
  const std::lock_guard lock(mutex_);
  unhold(spans);
  ledger_.received += spans;
  ledger_.dropped[index(reason)] += spans;
}

span_batch span_sink::take(std::size_t max_spans) {
  std::vector<span> own;
  std::vector<span_batch> relayed;
  span_batch out;
  {
    const std::lock_guard lock(mutex_);
    while (!own_.empty() && own.size() < max_spans) {
      own.push_back(std::move(own_.front()));
      own_.pop_front();
    }
    out.spans = own.size();
    // One relayed batch in any case: many spans of our own must not starve the others'.
    for (bool first = true; !relayed_.empty(); first = false) {
      if (!first && out.spans + relayed_.front().spans > max_spans) break;
      span_batch& next = relayed_.front();
      out.spans += next.spans;
      out.exemplars.insert(out.exemplars.end(), next.exemplars.begin(), next.exemplars.end());
      relayed.push_back(std::move(next));
      relayed_.pop_front();
    }
    waiting_ -= out.spans;
  }
  // The rest without the lock.
  out.body = joined(std::move(relayed), encode_export_request(resource_, own));
  for (const span& s : own)
    if (s.observed) out.exemplars.push_back(candidate_of(s));
  return out;
}

void span_sink::give_back(span_batch&& batch) {
  const std::lock_guard lock(mutex_);
  waiting_ += batch.spans;
  relayed_.push_front(std::move(batch));
}

std::uint64_t& span_sink::stock(span_stock from) noexcept {
  return from == span_stock::queue ? ledger_.queued : ledger_.spooled;
}

void span_sink::spooled(std::uint64_t spans) {
  const std::lock_guard lock(mutex_);
  ledger_.queued -= spans;
  ledger_.spooled += spans;
}

void span_sink::recovered(std::uint64_t spans) {
  const std::lock_guard lock(mutex_);
  ledger_.recovered += spans;
  ledger_.spooled += spans;
}

void span_sink::exported(std::uint64_t spans, span_stock from) {
  const std::lock_guard lock(mutex_);
  stock(from) -= spans;
  ledger_.exported += spans;
}

void span_sink::dropped(std::uint64_t spans, drop_reason reason, span_stock from) {
  const std::lock_guard lock(mutex_);
  stock(from) -= spans;
  ledger_.dropped[index(reason)] += spans;
}

std::size_t span_sink::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

span_ledger span_sink::snapshot() const {
  const std::lock_guard lock(mutex_);
  return ledger_;
}

void span_sink::write_metrics(exposition_writer& out) const {
  const auto ledger = snapshot();
  if (out.family(received_family)) out.counter("", static_cast<double>(ledger.received));
  if (out.family(recovered_family)) out.counter("", static_cast<double>(ledger.recovered));
  if (out.family(exported_family)) out.counter("", static_cast<double>(ledger.exported));
  if (out.family(dropped_family)) {
    for (std::size_t i = 0; i < drop_reason_count; ++i) {
      const auto labels = std::string("reason=\"") + to_label(static_cast<drop_reason>(i)) + '"';
      out.counter(labels, static_cast<double>(ledger.dropped[i]));
    }
  }
  if (out.family(queued_family)) out.gauge("", static_cast<double>(ledger.queued));
  if (out.family(spooled_family)) out.gauge("", static_cast<double>(ledger.spooled));
}

}  // namespace core
