// The exporter with a spool, and the exemplars of what it delivered, against a receiver in process
// that goes away and comes back. The ledger is the oracle.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "core/exposition.hpp"
#include "core/http_server.hpp"
#include "core/otlp_encode.hpp"
#include "core/span_exporter.hpp"
#include "tests/support/await.hpp"
#include "tests/support/temporary_directory.hpp"

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using tests::soon;

constexpr std::array bounds{.1, 1.};
constexpr core::metric_family duration{"work_seconds", "Work.", core::metric_type::histogram,
                                       bounds};

/// An ExportTraceServiceResponse with `rejected_spans`.
std::string partial(char rejected) {
  return {'\x0a', '\x02', '\x08', rejected};
}

enum class mood { takes, away, refuses, rejects_one, hangs };

class spooled : public ::testing::Test {
 public:
  spooled() {
    receiver = std::make_unique<core::http_server>(
        loop.worker(),
        [this](const core::server_request& r) { return answer(std::string(r.body)); });
    config.endpoint = {false, {"127.0.0.1", *receiver->listen({"127.0.0.1", 0})}, ""};
    config.interval = 10ms;
    config.queue = 1000;
    config.spool.emplace();
    config.spool->directory = root / "spool";
  }

  core::task<core::server_response> answer(std::string body) {
    const auto spans = core::inspect_export_request(body)->spans;
    ++attempts;
    while (now == mood::hangs) co_await core::sleep_for(loop.worker(), 2ms);
    core::server_response out;
    switch (now) {
      case mood::away:
        out.status = 503;
        out.headers.emplace_back("Retry-After", "0");
        break;
      case mood::refuses: out.status = 400; break;
      case mood::rejects_one:
        out.body = partial(1);
        got += spans - 1;
        break;
      case mood::takes:
      case mood::hangs: got += spans; break;
    }
    co_return out;
  }
  core::span a_span(core::observation seen = {}, std::uint64_t end = 2'000'000'000) {
    core::span s;
    s.context = core::new_root(random, true);
    s.name = "work";
    s.end = end;
    s.observed = seen;
    return s;
  }
  void record(int n) {
    for (int i = 0; i < n; ++i) sink.accept(a_span());
  }
  void record_relayed(int n) {
    const std::vector<core::span> list(static_cast<std::size_t>(n), a_span());
    sink.accept(core::span_batch{core::encode_export_request("", list), list.size()});
  }
  /// Waits for `condition`, and for the books to balance at every look.
  template <class Condition>
  void until(Condition condition) {
    const auto looked = [&] {
      const auto ledger = sink.snapshot();
      EXPECT_TRUE(ledger.balanced());
      return condition(ledger);
    };
    EXPECT_TRUE(tests::run(loop, tests::holds(loop.worker(), looked)));
  }
  void until_sent() {
    until([](const core::span_ledger& l) { return l.queued + l.spooled == 0; });
  }
  void flush(core::otlp_sender& sender, core::deadline at) {
    const auto body = [](core::otlp_sender& s, core::deadline d) -> core::task<> {
      co_await s.flush(d);
    };
    loop.run(body(sender, at));
  }
  bool nothing_on_disk() const {
    for (const auto& e : fs::directory_iterator(root / "spool"))
      if (e.path().filename().string().starts_with("spans-")) return false;
    return true;
  }
  std::string exposed(core::exposition_format format = core::exposition_format::openmetrics) {
    core::exposition all;
    all.add(std::make_shared<core::shard_source>(std::vector<const core::metrics_shard*>{&shard},
                                                 &book));
    return all.render(format);
  }

  tests::temporary_directory root;
  tests::loop loop;
  core::random_source random{3};
  core::exemplar_book book;
  core::metrics_shard shard;
  core::histogram_cell& cell = shard.histogram(duration);
  core::span_sink sink{"test", "0", "i", 1000, true};
  std::unique_ptr<core::http_server> receiver;
  core::otlp_config config;
  mood now = mood::takes;
  int attempts = 0;
  std::uint64_t got = 0;
};

TEST_F(spooled, what_the_receiver_does_not_take_waits_on_disk_and_is_sent_later) {
  core::otlp_sender sender(loop.worker(), config, sink, &book);
  now = mood::away;
  sender.start();
  record(700);
  until([](const core::span_ledger& l) { return l.spooled == 700; });
  record_relayed(50);
  until([](const core::span_ledger& l) { return l.spooled == 750; });
  EXPECT_EQ(got, 0u);
  now = mood::takes;
  until_sent();
  EXPECT_EQ(got, 750u);
  EXPECT_EQ(sink.snapshot().exported, 750u);
  EXPECT_TRUE(nothing_on_disk());
  flush(sender, soon());
}

TEST_F(spooled, more_than_half_a_queue_goes_to_disk_while_an_attempt_hangs) {
  config.batch = 10;
  config.timeout = 30s;
  core::otlp_sender sender(loop.worker(), config, sink, &book);
  now = mood::hangs;
  sender.start();
  for (int i = 1; i <= 20; ++i) {
    record(400);
    until([&](const core::span_ledger& l) { return l.queued < 510; });
  }
  EXPECT_EQ(sink.snapshot().dropped_total(), 0u) << "8,000 spans through a queue of 1,000";
  EXPECT_EQ(attempts, 1);
  now = mood::takes;
  until_sent();
  EXPECT_EQ(got, 8000u);
  flush(sender, soon());
}

TEST_F(spooled, what_cannot_be_flushed_is_found_by_the_next_process) {
  {
    core::otlp_sender sender(loop.worker(), config, sink, &book);
    now = mood::away;
    sender.start();
    record(5);
    flush(sender, soon());
    const auto ledger = sink.snapshot();
    EXPECT_EQ(ledger.spooled, 5u);
    EXPECT_EQ(ledger.queued + ledger.dropped_total(), 0u);
    EXPECT_TRUE(ledger.balanced());
  }
  now = mood::takes;
  core::span_sink next("test", "0", "i", 1000, true);
  core::otlp_sender sender(loop.worker(), config, next, &book);
  EXPECT_EQ(next.snapshot().recovered, 5u);
  EXPECT_TRUE(next.snapshot().balanced());
  sender.start();
  EXPECT_TRUE(
      tests::run(loop, tests::holds(loop.worker(), [&] { return next.snapshot().exported == 5; })));
  EXPECT_TRUE(next.snapshot().balanced());
  EXPECT_EQ(got, 5u);
  flush(sender, soon());
}

TEST_F(spooled, a_flush_does_not_wait_for_an_attempt_that_hangs) {
  config.timeout = 30s;
  core::otlp_sender sender(loop.worker(), config, sink, &book);
  now = mood::hangs;
  sender.start();
  record(5);
  until([&](const core::span_ledger&) { return attempts == 1; });
  record(3);
  flush(sender, soon(50ms));
  EXPECT_EQ(sink.snapshot().spooled, 8u);
  EXPECT_EQ(sink.snapshot().queued, 0u);
  EXPECT_TRUE(sink.snapshot().balanced());
  now = mood::takes;
}

TEST_F(spooled, a_flush_sends_what_is_on_disk_when_the_receiver_answers) {
  now = mood::away;
  {
    core::otlp_sender sender(loop.worker(), config, sink, &book);
    sender.start();
    record(20);
    flush(sender, soon());
  }
  now = mood::takes;
  core::span_sink next("test", "0", "i", 1000, true);
  core::otlp_sender sender(loop.worker(), config, next, &book);
  flush(sender, soon());
  EXPECT_EQ(next.snapshot().exported, 20u);
  EXPECT_TRUE(nothing_on_disk());
}

TEST_F(spooled, what_is_refused_for_good_leaves_the_disk_too) {
  core::otlp_sender sender(loop.worker(), config, sink, &book);
  now = mood::away;
  sender.start();
  record(5);
  until([](const core::span_ledger& l) { return l.spooled == 5; });
  now = mood::refuses;
  until_sent();
  EXPECT_EQ(sink.snapshot().dropped[static_cast<int>(core::drop_reason::rejected)], 5u);
  EXPECT_TRUE(nothing_on_disk());
  flush(sender, soon());
}

TEST_F(spooled, without_a_disk_the_spans_stay_in_memory) {
  core::otlp_sender sender(loop.worker(), config, sink, &book);
  fs::remove_all(root / "spool");
  now = mood::away;
  sender.start();
  record(800);  // more than half
  until([&](const core::span_ledger&) {
    core::exposition_writer out(core::exposition_format::text);
    sender.write_metrics(out);
    const auto text = std::move(out).finish();
    return text.find("remora_spool_write_failures_total 0\n") == std::string::npos;
  });
  EXPECT_EQ(sink.snapshot().queued, 800u);
  now = mood::takes;
  until_sent();
  EXPECT_EQ(sink.snapshot().exported, 800u);
  EXPECT_EQ(got, 800u);
  flush(sender, soon());
}

TEST_F(spooled, the_books_balance_whatever_the_receiver_does) {
  config.spool->size.bytes = 64 * 1024;  // so that it fills, too
  config.batch = 64;
  core::otlp_sender sender(loop.worker(), config, sink, &book);
  sender.start();
  std::mt19937 dice(7);
  std::uint64_t looks = 0;
  for (int round = 0; round < 120; ++round) {
    if (round % 6 == 0)
      now = std::array{mood::takes,   mood::away,        mood::away,
                       mood::refuses, mood::rejects_one, mood::hangs}[dice() % 6];
    record(static_cast<int>(dice() % 80));
    if (dice() % 3 == 0) record_relayed(1 + static_cast<int>(dice() % 30));
    for (auto n = dice() % 12; n > 0; --n) {
      const auto body = [](core::worker& w) -> core::task<> { co_await core::sleep_for(w, 3ms); };
      loop.run(body(loop.worker()));
      ASSERT_TRUE(sink.snapshot().balanced()) << "round " << round;
      ++looks;
    }
  }
  now = mood::takes;
  until_sent();
  const auto ledger = sink.snapshot();
  EXPECT_GT(looks, 300u);
  EXPECT_EQ(ledger.received, ledger.exported + ledger.dropped_total());
  EXPECT_GE(got, ledger.exported) << "at least once";
  EXPECT_GT(ledger.exported, 0u);
  EXPECT_GT(ledger.dropped[static_cast<int>(core::drop_reason::rejected)], 0u);
  flush(sender, soon());
  EXPECT_TRUE(sink.snapshot().balanced());
}

TEST_F(spooled, with_a_spool_the_sender_has_a_thread_of_its_own) {
  core::span_exporter exporter(loop.worker(), config, sink, book);
  exporter.start();
  record(1500);
  record(100);
  until([](const core::span_ledger& l) { return l.exported + l.dropped_total() == 1600; });
  now = mood::away;
  record(5);
  const auto body = [](core::span_exporter& e) -> core::task<> { co_await e.flush(soon()); };
  loop.run(body(exporter));
  EXPECT_EQ(sink.snapshot().spooled, 5u);
  EXPECT_TRUE(sink.snapshot().balanced());
}

TEST_F(spooled, an_exemplar_is_shown_after_the_acknowledgement_and_not_before) {
  core::otlp_sender sender(loop.worker(), config, sink, &book);
  now = mood::hangs;
  sender.start();
  const auto s = a_span(cell.observe(.5));
  sink.accept(core::span(s));
  until([&](const core::span_ledger&) { return attempts == 1; });
  EXPECT_EQ(exposed().find(" # {"), std::string::npos);
  now = mood::takes;
  until_sent();
  EXPECT_NE(
      exposed().find("work_seconds_bucket{le=\"1.0\"} 1 # {trace_id=\"" + s.context.trace.hex() +
                     "\",span_id=\"" + s.context.span.hex() + "\"} 0.5 2.000\n"),
      std::string::npos)
      << exposed();
  EXPECT_EQ(exposed(core::exposition_format::text).find('#', 90), std::string::npos)
      << "0.0.4 has no exemplars\n"
      << exposed(core::exposition_format::text);
  flush(sender, soon());
}

TEST_F(spooled, a_refused_or_partly_rejected_batch_has_no_exemplars) {
  core::otlp_sender sender(loop.worker(), config, sink, &book);
  sender.start();
  for (const mood bad : {mood::refuses, mood::rejects_one}) {
    now = bad;
    sink.accept(a_span(cell.observe(.5)));
    sink.accept(a_span(cell.observe(.5)));
    until_sent();
    EXPECT_EQ(exposed().find(" # {"), std::string::npos);
  }
  flush(sender, soon());
}

TEST_F(spooled, what_went_through_the_disk_has_no_exemplar) {
  core::otlp_sender sender(loop.worker(), config, sink, &book);
  now = mood::away;
  sender.start();
  sink.accept(a_span(cell.observe(.5)));
  until([](const core::span_ledger& l) { return l.spooled == 1; });
  now = mood::takes;
  until_sent();
  EXPECT_EQ(sink.snapshot().exported, 1u);
  EXPECT_EQ(exposed().find(" # {"), std::string::npos);
  flush(sender, soon());
}

TEST_F(spooled, what_a_retry_delivers_has_one) {
  config.spool.reset();
  core::otlp_sender sender(loop.worker(), config, sink, &book);
  now = mood::away;
  sender.start();
  sink.accept(a_span(cell.observe(.5)));
  until([&](const core::span_ledger&) { return attempts == 1; });
  now = mood::takes;
  until_sent();
  EXPECT_NE(exposed().find(" # {"), std::string::npos);
  flush(sender, soon());
}

}  // namespace
