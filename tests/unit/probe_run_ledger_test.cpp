#include "probe/engine/run_ledger.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace {

using probe::missed_reason;
using probe::run_ledger;

TEST(run_ledger, balances_after_every_call) {
  run_ledger l;
  EXPECT_TRUE(l.admit(2));
  EXPECT_TRUE(l.admit(2));
  EXPECT_FALSE(l.admit(2));
  EXPECT_TRUE(l.balanced());
  l.finish();
  l.abandon();
  EXPECT_TRUE(l.balanced());
  EXPECT_EQ(l.scheduled(), 3u);
  EXPECT_EQ(l.runs(), 1u);
  EXPECT_EQ(l.running(), 0u);
  EXPECT_EQ(l.missed(missed_reason::overrun), 1u);
  EXPECT_EQ(l.missed(missed_reason::shutdown), 1u);
}

TEST(run_ledger, counts_what_never_began_by_its_reason) {
  run_ledger l;
  l.miss(missed_reason::suspended, 36'000);
  l.miss(missed_reason::late);
  EXPECT_TRUE(l.admit(1));
  l.abandon(missed_reason::exhausted);
  EXPECT_EQ(l.scheduled(), 36'002u);
  EXPECT_EQ(l.missed(), 36'002u);
  EXPECT_EQ(l.missed(missed_reason::exhausted), 1u);
  EXPECT_TRUE(l.balanced());
}

TEST(run_ledger, every_reason_has_a_label_of_its_own) {
  std::set<std::string> labels;
  for (const auto why : probe::all_missed_reasons) labels.insert(to_label(why));
  EXPECT_EQ(labels.size(), probe::all_missed_reasons.size());
}

}  // namespace
