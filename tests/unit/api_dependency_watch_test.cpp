#include "api/telemetry/dependency_watch.hpp"

#include <gtest/gtest.h>

#include "tests/support/await.hpp"

namespace {

class dependency_watch : public ::testing::Test {
 protected:
  core::task<core::result<>> answer(core::deadline until) {
    ++asked;
    has_deadline = until.at != core::instant::max();
    if (!there) co_return core::errc::refused;
    co_return core::result<>();
  }
  void watch(core::readiness::condition* condition) {
    loop.worker().start("watch",
                        api::watch_dependency(
                            loop.worker(), "something",
                            [this](core::deadline until) { return answer(until); }, condition));
  }
  bool comes_true(std::function<bool()> condition) {
    return tests::run(loop, tests::holds(loop.worker(), std::move(condition)));
  }

  tests::loop loop;
  core::readiness ready;
  int asked = 0;
  bool there = true, has_deadline = false;
};

TEST_F(dependency_watch, tells_what_it_finds_at_once_and_again) {
  auto& condition = ready.add("something", 1);
  watch(&condition);
  EXPECT_TRUE(comes_true([&] { return condition.met(); }));
  EXPECT_TRUE(has_deadline);
  there = false;
  EXPECT_TRUE(comes_true([&] { return !condition.met(); }));
  there = true;
  EXPECT_TRUE(comes_true([&] { return condition.met(); }));
  EXPECT_GE(asked, 3);
}

TEST_F(dependency_watch, may_look_without_telling_anybody) {
  there = false;
  watch(nullptr);
  EXPECT_TRUE(comes_true([this] { return asked >= 2; }));
}

}  // namespace
