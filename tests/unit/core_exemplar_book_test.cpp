#include "core/exemplar_book.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "core/exposition.hpp"
#include "core/span_sink.hpp"

namespace {

using core::exemplar_book;
using core::exemplar_mode;
using core::exposition_format;

constexpr std::array bounds{.1, 1., 10.};
constexpr core::metric_family family{"work_seconds", "Work.", core::metric_type::histogram, bounds};

core::exemplar_candidate candidate(core::observation seen, std::uint8_t trace,
                                   std::uint64_t nanos) {
  core::exemplar_candidate out{seen, {}, {}, nanos};
  out.trace.bytes.fill(trace);
  out.span.bytes.fill(0xab);
  return out;
}

core::span a_span(core::observation seen) {
  core::span s;
  s.context.trace.bytes.fill(1);
  s.context.span.bytes.fill(2);
  s.end = 5'000'000'000;
  s.observed = seen;
  return s;
}

std::string render(const exemplar_book& book, std::vector<const core::metrics_shard*> shards,
                   exposition_format format = exposition_format::openmetrics) {
  core::exposition all;
  all.add(std::make_shared<core::shard_source>(std::move(shards), &book));
  return all.render(format);
}

std::string id(char digit) {
  return std::string(32, digit);
}

TEST(exemplar_book, an_observation_says_where_it_went) {
  core::metrics_shard shard;
  auto& cell = shard.histogram(family);
  const auto seen = cell.observe(.5);
  EXPECT_EQ(seen.cell, &cell);
  EXPECT_EQ(seen.bucket, 1u);
  EXPECT_EQ(seen.value, .5);
  EXPECT_EQ(cell.observe(11).bucket, 3u);
}

TEST(exemplar_book, an_exemplar_stands_behind_its_bucket) {
  core::metrics_shard shard;
  auto& cell = shard.histogram(family, {{"route", "/a"}});
  shard.histogram(family, {{"route", "/b"}}).observe(.5);
  exemplar_book book;
  const std::vector list{candidate(cell.observe(.5), 0x11, 1'790'000'000'123'456'789),
                         candidate(cell.observe(11), 0x22, 1'790'000'000'000'000'000)};
  book.acknowledged(list);
  EXPECT_EQ(render(book, {&shard}),
            "# HELP work_seconds Work.\n# TYPE work_seconds histogram\n"
            "work_seconds_bucket{route=\"/a\",le=\"0.1\"} 0\n"
            "work_seconds_bucket{route=\"/a\",le=\"1.0\"} 1 # {trace_id=\"" +
                id('1') +
                "\",span_id=\"abababababababab\"} 0.5 1790000000.123\n"
                "work_seconds_bucket{route=\"/a\",le=\"10.0\"} 1\n"
                "work_seconds_bucket{route=\"/a\",le=\"+Inf\"} 2 # {trace_id=\"" +
                id('2') +
                "\",span_id=\"abababababababab\"} 11 1790000000.000\n"
                "work_seconds_sum{route=\"/a\"} 11.5\nwork_seconds_count{route=\"/a\"} 2\n"
                "work_seconds_bucket{route=\"/b\",le=\"0.1\"} 0\n"
                "work_seconds_bucket{route=\"/b\",le=\"1.0\"} 1\n"
                "work_seconds_bucket{route=\"/b\",le=\"10.0\"} 1\n"
                "work_seconds_bucket{route=\"/b\",le=\"+Inf\"} 1\n"
                "work_seconds_sum{route=\"/b\"} 0.5\nwork_seconds_count{route=\"/b\"} 1\n"
                "# EOF\n");
  EXPECT_EQ(render(book, {&shard}, exposition_format::text),
            render(exemplar_book(), {&shard}, exposition_format::text))
      << "0.0.4 has no exemplars";
}

TEST(exemplar_book, the_newest_of_a_bucket_stays) {
  core::metrics_shard shard;
  auto& cell = shard.histogram(family);
  exemplar_book book;
  const std::vector first{candidate(cell.observe(.5), 0x11, 200)};
  const std::vector older{candidate(cell.observe(.6), 0x22, 199)};
  const std::vector as_old{candidate(cell.observe(.7), 0x33, 200)};
  const std::vector newer{candidate(cell.observe(.8), 0x44, 201)};
  for (const auto* list : {&first, &older, &as_old}) book.acknowledged(*list);
  EXPECT_EQ(book.read().of(cell)[1].value, .5);
  book.acknowledged(newer);
  EXPECT_EQ(book.read().of(cell)[1].value, .8);
  EXPECT_EQ(book.read().of(cell)[0].unix_nanos, 0u);
}

TEST(exemplar_book, forgets_a_cell_and_what_is_still_under_way_for_it) {
  core::metrics_shard shard;
  auto& cell = shard.histogram(family);
  exemplar_book book;
  const std::vector early{candidate(cell.observe(.5), 0x11, 100)};
  const std::vector late{candidate(cell.observe(.6), 0x22, 200)};
  const std::vector next{candidate(cell.observe(.7), 0x33, 201)};
  book.acknowledged(early);
  book.forget(cell, 200);
  EXPECT_TRUE(book.read().of(cell).empty());
  book.acknowledged(late);
  EXPECT_TRUE(book.read().of(cell).empty());
  book.acknowledged(next);  // of a new cell at the same place
  EXPECT_EQ(book.read().of(cell)[1].value, .7);
}

TEST(exemplar_book, of_several_workers_the_newest_is_shown) {
  core::metrics_shard one, two;
  auto& first = one.histogram(family);
  auto& second = two.histogram(family);
  exemplar_book book;
  const std::vector list{candidate(first.observe(.5), 0x11, 3'000'000'000),
                         candidate(second.observe(.6), 0x22, 4'000'000'000),
                         candidate(first.observe(5), 0x33, 2'000'000'000)};
  book.acknowledged(list);
  const auto text = render(book, {&one, &two});
  EXPECT_NE(text.find("le=\"1.0\"} 2 # {trace_id=\"" + id('2')), std::string::npos) << text;
  EXPECT_NE(text.find("le=\"10.0\"} 3 # {trace_id=\"" + id('3')), std::string::npos) << text;
  EXPECT_EQ(text.find(id('1')), std::string::npos) << text;
}

TEST(exemplar_book, every_exemplar_is_inside_of_its_bucket_and_short_enough) {
  core::metrics_shard shard;
  auto& cell = shard.histogram(family);
  exemplar_book book;
  std::uint64_t time = 1;
  for (const double value : {0., .1, .1000001, 1., 9.99, 10., 10.001, 1e9}) {
    const auto seen = cell.observe(value);
    const double above = seen.bucket < bounds.size() ? bounds[seen.bucket] : value;
    const double below = seen.bucket > 0 ? bounds[seen.bucket - 1] : -1;
    EXPECT_LE(value, above);
    EXPECT_GT(value, below);
    const std::vector list{candidate(seen, 0x11, ++time)};
    book.acknowledged(list);
  }
  const auto text = render(book, {&shard});
  for (auto at = text.find(" # {"); at != std::string::npos; at = text.find(" # {", at + 1)) {
    const auto labels = text.substr(at + 4, text.find("} ", at + 4) - at - 4);
    EXPECT_LE(labels.size(), 128u) << labels;
  }
}

TEST(exemplar_book, off_means_none_and_acknowledged_needs_an_acknowledgement) {
  core::metrics_shard shard;
  auto& cell = shard.histogram(family);
  const std::vector list{candidate(cell.observe(.5), 0x11, 1)};
  for (const auto mode : {exemplar_mode::off, exemplar_mode::acknowledged}) {
    exemplar_book book(mode);
    core::span_sink sink("service", "1", "i", 10, false);
    sink.show_in(book);
    sink.accept(a_span(cell.observe(.5)));
    EXPECT_TRUE(book.read().empty());
    if (mode == exemplar_mode::off) book.acknowledged(list);
    EXPECT_TRUE(book.read().empty());
  }
}

TEST(exemplar_book, local_shows_what_is_kept_here_also_without_a_backend) {
  core::metrics_shard shard;
  auto& cell = shard.histogram(family);
  exemplar_book book(exemplar_mode::local);
  core::span_sink sink("service", "1", "i", 10, false);
  sink.show_in(book);
  sink.accept(a_span({}));
  EXPECT_TRUE(book.read().empty()) << "a span that observed nothing";
  sink.accept(a_span(cell.observe(.5)));
  EXPECT_EQ(book.read().of(cell)[1].value, .5);
}

TEST(exemplar_book, local_does_not_wait_for_a_reader) {
  core::metrics_shard shard;
  auto& cell = shard.histogram(family);
  exemplar_book book(exemplar_mode::local);
  book.kept(a_span(cell.observe(.5)));
  const auto reading = book.read();
  auto newer = a_span(cell.observe(.7));
  newer.end += 1;
  std::thread([&] { book.kept(newer); }).join();  // comes back, though the book is held
  EXPECT_EQ(reading.of(cell)[1].value, .5);
}

TEST(exemplar_book, is_read_while_it_is_written) {
  core::metrics_shard shard;
  auto& cell = shard.histogram(family);
  const auto seen = cell.observe(.5);
  exemplar_book book;
  std::thread writer([&] {
    for (std::uint64_t i = 1; i <= 5000; ++i) {
      const std::vector list{candidate(seen, 0x11, i)};
      book.acknowledged(list);
    }
  });
  std::uint64_t last = 0;
  while (last < 5000) {
    const auto reading = book.read();
    if (reading.empty()) continue;
    const auto shown = reading.of(cell)[1].unix_nanos;
    EXPECT_GE(shown, last);
    last = shown;
  }
  writer.join();
}

TEST(span_sink, a_batch_carries_the_candidates_of_its_own_spans) {
  core::metrics_shard shard;
  auto& cell = shard.histogram(family);
  core::span_sink sink("service", "1", "i", 10, true);
  sink.accept(a_span(cell.observe(.5)));
  sink.accept(a_span({}));
  auto batch = sink.take(10);
  ASSERT_EQ(batch.exemplars.size(), 1u);
  EXPECT_EQ(batch.exemplars[0].seen.value, .5);
  EXPECT_EQ(batch.exemplars[0].unix_nanos, 5'000'000'000u);
  sink.give_back(std::move(batch));
  EXPECT_EQ(sink.waiting(), 2u);
  EXPECT_EQ(sink.take(10).exemplars.size(), 1u) << "also when it was given back meanwhile";
  EXPECT_TRUE(sink.snapshot().balanced());
}

TEST(span_sink, moves_between_memory_and_disk_keep_the_balance) {
  core::span_sink sink("service", "1", "i", 10, true);
  sink.recovered(3);
  EXPECT_TRUE(sink.snapshot().balanced());
  sink.accept(a_span({}));
  sink.spooled(sink.take(1).spans);
  EXPECT_EQ(sink.snapshot().spooled, 4u);
  EXPECT_EQ(sink.snapshot().queued, 0u);
  EXPECT_TRUE(sink.snapshot().balanced());
  sink.exported(2, core::span_stock::spool);
  sink.dropped(2, core::drop_reason::spool_full, core::span_stock::spool);
  EXPECT_EQ(sink.snapshot().spooled, 0u);
  EXPECT_TRUE(sink.snapshot().balanced());
}

}  // namespace
