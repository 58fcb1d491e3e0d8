#include "probe/replay/bundle_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fstream>

#include "core/file_io.hpp"
#include "probe/replay/failures_page.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/probe_bundle_runs.hpp"

namespace {

using namespace std::chrono_literals;
using namespace probe::tests;
using probe::bundle_store;
using probe::failures_config;
using testing::HasSubstr;
using testing::Not;

class kept_bundles : public testing::Test {
 protected:
  /// A failed run that differs from others in its intended start and trace.
  probe::run_result failure(char trace = 'b') {
    auto r = leaking_run(true, start_ + 1ms * ++n_);
    r.context = context_of(trace);
    return r;
  }
  probe::run_result success(const std::string& scenario) {
    auto r = leaking_run(false, start_ + 1ms * ++n_);
    auto s = *r.scenario;
    s.name = scenario;
    r.scenario = std::make_shared<probe::scenario>(s);
    return r;
  }
  failures_config in_folder() const {
    failures_config rules;
    rules.folder = (folder_ / "bundles").string();
    return rules;
  }
  std::size_t files() const {
    std::size_t out = 0;
    for (const auto& entry : std::filesystem::directory_iterator(in_folder().folder)) {
      EXPECT_EQ(entry.path().extension(), ".json") << "a temporary file stayed";
      ++out;
    }
    return out;
  }
  static std::vector<std::string> ids(const bundle_store& store,
                                      const probe::bundle_filter& filter = {}) {
    std::vector<std::string> out;
    for (const auto* e : store.list(filter)) out.push_back(e->id);
    return out;
  }

  const core::wall_clock wall_;
  const core::instant start_ = core::now();
  tests::temporary_directory folder_;
  int n_ = 0;
};

TEST_F(kept_bundles, are_the_last_ones_and_failures_apart_from_successes) {
  failures_config rules;
  rules.keep_failures = 3;
  rules.keep_successes = 2;
  bundle_store store(wall_, rules);
  for (int i = 0; i < 5; ++i) store.note(failure());
  for (int i = 0; i < 5; ++i) store.note(success("s" + std::to_string(i)));
  EXPECT_EQ(store.size(), 5u);
  EXPECT_EQ(store.list({}).size(), 3u);
  probe::bundle_filter passed;
  passed.outcome = "passed";
  EXPECT_EQ(store.list(passed).size(), 2u);
  EXPECT_GT(store.list({})[0]->intended, store.list({})[2]->intended) << "the newest first";
}

TEST_F(kept_bundles, of_a_storm_are_no_storm) {
  failures_config rules;
  rules.keep_failures = 1000;
  bundle_store store(wall_, rules);
  for (int i = 0; i < 500; ++i) store.note(failure());
  EXPECT_LE(store.size(), 2u * bundle_store::most_failures_a_second);
  core::exposition_writer out(core::exposition_format::text);
  store.write_metrics(out);
  EXPECT_THAT(std::move(out).finish(),
              HasSubstr("remora_probe_bundles_total{result=\"skipped\"} 4"));
}

TEST_F(kept_bundles, of_one_scenario_that_passes_are_seldom) {
  bundle_store store(wall_, {});
  for (int i = 0; i < 50; ++i) store.note(success("same"));
  EXPECT_EQ(store.size(), 1u);
}

TEST_F(kept_bundles, in_memory_are_a_mebibyte_at_most) {
  failures_config rules;
  rules.bodies = {"*"};
  rules.max_body.bytes = 1024 * 1024;
  bundle_store store(wall_, rules);
  for (int i = 0; i < 10; ++i) {
    auto r = failure();
    auto record = std::make_shared<probe::step_record>(*r.steps[1].record);
    record->last.answer.body.assign(300'000, 'x');
    r.steps[1].record = record;
    store.note(r);
  }
  EXPECT_LE(store.size(), 3u);
  EXPECT_GE(store.size(), 1u);
}

TEST_F(kept_bundles, give_way_successes_first) {
  failures_config rules;
  bundle_store store(wall_, rules);
  store.note(success("s"));
  for (int i = 0; i < 3; ++i) store.note(failure());
  rules.max_bytes.bytes = store.list({})[0]->size * 3 + 10;
  store.replace(rules);
  EXPECT_EQ(store.list({}).size(), 3u);
  EXPECT_EQ(store.size(), 3u);
}

TEST_F(kept_bundles, in_a_folder_survive_a_restart) {
  std::vector<std::string> before;
  std::string text;
  {
    bundle_store store(wall_, in_folder());
    for (int i = 0; i < 4; ++i) store.note(failure());
    before = ids(store);
    text = store.read(before[0]).value();
  }
  EXPECT_EQ(files(), 4u);
  std::ofstream(std::filesystem::path(in_folder().folder) / "notes.json") << "not a bundle";
  bundle_store again(wall_, in_folder());
  EXPECT_EQ(ids(again), before);
  EXPECT_EQ(again.read(before[0]), text);
  EXPECT_EQ(files(), 5u) << "what is none of ours stays";
}

TEST_F(kept_bundles, that_are_too_many_leave_the_folder) {
  {
    auto rules = in_folder();
    rules.keep_failures = 2;
    bundle_store store(wall_, rules);
    for (int i = 0; i < 6; ++i) store.note(failure());
  }
  EXPECT_EQ(files(), 2u);
}

TEST_F(kept_bundles, that_are_too_old_leave_the_folder) {
  {
    bundle_store store(wall_, in_folder());
    auto old = failure();
    old.intended -= 2h;
    store.note(old);
    store.note(failure());
  }
  auto rules = in_folder();
  rules.max_age = 1h;
  const bundle_store store(wall_, rules);
  EXPECT_EQ(store.size(), 1u);
}

TEST_F(kept_bundles, can_be_read_by_nobody_else) {
  { bundle_store(wall_, in_folder()).note(failure()); }
  for (const auto& entry : std::filesystem::directory_iterator(in_folder().folder)) {
    struct stat about {};
    ASSERT_EQ(stat(entry.path().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600u);
  }
}

TEST_F(kept_bundles, need_a_folder_that_can_be_written) {
  auto rules = in_folder();
  rules.folder = "/proc/nowhere";
  EXPECT_THROW(bundle_store(wall_, rules), std::runtime_error);
}

TEST_F(kept_bundles, are_filtered) {
  bundle_store store(wall_, {});
  store.note(failure());
  auto other = failure('c');
  other.steps[1].failure =
      probe::verdict{probe::place_of_failure::edge, probe::failure_reason::reset};
  store.note(other);
  probe::bundle_filter filter;
  filter.where = "edge";
  ASSERT_EQ(store.list(filter).size(), 1u);
  EXPECT_EQ(store.list(filter)[0]->why, "reset");
  filter.why = "status";
  EXPECT_EQ(store.list(filter).size(), 0u);
  EXPECT_EQ(store.choices().at("where"), (std::vector<std::string>{"app", "edge"}));
}

TEST_F(kept_bundles, are_listed_as_json_with_their_phases_and_trace) {
  bundle_store store(wall_, {});
  store.note(failure());
  const auto one = boost::json::parse(store.list({})[0]->json);
  EXPECT_EQ(one.at("where").as_string(), "app");
  EXPECT_EQ(one.at("why").as_string(), "status");
  EXPECT_EQ(one.at("trace_id").as_string(), std::string(32, 'b'));
  EXPECT_NEAR(one.at("steps").at(0).at("phases").at("wait").to_number<double>(), 0.009, 1e-9);
  EXPECT_EQ(one.at("bundle").as_string(), "/failures/" + store.list({})[0]->id);
}

TEST_F(kept_bundles, on_the_page_are_escaped) {
  bundle_store store(wall_, {});
  auto r = failure();
  r.steps[1].detail = "<script>alert(1)</script>";
  store.note(r);
  const auto page = failures_html(store.list({}), {}, store.choices(), store.size());
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)"));
  EXPECT_THAT(page, HasSubstr("download=\"" + store.list({})[0]->id + ".json\""));
  EXPECT_THAT(page, Not(HasSubstr("hunter2")));
  EXPECT_THAT(page, HasSubstr("1 shown, 1 kept"));
}

TEST_F(kept_bundles, the_page_says_when_there_are_none) {
  const bundle_store store(wall_, {});
  probe::bundle_filter filter;
  filter.scenario = "gone";
  const auto page = failures_html(store.list(filter), filter, store.choices(), 0);
  EXPECT_THAT(page, HasSubstr("No run of this kind is kept."));
  EXPECT_THAT(page, HasSubstr("<option value=\"gone\" selected>"));
}

}  // namespace
