#include "core/problem_details.hpp"

#include <gtest/gtest.h>

namespace {

TEST(problem_response, is_an_rfc_9457_document) {
  const auto response = core::problem_response(404, "No security \"X\".");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(response.body, R"({"type":"about:blank","title":"Not Found","status":404,)"
                           R"("detail":"No security \"X\"."})");
}

TEST(problem_response, points_to_the_offending_field) {
  EXPECT_EQ(core::problem_response(400, "Must be a string.", "/message/a~1b").body,
            R"({"type":"about:blank","title":"Bad Request","status":400,)"
            R"("detail":"Must be a string.","pointer":"/message/a~1b"})");
}

}  // namespace
