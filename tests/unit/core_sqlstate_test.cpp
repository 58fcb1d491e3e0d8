#include "core/sqlstate.hpp"

#include <gtest/gtest.h>

namespace {

TEST(sqlstate, survives_as_an_error_code) {
  for (const char* state : {"23505", "57014", "08006", "22P02", "ZZZZZ", "00001"})
    EXPECT_EQ(core::sqlstate(core::sqlstate_error(state)), state);
}

TEST(sqlstate, is_empty_for_other_errors) {
  EXPECT_EQ(core::sqlstate(core::errc::timed_out), "");
  EXPECT_EQ(core::sqlstate({}), "");
}

TEST(sqlstate_in, finds_it_in_verbose_messages_only) {
  EXPECT_EQ(core::sqlstate_in("ERROR:  42501: permission denied for table x\nLOCATION:  y"),
            "42501");
  EXPECT_EQ(core::sqlstate_in("FEHLER:  22P05: nicht darstellbar"), "22P05");
  for (const char* none : {"", "ERROR:  permission denied", "ERROR:  4250", "ERROR:  42501",
                           "ERROR:  42x01: no", "\nERROR:  42501: second line"})
    EXPECT_EQ(core::sqlstate_in(none), "") << none;
}

TEST(is_data_error, knows_the_classes_that_no_second_try_helps) {
  EXPECT_TRUE(core::is_data_error(core::sqlstate_error("23503")));
  EXPECT_TRUE(core::is_data_error(core::sqlstate_error("22P05")));
  EXPECT_FALSE(core::is_data_error(core::sqlstate_error("57014")));
  EXPECT_FALSE(core::is_data_error(core::sqlstate_error("08006")));
  EXPECT_FALSE(core::is_data_error(core::errc::timed_out));
}

}  // namespace
