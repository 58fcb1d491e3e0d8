#include <string>
#include <vector>

#include "api/queue/uuid7.hpp"
#include "api/redis/redis_messages.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

core::redis_reply text_reply(std::string_view text) {
  core::redis_reply out;
  out.kind = core::redis_kind::string;
  out.text = text;
  return out;
}

core::redis_reply list_reply(std::vector<core::redis_reply> items) {
  core::redis_reply out;
  out.kind = core::redis_kind::array;
  out.items = std::move(items);
  return out;
}

/// A reply of at most three levels out of the input: numbers, errors, nothing, lists and lines.
core::redis_reply reply_from(std::string_view& input, int depth) {
  const auto choice = fuzz::take_byte(input);
  if (depth > 0 && choice % 2 == 1) {
    std::vector<core::redis_reply> items;
    for (int i = choice / 2 % 12; i > 0; --i) items.push_back(reply_from(input, depth - 1));
    return list_reply(std::move(items));
  }
  auto out = text_reply(fuzz::take_until(input));
  if (choice % 8 == 2) out.kind = core::redis_kind::error;
  if (choice % 8 == 4) out = {};
  if (choice % 8 == 6) {
    out.kind = core::redis_kind::integer;
    out.integer = static_cast<std::int64_t>(out.text.size());
    out.text.clear();
  }
  return out;
}

bool is_whole(const api::queued_message& m) {
  return api::is_uuid(m.id) && !m.topic.empty() && !m.message.empty();
}

/// What cannot be read is said to be malformed; what can is whole.
void check_delivery(const api::delivery& d) {
  require(!d.malformed.empty() || is_whole(d.message));
}

void check_replies(const core::redis_reply& reply) {
  check_delivery(api::to_delivery(reply));
  check_delivery(api::to_dead_letter(reply).what);
  const auto all = api::to_deliveries(reply);
  require(all.size() <= reply.items.size());
  for (const auto& d : all) check_delivery(d);
  if (const auto account = api::to_account(reply)) require(account->accepted.has_value());
  if (const auto taken = api::to_acceptance(reply, "id"))
    require(!reply.items.empty() &&
            (taken->what != api::acceptance::outcome::taken || taken->id == "id"));
  require(!api::durability_problem(reply.items).empty() || reply.items.size() >= 3);
  if (reply.is_error()) require(api::transaction_problem(reply) == reply.text);
}

bool same(const api::queued_message& a, const api::queued_message& b) {
  return a.id == b.id && a.topic == b.topic && a.message == b.message &&
         a.accepted_at == b.accepted_at && a.traceparent == b.traceparent &&
         a.tracestate == b.tracestate;
}

/// An entry with these words behind the first `skipped` ones as its fields.
template <class Words>
core::redis_reply entry_of(const Words& words, std::size_t skipped) {
  std::vector<core::redis_reply> fields;
  for (auto word = words.begin() + static_cast<std::ptrdiff_t>(skipped); word != words.end();
       ++word)
    fields.push_back(text_reply(*word));
  return list_reply({text_reply("1-1"), list_reply(std::move(fields))});
}

/// The words of an encoded command.
std::vector<std::string> words_of(const std::string& command) {
  core::redis_decoder decoder;
  decoder.feed(command);
  const auto sent = decoder.next();
  require(sent && *sent);
  std::vector<std::string> words;
  for (const auto& item : (*sent)->items) words.push_back(item.text);
  return words;
}

/// A message comes out of the stream as it went in …
void check_message(const api::queued_message& m) {
  static const api::redis_script script(api::accepting_script);
  const api::idempotency once{"key", "print"};
  constexpr std::size_t keys = 4, arguments = 4;
  const auto words = words_of(api::accepting_call(script, m, once, 10));
  require(words.size() > 3 + keys + arguments && words[2] == std::to_string(keys));
  const auto d = api::to_delivery(entry_of(words, 3 + keys + arguments));
  require(d.receipt == "1-1" && d.malformed.empty() == is_whole(m) && same(d.message, m));
  require(d.message.synthetic == api::is_synthetic(m.tracestate));
}

/// … and out of the dead letters, with what is told of it.
void check_dead_letter(const api::queued_message& m, std::string_view reason) {
  api::dead_letter letter{{"1-0", 7, m, ""}, std::string(reason)};
  const auto commands = api::burying_commands({letter});
  const auto add = std::find_if(commands.begin(), commands.end(),
                                [](const auto& words) { return words.at(0) == "XADD"; });
  require(add != commands.end() && add->at(1) == api::dead_stream);
  const auto again = api::to_dead_letter(entry_of(*add, 3));
  require(again.reason == reason && again.what.count == 7 && same(again.what.message, m));
}

api::queued_message message_from(std::string_view input) {
  api::queued_message m;
  m.id = "018bcfe5-687b-7f02-bf04-05067d2afbd5";
  m.accepted_at = 1'700'000'000'000 + fuzz::take_byte(input);
  m.topic = fuzz::take_until(input);
  m.traceparent = fuzz::take_until(input);
  m.tracestate = fuzz::take_until(input);
  m.message = input;
  return m;
}

}  // namespace

/// What Redis says of the queue: entries, counts and settings, in any shape.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto input = fuzz::text_of(data, size);
  const auto message = message_from(input);
  check_message(message);
  check_dead_letter(message, input.substr(0, 17));
  check_replies(reply_from(input, 3));
  return 0;
}
