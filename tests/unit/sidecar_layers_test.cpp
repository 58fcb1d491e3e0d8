#include "sidecar/proxy/layers.hpp"

#include <gtest/gtest.h>

#include "core/exposition.hpp"
#include "sidecar/proxy/listener_settings.hpp"
#include "tests/support/loop.hpp"

namespace {

using namespace sidecar;

struct noting {
  std::string* log;
  std::string name;
  bool stops = false;
  std::optional<reply> before(exchange_record&) {
    *log += "b" + name;
    return stops ? std::optional<reply>(reply{429, failure::none, ""}) : std::nullopt;
  }
  void answering(exchange_record&) { *log += "a" + name; }
  void after(const exchange_record&) { *log += "f" + name; }
};

struct only_after {
  std::string* log;
  void after(const exchange_record&) { *log += "x"; }
};

TEST(layer_list, runs_before_downwards_and_the_rest_upwards) {
  std::string log;
  layer_list layers(noting{&log, "1"}, only_after{&log}, noting{&log, "2"});
  exchange_record record;
  EXPECT_FALSE(layers.before(record));
  layers.answering(record);
  layers.after(record);
  EXPECT_EQ(log, "b1b2a2a1f2xf1");
}

TEST(layer_list, a_reply_ends_the_way_down_and_everything_still_observes) {
  std::string log;
  layer_list layers(noting{&log, "1"}, noting{&log, "2", true}, noting{&log, "3"});
  exchange_record record;
  EXPECT_EQ(layers.before(record)->status, 429);
  layers.after(record);
  EXPECT_EQ(log, "b1b2f3f2f1");
}

struct holding {
  std::string* log;
  int status = 0;  // of the reply that the hold ends with; 0: the request goes on
  core::task<std::optional<reply>> hold(exchange_record&) {
    *log += "h" + std::to_string(status);
    if (status == 0) co_return std::nullopt;
    co_return reply{status, failure::none, ""};
  }
};

TEST(layer_list, holds_downwards_until_one_replies) {
  std::string log;
  layer_list layers(holding{&log}, only_after{&log}, holding{&log, 503}, holding{&log, 429});
  exchange_record record;
  std::optional<reply> answer;
  const auto held = [&]() -> core::task<> { answer = co_await layers.hold(record); };
  tests::loop().run(held());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(log, "h0h503");
}

class context_layers : public ::testing::Test {
 protected:
  context_layers() {
    record.listener = &settings;
    record.request = &head;
  }
  void header(std::string_view name, std::string_view value) { head.fields.add({name, value}); }
  core::request_head head;
  listener_settings settings;
  exchange_record record;
  core::metrics_shard metrics;
  core::wall_clock wall;
};

constexpr std::string_view parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST_F(context_layers, caller_context_reads_parent_and_state) {
  header("traceparent", parent);
  header("tracestate", "a=1");
  header("tracestate", "b=2");
  caller_context().before(record);
  EXPECT_EQ(record.caller.trace.hex(), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(record.state.to_string(), "a=1,b=2");
}

TEST_F(context_layers, two_parents_start_a_new_trace_without_state) {
  header("traceparent", parent);
  header("traceparent", parent);
  header("tracestate", "a=1");
  caller_context().before(record);
  EXPECT_FALSE(record.caller);
  EXPECT_TRUE(record.state.empty());
}

TEST_F(context_layers, strangers_cannot_mark_themselves_synthetic) {
  header("traceparent", parent);
  header("tracestate", "remora=synthetic,a=1");
  caller_context().before(record);
  synthetic_mark(metrics, wall, nullptr).before(record);
  EXPECT_FALSE(record.synthetic);
  EXPECT_EQ(record.state.to_string(), "a=1");
}

TEST_F(context_layers, peers_are_taken_at_their_word) {
  settings.trust = trust_level::peers;
  header("traceparent", parent);
  header("tracestate", "remora=synthetic");
  caller_context().before(record);
  synthetic_mark(metrics, wall, nullptr).before(record);
  EXPECT_TRUE(record.synthetic);
  EXPECT_FALSE(record.verified_here);
}

TEST_F(context_layers, a_peers_word_may_be_load) {
  settings.trust = trust_level::peers;
  header("traceparent", parent);
  header("tracestate", "remora=load");
  caller_context().before(record);
  synthetic_mark(metrics, wall, nullptr).before(record);
  EXPECT_TRUE(record.synthetic);
  EXPECT_TRUE(record.load);
  EXPECT_EQ(record.state.to_string(), "remora=load");
}

class signed_requests : public context_layers {
 protected:
  signed_requests() {
    record.received = core::now();
    key.id = "k1";
    key.key = core::secret(std::string(32, 's'));
    verifier = std::make_shared<shared_verifier>(std::vector{key});
  }
  std::string signature(std::int64_t offset = 0) {
    std::array<std::uint8_t, 12> nonce{};
    nonce.fill(++nonces);
    return core::sign_probe("critical-path",
                            static_cast<std::int64_t>(wall.unix_seconds(record.received)) + offset,
                            nonce, key);
  }
  void pass(const std::string& value) {
    head.fields.clear();
    header("remora-probe", value);
    mark.before(record);
  }
  double counted(const char* result) {
    return static_cast<double>(
        metrics
            .counter({"remora_probe_signature_total", "", core::metric_type::counter},
                     {{"result", result}})
            .value());
  }
  core::signing_key key;
  std::shared_ptr<shared_verifier> verifier;
  std::uint8_t nonces = 0;
  synthetic_mark mark{metrics, wall, nullptr};
  void use_verifier() { mark = synthetic_mark(metrics, wall, verifier); }
};

TEST_F(signed_requests, a_fresh_signature_is_verified_and_marked_onward) {
  use_verifier();
  pass(signature());
  EXPECT_TRUE(record.synthetic);
  EXPECT_TRUE(record.verified_here);
  EXPECT_EQ(record.state.to_string(), "remora=synthetic");
  EXPECT_EQ(counted("verified"), 1);
}

TEST_F(signed_requests, load_is_synthetic_and_marked_onward_as_load) {
  use_verifier();
  std::array<std::uint8_t, 12> nonce{};
  pass(core::sign_probe("critical-path",
                        static_cast<std::int64_t>(wall.unix_seconds(record.received)), nonce, key,
                        core::probe_purpose::load));
  EXPECT_TRUE(record.synthetic);
  EXPECT_TRUE(record.load);
  EXPECT_TRUE(record.verified_here);
  EXPECT_EQ(record.state.to_string(), "remora=load");
}

TEST_F(signed_requests, replayed_late_forged_and_unknown_ones_are_not) {
  use_verifier();
  const auto once = signature();
  pass(once);
  pass(once);
  EXPECT_FALSE(record.synthetic);
  EXPECT_EQ(counted("replayed"), 1);
  pass(signature(-120));
  EXPECT_EQ(counted("expired"), 1);
  auto forged = signature();
  forged.back() = forged.back() == '0' ? '1' : '0';
  pass(forged);
  EXPECT_EQ(counted("bad_signature"), 1);
  key.id = "k2";
  pass(signature());
  EXPECT_EQ(counted("unknown_key"), 1);
  pass("nonsense");
  EXPECT_EQ(counted("malformed"), 1);
  EXPECT_FALSE(record.synthetic);
}

TEST_F(signed_requests, without_keys_every_signature_is_of_an_unknown_key) {
  pass(signature());
  EXPECT_FALSE(record.synthetic);
  EXPECT_EQ(counted("unknown_key"), 1);
}

}  // namespace
