// From a proxied request to the exemplar of its duration: the span carries what was observed, and
// what it carries stays good over a reload.
#include "core/exposition.hpp"
#include "tests/integration/proxied.hpp"

namespace {

class exemplars : public tests::proxied {
 public:
  exemplars() {
    config.inbound.push_back(inbound(app()));
    config.outbound.push_back(outbound("out", config.inbound[0].upstream));
    config.tracing.sample_ratio = 1;
    start();
  }
  /// The candidates of everything that was recorded.
  std::vector<core::exemplar_candidate> taken() { return sink.take(100).exemplars; }
  std::string openmetrics() {
    core::exposition all;
    all.add(std::make_shared<core::shard_source>(proxy->shards(), &book));
    return all.render(core::exposition_format::openmetrics);
  }

  core::exemplar_book book;
};

TEST_F(exemplars, a_requests_span_carries_its_duration_and_bucket) {
  ask("/");
  const auto found = taken();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_GT(found[0].seen.value, 0);
  EXPECT_EQ(found[0].seen.cell->bucket(found[0].seen.bucket), 1u);
  EXPECT_EQ(openmetrics().find(" # {"), std::string::npos) << "nobody has acknowledged it";
  book.acknowledged(found);
  const auto text = openmetrics();
  const auto at = text.find(" # {trace_id=\"" + found[0].trace.hex());
  ASSERT_NE(at, std::string::npos) << text;
  const auto line = text.substr(text.rfind('\n', at) + 1, 80);
  EXPECT_TRUE(line.starts_with("http_server_request_duration_seconds_bucket{")) << line;
}

TEST_F(exemplars, a_call_of_the_application_has_one_too) {
  ask({}, at("out"));
  book.acknowledged(taken());
  const auto text = openmetrics();
  const auto at = text.find(" # {");
  ASSERT_NE(at, std::string::npos) << text;
  const auto line = text.substr(text.rfind('\n', at) + 1, 80);
  EXPECT_TRUE(line.starts_with("http_client_request_duration_seconds_bucket{")) << line;
}

TEST_F(exemplars, spans_from_before_a_reload_can_still_be_acknowledged) {
  ask("/");
  const auto before = taken();
  config.inbound[0].routes.emplace_back().route = "/others/{id}";
  proxy->reload(config);
  ask("/");
  book.acknowledged(before);
  EXPECT_NE(openmetrics().find(before.at(0).trace.hex()), std::string::npos);
}

TEST_F(exemplars, what_is_not_sampled_has_none) {
  config.tracing.sample_ratio = 0;
  proxy->reload(config);
  ask("/");
  EXPECT_TRUE(taken().empty());
}

}  // namespace
