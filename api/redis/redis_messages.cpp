#include "api/redis/redis_messages.hpp"

#include <array>
#include <charconv>
#include <span>

#include "api/queue/uuid7.hpp"
#include "core/digest.hpp"

namespace api {
namespace {

constexpr int idempotency_seconds = 24 * 60 * 60;

bool to_integer(std::string_view text, std::int64_t& out) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

std::string problem_of(const delivery& d, bool time_is_good) {
  if (!is_uuid(d.message.id)) return "the entry has no transaction id";
  if (d.message.topic.empty()) return "the entry has no topic";
  if (d.message.message.empty()) return "the entry has no message";
  if (!time_is_good) return "the entry's accepted_at is not a number";
  return {};
}

/// The fields of an entry, names and values in turn; refers to the message.
class entry_fields {
 public:
  explicit entry_fields(const queued_message& m)
      : accepted_at_(std::to_string(m.accepted_at)), words_{"id",          m.id,
                                                            "topic",       m.topic,
                                                            "message",     m.message,
                                                            "accepted_at", accepted_at_,
                                                            "traceparent", m.traceparent,
                                                            "tracestate",  m.tracestate} {}
  entry_fields(const entry_fields&) = delete;
  std::span<const std::string_view> words() const noexcept { return words_; }

 private:
  std::string accepted_at_;
  std::array<std::string_view, 12> words_;
};

void append(std::vector<std::string_view>& to, const entry_fields& fields) {
  to.insert(to.end(), fields.words().begin(), fields.words().end());
}

core::redis_command bury_command(const dead_letter& letter) {
  core::redis_command command{"XADD", dead_stream, "*"};
  const entry_fields fields(letter.what.message);
  command.insert(command.end(), fields.words().begin(), fields.words().end());
  for (const auto& word :
       {std::string("reason"), letter.reason, std::string("deliveries"),
        std::to_string(letter.what.count), std::string("receipt"), letter.what.receipt})
    command.push_back(word);
  return command;
}

void append_forgetting(std::vector<core::redis_command>& commands,
                       const std::vector<delivery>& settled) {
  core::redis_command ack{"XACK", message_stream, worker_group};
  core::redis_command remove{"XDEL", message_stream};
  core::redis_command forget{"DEL"};
  for (const auto& d : settled) {
    ack.push_back(d.receipt);
    remove.push_back(d.receipt);
    if (!d.message.id.empty()) forget.push_back(pending_key(d.message.id));
  }
  commands.push_back(std::move(ack));
  commands.push_back(std::move(remove));
  if (forget.size() > 1) commands.push_back(std::move(forget));
}

}  // namespace

std::string pending_key(std::string_view id) {
  return "remora:pending:" + std::string(id);
}
std::string dead_key(std::string_view id) {
  return "remora:dead:" + std::string(id);
}

std::string idempotency_key(std::string_view key) {
  return "remora:idempotency:" + core::to_hex(core::sha256(key));
}

// KEYS: stream, pending key, counter[, idempotency key].
// ARGV: limit, transaction id, fingerprint, seconds to keep the key, then the entry's fields.
const char* const accepting_script = R"(
if KEYS[4] then
  local taken = redis.call('HMGET', KEYS[4], 'fingerprint', 'id')
  if taken[1] == ARGV[3] then return {'replayed', taken[2]} end
  if taken[1] then return {'conflict', taken[2]} end
end
if redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[1]) then return {'full'} end
redis.call('XADD', KEYS[1], '*', unpack(ARGV, 5))
redis.call('SET', KEYS[2], '')
redis.call('INCR', KEYS[3])
if KEYS[4] then
  redis.call('HSET', KEYS[4], 'fingerprint', ARGV[3], 'id', ARGV[2])
  redis.call('EXPIRE', KEYS[4], ARGV[4])
end
return {'taken'})";

std::string accepting_call(const redis_script& script, const queued_message& message,
                           const std::optional<idempotency>& once, std::int64_t limit) {
  const std::string pending = pending_key(message.id);
  const std::string most = std::to_string(limit), keep = std::to_string(idempotency_seconds);
  std::vector<std::string_view> keys{message_stream, pending, accepted_counter};
  std::string used;
  if (once) keys.emplace_back(used = idempotency_key(once->key));
  const entry_fields fields(message);
  std::vector<std::string_view> arguments{
      most, message.id, once ? std::string_view(once->fingerprint) : std::string_view(), keep};
  append(arguments, fields);
  return script.call(keys, arguments);
}

core::result<acceptance> to_acceptance(const core::redis_reply& reply, const std::string& id) {
  const auto word = [&reply](std::size_t i) -> std::string_view {
    return i < reply.items.size() ? std::string_view(reply.items[i].text) : std::string_view();
  };
  if (word(0) == "taken") return acceptance{acceptance::outcome::taken, id};
  if (word(0) == "replayed") return acceptance{acceptance::outcome::replayed, std::string(word(1))};
  if (word(0) == "conflict") return acceptance{acceptance::outcome::conflict, std::string(word(1))};
  return word(0) == "full" ? queue_errc::full : queue_errc::refused;
}

// KEYS: stream, dead letters, pending key, key of the dead one. ARGV: entry, then its fields.
const char* const redriving_script = R"(
if redis.call('XDEL', KEYS[2], ARGV[1]) == 0 then return 0 end
redis.call('XADD', KEYS[1], '*', unpack(ARGV, 2))
redis.call('SET', KEYS[3], '')
redis.call('DEL', KEYS[4])
return 1)";

std::string redriving_call(const redis_script& script, const dead_letter& letter) {
  const queued_message& m = letter.what.message;
  const std::string pending = pending_key(m.id), dead = dead_key(m.id);
  const std::string_view keys[] = {message_stream, dead_stream, pending, dead};
  const entry_fields fields(m);
  std::vector<std::string_view> arguments{letter.what.receipt};
  append(arguments, fields);
  return script.call(keys, arguments);
}

std::vector<core::redis_command> settling_commands(const std::vector<delivery>& stored) {
  std::vector<core::redis_command> commands{{"MULTI"}};
  append_forgetting(commands, stored);
  commands.push_back({"EXEC"});
  return commands;
}

std::vector<core::redis_command> burying_commands(const std::vector<dead_letter>& letters) {
  std::vector<core::redis_command> commands{{"MULTI"}};
  std::vector<delivery> settled;
  for (const auto& letter : letters) {
    commands.push_back(bury_command(letter));
    if (!letter.what.message.id.empty())
      commands.push_back({"SET", dead_key(letter.what.message.id), letter.reason});
    settled.push_back(letter.what);
  }
  append_forgetting(commands, settled);
  commands.push_back({"EXEC"});
  return commands;
}

dead_letter to_dead_letter(const core::redis_reply& entry) {
  dead_letter letter;
  letter.what = to_delivery(entry);
  if (entry.items.size() != 2) return letter;
  if (const core::redis_reply* reason = flat_value(entry.items[1], "reason"))
    letter.reason = reason->text;
  if (const core::redis_reply* deliveries = flat_value(entry.items[1], "deliveries"))
    to_integer(deliveries->text, letter.what.count);
  return letter;
}

std::vector<core::redis_command> account_questions() {
  return {{"MULTI"},
          {"GET", accepted_counter},
          {"XLEN", message_stream},
          {"XPENDING", message_stream, worker_group},
          {"XLEN", dead_stream},
          {"XRANGE", message_stream, "-", "+", "COUNT", "1"},
          {"EXEC"}};
}

core::result<queue_account> to_account(const core::redis_reply& exec) {
  if (exec.items.size() != 5) return queue_errc::refused;
  const auto& answers = exec.items;
  queue_account account;
  std::int64_t accepted = 0;
  to_integer(answers[0].text, accepted);
  account.accepted = accepted;
  account.pending = answers[1].integer;
  // Before a worker has come there is no group, and XPENDING is an error: nobody has been given
  // any.
  const auto& handed_out = answers[2].items;
  account.lag = account.pending - (handed_out.empty() ? 0 : handed_out[0].integer);
  account.dead = answers[3].integer;
  if (const auto oldest = to_deliveries(answers[4]); !oldest.empty())
    account.oldest_pending = oldest.front().message.accepted_at;
  return account;
}

const core::redis_reply* flat_value(const core::redis_reply& list, std::string_view name) {
  for (std::size_t i = 0; i + 1 < list.items.size(); i += 2)
    if (list.items[i].text == name) return &list.items[i + 1];
  return nullptr;
}

delivery to_delivery(const core::redis_reply& entry) {
  delivery d;
  if (entry.items.size() != 2) {
    d.malformed = "the entry is no entry of a stream";
    return d;
  }
  d.receipt = entry.items[0].text;
  const auto field = [&entry](std::string_view name) {
    const core::redis_reply* value = flat_value(entry.items[1], name);
    return value ? value->text : std::string();
  };
  d.message.id = field("id");
  d.message.topic = field("topic");
  d.message.message = field("message");
  d.message.traceparent = field("traceparent");
  d.message.tracestate = field("tracestate");
  d.message.synthetic = is_synthetic(d.message.tracestate);
  d.malformed = problem_of(d, to_integer(field("accepted_at"), d.message.accepted_at));
  return d;
}

std::vector<delivery> to_deliveries(const core::redis_reply& entries) {
  std::vector<delivery> out;
  out.reserve(entries.items.size());
  for (const auto& entry : entries.items)
    // An entry that was deleted meanwhile is listed without fields, or as nothing at all.
    if (entry.items.size() == 2 && !entry.items[1].is_nil()) out.push_back(to_delivery(entry));
  return out;
}

std::vector<core::redis_command> durability_questions() {
  return {{"CONFIG", "GET", "appendonly"},
          {"CONFIG", "GET", "appendfsync"},
          {"CONFIG", "GET", "maxmemory-policy"}};
}

std::string durability_problem(const std::vector<core::redis_reply>& settings) {
  static constexpr std::pair<const char*, const char*> wanted[] = {
      {"appendonly", "yes"}, {"appendfsync", "always"}, {"maxmemory-policy", "noeviction"}};
  for (std::size_t i = 0; i < std::size(wanted); ++i) {
    const auto& [name, value] = wanted[i];
    const core::redis_reply* is = i < settings.size() ? flat_value(settings[i], name) : nullptr;
    if (!is) return std::string("redis does not tell its ") + name;
    if (is->text != value)
      return std::string("redis has ") + name + " " + is->text + ", the queue needs " + value;
  }
  return {};
}

std::string transaction_problem(const core::redis_reply& exec) {
  if (exec.is_error()) return exec.text;
  if (exec.kind != core::redis_kind::array) return "the transaction was not executed";
  for (const auto& reply : exec.items)
    if (reply.is_error()) return reply.text;
  return {};
}

}  // namespace api
