#include "api/queue/redis_messages.hpp"

#include <gtest/gtest.h>

namespace {

using api::redis_kind;
using api::redis_reply;

redis_reply text(std::string s) {
  return {redis_kind::string, std::move(s), 0, {}};
}
redis_reply list(std::vector<redis_reply> items) {
  return {redis_kind::array, "", 0, std::move(items)};
}
redis_reply error(std::string s) {
  return {redis_kind::error, std::move(s), 0, {}};
}
redis_reply number(std::int64_t n) {
  return {redis_kind::integer, "", n, {}};
}

const std::string id = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
const api::queued_message message{
    id, "notes", "{\"a\":1}", 1'700'000'000'123, "00-…-01", "remora=synthetic", true};

// What Redis would give back for an XADD.
redis_reply stored_entry(const api::redis_command& add) {
  std::vector<redis_reply> fields;
  for (std::size_t i = 3; i < add.size(); ++i) fields.push_back(text(add[i]));
  return list({text("1-0"), list(std::move(fields))});
}

TEST(redis_messages, an_entry_gives_back_the_message) {
  const auto commands = api::accepting_commands(message);
  ASSERT_EQ(commands.size(), 4u);
  EXPECT_EQ(commands[1][1], "remora:messages");
  EXPECT_EQ(commands[2], (api::redis_command{"SET", "remora:pending:" + id, ""}));
  const auto d = api::to_delivery(stored_entry(commands[1]));
  EXPECT_EQ(d.malformed, "");
  EXPECT_EQ(d.receipt, "1-0");
  EXPECT_EQ(d.message.id, id);
  EXPECT_EQ(d.message.topic, "notes");
  EXPECT_EQ(d.message.message, "{\"a\":1}");
  EXPECT_EQ(d.message.accepted_at, 1'700'000'000'123);
  EXPECT_TRUE(d.message.synthetic);
}

TEST(redis_messages, an_entry_that_lacks_anything_says_what) {
  EXPECT_NE(api::to_delivery(list({text("1-0"), list({})})).malformed, "");
  auto add = api::accepting_commands(message)[1];
  add[10] = "soon";  // accepted_at
  EXPECT_EQ(api::to_delivery(stored_entry(add)).malformed,
            "the entry's accepted_at is not a number");
  EXPECT_NE(api::to_delivery(number(1)).malformed, "");
}

TEST(redis_messages, deleted_entries_are_left_out) {
  EXPECT_TRUE(
      api::to_deliveries(list({redis_reply{}, list({text("1-0"), redis_reply{}})})).empty());
  EXPECT_TRUE(api::to_deliveries(redis_reply{}).empty());
}

TEST(redis_messages, settling_forgets_entry_and_transaction_together) {
  api::delivery d;
  d.receipt = "1-0";
  d.message = message;
  const auto commands = api::settling_commands({d});
  EXPECT_EQ(commands.front(), api::redis_command{"MULTI"});
  EXPECT_EQ(commands[1], (api::redis_command{"XACK", "remora:messages", "worker", "1-0"}));
  EXPECT_EQ(commands[2], (api::redis_command{"XDEL", "remora:messages", "1-0"}));
  EXPECT_EQ(commands[3], (api::redis_command{"DEL", "remora:pending:" + id}));
  EXPECT_EQ(commands.back(), api::redis_command{"EXEC"});
}

TEST(redis_messages, a_dead_letter_keeps_message_and_reason) {
  api::delivery d;
  d.receipt = "1-0";
  d.count = 6;
  d.message = message;
  const auto commands = api::burying_commands({{d, "too often"}});
  EXPECT_EQ(commands[1][1], "remora:messages:dead");
  EXPECT_EQ(api::to_delivery(stored_entry(commands[1])).message.id, id);
  EXPECT_NE(std::find(commands[1].begin(), commands[1].end(), "too often"), commands[1].end());
  EXPECT_EQ(commands[2], (api::redis_command{"SET", "remora:dead:" + id, "too often"}));
}

redis_reply setting(const char* name, const char* value) {
  return list({text(name), text(value)});
}

TEST(durability_problem, only_a_durable_redis_has_none) {
  EXPECT_EQ(api::durability_problem({setting("appendonly", "yes"), setting("appendfsync", "always"),
                                     setting("maxmemory-policy", "noeviction")}),
            "");
  EXPECT_NE(api::durability_problem({setting("appendonly", "no"), setting("appendfsync", "always"),
                                     setting("maxmemory-policy", "noeviction")}),
            "");
  EXPECT_EQ(
      api::durability_problem({setting("appendonly", "yes"), setting("appendfsync", "everysec"),
                               setting("maxmemory-policy", "noeviction")}),
      "redis has appendfsync everysec, the queue needs always");
  EXPECT_NE(api::durability_problem({setting("appendonly", "yes"), setting("appendfsync", "always"),
                                     setting("maxmemory-policy", "allkeys-lru")}),
            "");
  EXPECT_NE(api::durability_problem({error("NOPERM"), error("NOPERM"), error("NOPERM")}), "");
  EXPECT_NE(api::durability_problem({}), "");
}

TEST(transaction_problem, an_error_anywhere_is_one) {
  EXPECT_EQ(api::transaction_problem(list({text("1-0"), text("OK")})), "");
  EXPECT_EQ(api::transaction_problem(list({text("1-0"), error("OOM full")})), "OOM full");
  EXPECT_EQ(api::transaction_problem(error("EXECABORT x")), "EXECABORT x");
  EXPECT_NE(api::transaction_problem(redis_reply{}), "");
}

TEST(to_account, is_all_zero_before_the_first_message) {
  const auto account = api::to_account({error("ERR no such key"), number(0), list({})});
  EXPECT_EQ(account.accepted, 0);
  EXPECT_EQ(account.pending, 0);
  EXPECT_EQ(account.dead, 0);
  EXPECT_FALSE(account.oldest_pending);
}

TEST(to_account, reads_what_the_stream_has_kept) {
  const auto account =
      api::to_account({list({text("length"), number(2), text("entries-added"), number(9)}),
                       number(3), list({stored_entry(api::accepting_commands(message)[1])})});
  EXPECT_EQ(account.accepted, 9);
  EXPECT_EQ(account.pending, 2);
  EXPECT_EQ(account.dead, 3);
  EXPECT_EQ(account.oldest_pending, 1'700'000'000'123);
}

}  // namespace
