#include "core/otlp_sender.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

#include "core/log.hpp"
#include "core/otlp_encode.hpp"
#include "core/tls_context.hpp"
#include "core/worker.hpp"

namespace core {
namespace {

constexpr duration pace = std::chrono::milliseconds(50);  // how often the queue is looked at
constexpr duration patience = std::chrono::seconds(1);    // with a receiver that does not answer

/// The spool's clock: it outlives the process, so it is the wall's.
std::uint64_t unix_millis() noexcept {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

/// Spans on disk wait for as long as their age allows, not for so many attempts.
retry_policy policy_for(span_stock from) noexcept {
  retry_policy policy;
  if (from == span_stock::spool) policy.give_up_after = std::chrono::hours(24 * 365);
  return policy;
}

/// Retry-After as seconds or as an HTTP date (RFC 9110, 10.2.3).
std::optional<duration> parse_retry_after(std::string_view text) {
  long seconds = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc() && end == text.data() + text.size() && seconds >= 0)
    return std::chrono::seconds(std::min(seconds, 86400L));
  tm when{};
  const std::string copy(text);
  if (!strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &when)) return std::nullopt;
  const auto left = timegm(&when) - std::time(nullptr);
  return std::chrono::seconds(std::clamp<long>(left, 0, 86400));
}

}  // namespace

otlp_sender::otlp_sender(worker& w, otlp_config config, span_sink& sink, exemplar_book* book)
    : worker_(w),
      config_(std::move(config)),
      sink_(sink),
      book_(book),
      client_(w, config_.endpoint, {}, config_.endpoint.tls ? tls_context::client({}) : nullptr) {
  if (!config_.spool) return;
  spool_ = std::make_unique<spool>(*config_.spool, unix_millis(), w.log);
  sink_.recovered(spool_->recovered());
  book_losses();
}

void otlp_sender::start() {
  idle_ = false;
  collected_ = spilled_ = now();
  worker_.start("otlp sender", run());
  spilling_ = spool_ != nullptr;
  if (spool_) worker_.start("span spool", spill());
}

task<> otlp_sender::run() {
  while (!stopping_) {
    const auto from = next();
    if (from)
      co_await send(*from);
    else
      co_await sleep_for(worker_, std::min(config_.interval, pace));
  }
  idle_ = true;
}

/// What is to be sent now. A receiver that is away is asked with the oldest; else the queue and the
/// spool take turns.
std::optional<span_stock> otlp_sender::next() const {
  const std::size_t waiting = sink_.waiting();
  const bool on_disk = spool_ && !spool_->empty();
  const bool full = waiting >= static_cast<std::size_t>(config_.batch);
  const bool due = waiting > 0 && (full || now() >= collected_ + config_.interval);
  if (on_disk && (!due || failing_since_ || last_ == span_stock::queue)) return span_stock::spool;
  return due ? std::optional(span_stock::queue) : std::nullopt;
}

/// Takes a batch in hand; false when there is none.
bool otlp_sender::pick(span_stock from) {
  const auto most = static_cast<std::size_t>(config_.batch);
  from_ = last_ = from;
  if (from == span_stock::queue) {
    span_batch batch = sink_.take(most);
    if (sink_.waiting() < most) collected_ = now();
    if (batch.spans > 0) in_hand_ = std::move(batch);
  } else {
    in_hand_ = spool_->lend(most, unix_millis());
    book_losses();
  }
  return in_hand_.has_value();
}

task<> otlp_sender::send(span_stock from) {
  if (!pick(from)) co_return;
  co_await pause(again_);
  otlp_retry retry(policy_for(from), now());
  // Compressed once, however often it is tried; and a copy, because a flush may take the batch away
  // while an attempt is under way.
  const std::string body =
      config_.compression == otlp_compression::gzip ? gzip_.write(in_hand_->body) : in_hand_->body;
  while (in_hand_) {
    const instant began = now();
    const deadline until = sooner(deadline::in(config_.timeout, began), flush_until_);
    const attempt outcome = co_await post(body, until);
    if (!in_hand_) co_return;  // the flush could not wait for this answer
    const auto action = retry.next(outcome, now(), worker_.random);
    if (settle(action)) co_return;
    if (!failing_since_) failing_since_ = began;
    again_ = now() + std::get<otlp_retry::again>(action).after;
    if (give_way()) co_return;
    co_await pause(again_);
    if (stopping_ && flush_until_.passed(now() + pace))
      co_return settle_as_dropped(drop_reason::shutdown);
    if (stopping_) co_await sleep_for(worker_, pace);
  }
}

/// Books what became of the batch in hand, if that is decided.
bool otlp_sender::settle(const otlp_retry::action& action) {
  if (std::holds_alternative<otlp_retry::again>(action)) return false;
  if (const auto* drop = std::get_if<otlp_retry::drop>(&action)) {
    if (drop->reason == drop_reason::rejected) failing_since_.reset();  // it did answer
    settle_as_dropped(drop->reason);
    return true;
  }
  failing_since_.reset();
  const auto rejected = std::min(std::get<otlp_retry::done>(action).rejected, in_hand_->spans);
  if (rejected > 0) sink_.dropped(rejected, drop_reason::rejected, from_);
  sink_.exported(in_hand_->spans - rejected, from_);
  // Which ones were rejected nobody says.
  if (book_ && rejected == 0) book_->acknowledged(in_hand_->exemplars);
  if (from_ == span_stock::spool) spool_->acknowledge();
  in_hand_.reset();
  return true;
}

void otlp_sender::settle_as_dropped(drop_reason reason) {
  if (!in_hand_) return;
  sink_.dropped(in_hand_->spans, reason, from_);
  if (from_ == span_stock::spool) spool_->acknowledge();
  in_hand_.reset();
}

/// Waits, but not beyond the beginning of a flush.
task<> otlp_sender::pause(instant until) {
  while (!stopping_ && now() < until) co_await sleep_until(worker_, std::min(until, now() + pace));
}

bool otlp_sender::spills() const {
  return (failing_since_ && now() - *failing_since_ >= patience) ||
         sink_.waiting() * 2 >= static_cast<std::size_t>(config_.queue);
}

/// Whether the batch in hand went to the disk, or stayed there.
bool otlp_sender::give_way() {
  if (!spool_) return false;
  if (from_ == span_stock::spool) {
    if (!stopping_) return false;
    spool_->give_back();
    book_losses();
  } else if (!(stopping_ || spills()) || !store(*in_hand_)) {
    return false;
  }
  in_hand_.reset();
  return true;
}

bool otlp_sender::store(const span_batch& batch) {
  const bool stored = spool_->append(batch, unix_millis());
  if (stored) sink_.spooled(batch.spans);
  book_losses();
  return stored;
}

bool otlp_sender::store_waiting() {
  span_batch batch = sink_.take(static_cast<std::size_t>(config_.batch));
  if (batch.spans == 0) return false;
  const bool stored = store(batch);
  if (!stored) sink_.give_back(std::move(batch));
  return stored;
}

/// Beside the sending, so that the queue does not fill while an attempt hangs.
task<> otlp_sender::spill() {
  while (!stopping_) {
    co_await sleep_for(worker_, pace);
    if (stopping_) break;
    spool_->expire(unix_millis());
    book_losses();
    const auto batch = static_cast<std::size_t>(config_.batch);
    const bool due = now() >= spilled_ + config_.interval;
    while (sink_.waiting() >= (due ? 1 : batch) && spills() && store_waiting()) spilled_ = now();
  }
  spilling_ = false;
}

void otlp_sender::book_losses() {
  const spool_losses lost = spool_->take_losses();
  if (lost.full > 0) sink_.dropped(lost.full, drop_reason::spool_full, span_stock::spool);
  if (lost.expired > 0) sink_.dropped(lost.expired, drop_reason::spool_expired, span_stock::spool);
  if (lost.damaged > 0) sink_.dropped(lost.damaged, drop_reason::spool_damaged, span_stock::spool);
}

task<attempt> otlp_sender::post(std::string_view body, deadline until) {
  outgoing_request request;
  request.method = "POST";
  request.target = "/v1/traces";
  request.headers.emplace_back("Content-Type", "application/x-protobuf");
  if (config_.compression == otlp_compression::gzip)
    request.headers.emplace_back("Content-Encoding", "gzip");
  request.lent_body = body;
  attempt out;
  auto answer = co_await client_.send(std::move(request), until);
  if (!answer) co_return out;
  out.status = answer->status;
  if (auto after = answer->header("retry-after")) out.retry_after = parse_retry_after(*after);
  if (answer->status / 100 == 2) {
    auto outcome = decode_export_response(answer->body);
    if (outcome) {
      out.rejected = outcome->rejected;
      if (!outcome->message.empty())
        worker_.log.warning("OTLP receiver rejected spans",
                            {{"rejected", outcome->rejected}, {"message", outcome->message}});
    }
  }
  co_return out;
}

task<> otlp_sender::flush(deadline until) {
  flush_until_ = until;
  stopping_ = true;
  while (spilling_ || (!idle_ && !until.passed(now()))) co_await sleep_for(worker_, pace / 10);
  // An attempt that is still under way goes on without us: what it carries is accounted for here.
  if (in_hand_ && !give_way()) settle_as_dropped(drop_reason::shutdown);
  while (idle_ && !until.passed(now())) {
    const bool on_disk = spool_ && !spool_->empty();
    if (spool_ && failing_since_) break;
    if (sink_.waiting() == 0 && !on_disk) break;
    co_await send(sink_.waiting() > 0 ? span_stock::queue : span_stock::spool);
  }
  store_rest();
}

void otlp_sender::store_rest() {
  while (spool_ && store_waiting()) {
  }
  for (;;) {
    const span_batch rest = sink_.take(static_cast<std::size_t>(config_.batch));
    if (rest.spans == 0) break;
    sink_.dropped(rest.spans, drop_reason::shutdown);
  }
  if (spool_) spool_->sync();
}

void otlp_sender::write_metrics(exposition_writer& out) const {
  if (spool_) spool_->write_metrics(out);
}

}  // namespace core
