#include "api/redis/redis_messages.hpp"

#include <gtest/gtest.h>

namespace {

using core::redis_kind;
using core::redis_reply;

core::redis_reply text(std::string s) {
  return {core::redis_kind::string, std::move(s), 0, {}};
}
core::redis_reply list(std::vector<core::redis_reply> items) {
  return {core::redis_kind::array, "", 0, std::move(items)};
}
core::redis_reply error(std::string s) {
  return {core::redis_kind::error, std::move(s), 0, {}};
}
core::redis_reply number(std::int64_t n) {
  return {core::redis_kind::integer, "", n, {}};
}

const std::string id = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
const api::queued_message message{
    id, "notes", "{\"a\":1}", 1'700'000'000'123, "00-…-01", "remora=synthetic", true};

// What Redis would give back for an entry of these fields and values.
core::redis_reply stored_entry(const std::vector<std::string>& words) {
  std::vector<core::redis_reply> fields;
  for (const auto& word : words) fields.push_back(text(word));
  return list({text("1-0"), list(std::move(fields))});
}

/// A call of a script as Redis would read it.
struct script_call {
  std::vector<std::string> keys, arguments;
};
script_call decoded(std::string_view encoded) {
  core::redis_decoder decoder;
  decoder.feed(encoded);
  const auto command = decoder.next().value().value();
  EXPECT_EQ(command.items.at(0).text, "EVALSHA");
  const std::size_t keys = std::stoul(command.items.at(2).text);
  script_call call;
  for (std::size_t i = 3; i < command.items.size(); ++i)
    (i < 3 + keys ? call.keys : call.arguments).push_back(command.items[i].text);
  return call;
}

script_call accepting_call(const api::queued_message& m,
                           const std::optional<api::idempotency>& once, std::int64_t limit) {
  return decoded(api::accepting_call(api::redis_script(api::accepting_script), m, once, limit));
}

// The fields and values that the accepting script is told to add.
std::vector<std::string> accepted_fields(const api::queued_message& m) {
  const auto call = accepting_call(m, std::nullopt, 10);
  return {call.arguments.begin() + 4, call.arguments.end()};
}
// Those of an XADD.
std::vector<std::string> added_fields(const core::redis_command& add) {
  return {add.begin() + 3, add.end()};
}

TEST(redis_messages, an_entry_gives_back_the_message) {
  const auto d = api::to_delivery(stored_entry(accepted_fields(message)));
  EXPECT_EQ(d.malformed, "");
  EXPECT_EQ(d.receipt, "1-0");
  EXPECT_EQ(d.message.id, id);
  EXPECT_EQ(d.message.topic, "notes");
  EXPECT_EQ(d.message.message, "{\"a\":1}");
  EXPECT_EQ(d.message.accepted_at, 1'700'000'000'123);
  EXPECT_EQ(d.message.traceparent, "00-…-01");
  EXPECT_EQ(d.message.tracestate, "remora=synthetic");
  EXPECT_TRUE(d.message.synthetic);
}

TEST(redis_messages, an_entry_that_lacks_anything_says_what) {
  const std::pair<std::size_t, const char*> lacking[] = {
      {1, "the entry has no transaction id"},
      {3, "the entry has no topic"},
      {5, "the entry has no message"},
      {7, "the entry's accepted_at is not a number"}};
  for (const auto& [place, problem] : lacking) {
    auto fields = accepted_fields(message);
    fields[place].clear();
    EXPECT_EQ(api::to_delivery(stored_entry(fields)).malformed, problem);
  }
  EXPECT_EQ(api::to_delivery(list({text("1-0"), list({})})).malformed,
            "the entry has no transaction id");
  EXPECT_EQ(api::to_delivery(number(1)).malformed, "the entry is no entry of a stream");
}

TEST(accepting_call, names_stream_pending_key_and_counter_and_the_limit) {
  const auto call = accepting_call(message, std::nullopt, 17);
  EXPECT_EQ(call.keys, (std::vector<std::string>{"remora:messages", "remora:pending:" + id,
                                                 "remora:messages:accepted"}));
  EXPECT_EQ(call.arguments[0], "17");
  EXPECT_EQ(call.arguments[1], id);
  EXPECT_EQ(call.arguments[2], "");
}

TEST(accepting_call, has_the_idempotency_key_only_when_there_is_one_and_never_in_clear) {
  const auto call = accepting_call(message, api::idempotency{"writer\nmine", "print"}, 17);
  ASSERT_EQ(call.keys.size(), 4u);
  EXPECT_EQ(call.keys[3], api::idempotency_key("writer\nmine"));
  EXPECT_EQ(call.keys[3].find("mine"), std::string::npos);
  EXPECT_EQ(call.arguments[2], "print");
  EXPECT_EQ(call.arguments[3], "86400");
}

TEST(idempotency_key, is_distinct_for_distinct_keys) {
  EXPECT_EQ(api::idempotency_key("abc"),
            "remora:idempotency:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_NE(api::idempotency_key("abc"), api::idempotency_key("abd"));
}

TEST(to_acceptance, reads_what_the_script_says) {
  const auto taken = api::to_acceptance(list({text("taken")}), id);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->what, api::acceptance::outcome::taken);
  EXPECT_EQ(taken->id, id);
  const auto replayed = api::to_acceptance(list({text("replayed"), text("earlier")}), id);
  ASSERT_TRUE(replayed);
  EXPECT_EQ(replayed->what, api::acceptance::outcome::replayed);
  EXPECT_EQ(replayed->id, "earlier");
  const auto conflict = api::to_acceptance(list({text("conflict"), text("earlier")}), id);
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->what, api::acceptance::outcome::conflict);
  EXPECT_EQ(api::to_acceptance(list({text("full")}), id).error(), api::queue_errc::full);
}

TEST(to_acceptance, anything_else_is_a_refusal) {
  for (const auto& reply : {error("OOM command not allowed"), list({}), list({text("perhaps")}),
                            number(1), text("taken")})
    EXPECT_EQ(api::to_acceptance(reply, id).error(), api::queue_errc::refused);
}

TEST(redis_messages, deleted_entries_are_left_out) {
  EXPECT_TRUE(
      api::to_deliveries(list({core::redis_reply{}, list({text("1-0"), core::redis_reply{}})}))
          .empty());
  EXPECT_TRUE(api::to_deliveries(core::redis_reply{}).empty());
}

TEST(redis_messages, settling_forgets_entry_and_transaction_together) {
  api::delivery d;
  d.receipt = "1-0";
  d.message = message;
  const auto commands = api::settling_commands({d});
  EXPECT_EQ(commands.front(), core::redis_command{"MULTI"});
  EXPECT_EQ(commands[1], (core::redis_command{"XACK", "remora:messages", "worker", "1-0"}));
  EXPECT_EQ(commands[2], (core::redis_command{"XDEL", "remora:messages", "1-0"}));
  EXPECT_EQ(commands[3], (core::redis_command{"DEL", "remora:pending:" + id}));
  EXPECT_EQ(commands.back(), core::redis_command{"EXEC"});
}

TEST(redis_messages, what_cannot_be_read_is_settled_without_a_transaction) {
  api::delivery d;
  d.receipt = "1-0";
  const auto commands = api::settling_commands({d});
  ASSERT_EQ(commands.size(), 4u);
  EXPECT_EQ(commands[3], core::redis_command{"EXEC"});
}

TEST(redis_messages, a_dead_letter_keeps_message_reason_and_deliveries) {
  api::delivery d;
  d.receipt = "7-0";
  d.count = 6;
  d.message = message;
  const auto commands = api::burying_commands({{d, "too often"}});
  EXPECT_EQ(commands.front(), core::redis_command{"MULTI"});
  EXPECT_EQ(commands[1][1], "remora:messages:dead");
  EXPECT_EQ(commands[2], (core::redis_command{"SET", "remora:dead:" + id, "too often"}));
  EXPECT_EQ(commands[3], (core::redis_command{"XACK", "remora:messages", "worker", "7-0"}));
  EXPECT_EQ(commands.back(), core::redis_command{"EXEC"});

  const auto letter = api::to_dead_letter(stored_entry(added_fields(commands[1])));
  EXPECT_EQ(letter.reason, "too often");
  EXPECT_EQ(letter.what.count, 6);
  EXPECT_EQ(letter.what.receipt, "1-0");  // its place among the dead letters, not in the stream
  EXPECT_EQ(letter.what.message.id, id);
  EXPECT_EQ(letter.what.message.message, message.message);
}

TEST(redriving_call, takes_the_letter_away_and_makes_the_transaction_pending) {
  api::dead_letter letter;
  letter.what.receipt = "1-0";
  letter.what.message = message;
  const auto call = decoded(api::redriving_call(api::redis_script(api::redriving_script), letter));
  EXPECT_EQ(call.keys, (std::vector<std::string>{"remora:messages", "remora:messages:dead",
                                                 "remora:pending:" + id, "remora:dead:" + id}));
  EXPECT_EQ(call.arguments[0], "1-0");
  const std::vector<std::string> fields(call.arguments.begin() + 1, call.arguments.end());
  EXPECT_EQ(fields, accepted_fields(message));
}

core::redis_reply setting(const char* name, const char* value) {
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
  EXPECT_NE(api::transaction_problem(core::redis_reply{}), "");
}

// What EXEC gives for the questions: counter, length, summary of pending ones, dead, the oldest.
core::redis_reply books(core::redis_reply accepted, std::int64_t length,
                        core::redis_reply handed_out, std::int64_t dead, core::redis_reply oldest) {
  return list({std::move(accepted), number(length), std::move(handed_out), number(dead),
               std::move(oldest)});
}

TEST(to_account, is_all_zero_before_the_first_message_and_the_first_worker) {
  const auto account =
      api::to_account(books(core::redis_reply{}, 0, error("NOGROUP no such key"), 0, list({})));
  ASSERT_TRUE(account);
  EXPECT_EQ(account->accepted, 0);
  EXPECT_EQ(account->pending, 0);
  EXPECT_EQ(account->lag, 0);
  EXPECT_EQ(account->dead, 0);
  EXPECT_FALSE(account->oldest_pending);
}

TEST(to_account, reads_what_redis_has_kept) {
  const auto account = api::to_account(books(text("9"), 5, list({number(2), text("1-0")}), 3,
                                             list({stored_entry(accepted_fields(message))})));
  ASSERT_TRUE(account);
  EXPECT_EQ(account->accepted, 9);
  EXPECT_EQ(account->pending, 5);
  EXPECT_EQ(account->lag, 3);
  EXPECT_EQ(account->dead, 3);
  EXPECT_EQ(account->oldest_pending, 1'700'000'000'123);
}

TEST(to_account, a_transaction_that_was_not_executed_is_no_account) {
  EXPECT_EQ(api::to_account(error("EXECABORT")).error(), api::queue_errc::refused);
  EXPECT_EQ(api::to_account(core::redis_reply{}).error(), api::queue_errc::refused);
}

TEST(account_questions, are_one_transaction) {
  const auto questions = api::account_questions();
  EXPECT_EQ(questions.front(), core::redis_command{"MULTI"});
  EXPECT_EQ(questions.back(), core::redis_command{"EXEC"});
  EXPECT_EQ(questions.size(), 7u);
}

}  // namespace
