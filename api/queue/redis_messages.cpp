#include "api/queue/redis_messages.hpp"

#include <charconv>

#include "api/queue/uuid7.hpp"

namespace api {
namespace {

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

std::vector<std::string> fields_of(const queued_message& m) {
  return {"id",          m.id,          "topic",       m.topic,
          "message",     m.message,     "accepted_at", std::to_string(m.accepted_at),
          "traceparent", m.traceparent, "tracestate",  m.tracestate};
}

redis_command add_command(const char* stream, const queued_message& message) {
  redis_command command{"XADD", stream, "*"};
  for (auto& word : fields_of(message)) command.push_back(std::move(word));
  return command;
}

redis_command bury_command(const dead_letter& letter) {
  redis_command command = add_command(dead_stream, letter.what.message);
  for (const auto& word :
       {std::string("reason"), letter.reason, std::string("deliveries"),
        std::to_string(letter.what.count), std::string("receipt"), letter.what.receipt})
    command.push_back(word);
  return command;
}

void append_forgetting(std::vector<redis_command>& commands, const std::vector<delivery>& settled) {
  redis_command ack{"XACK", message_stream, worker_group};
  redis_command remove{"XDEL", message_stream};
  redis_command forget{"DEL"};
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

std::vector<redis_command> accepting_commands(const queued_message& message) {
  return {{"MULTI"},
          add_command(message_stream, message),
          {"SET", pending_key(message.id), ""},
          {"EXEC"}};
}

std::vector<redis_command> settling_commands(const std::vector<delivery>& stored) {
  std::vector<redis_command> commands{{"MULTI"}};
  append_forgetting(commands, stored);
  commands.push_back({"EXEC"});
  return commands;
}

std::vector<redis_command> burying_commands(const std::vector<dead_letter>& letters) {
  std::vector<redis_command> commands{{"MULTI"}};
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

std::vector<redis_command> account_questions() {
  return {{"XINFO", "STREAM", message_stream},
          {"XLEN", dead_stream},
          {"XRANGE", message_stream, "-", "+", "COUNT", "1"}};
}

queue_account to_account(const std::vector<redis_reply>& replies) {
  // Before the first message there is no stream, and XINFO is an error: all is zero.
  queue_account account;
  if (const redis_reply* added = flat_value(replies.at(0), "entries-added"))
    account.accepted = added->integer;
  if (const redis_reply* length = flat_value(replies.at(0), "length"))
    account.pending = length->integer;
  account.dead = replies.at(1).integer;
  if (const auto oldest = to_deliveries(replies.at(2)); !oldest.empty())
    account.oldest_pending = oldest.front().message.accepted_at;
  return account;
}

const redis_reply* flat_value(const redis_reply& list, std::string_view name) {
  for (std::size_t i = 0; i + 1 < list.items.size(); i += 2)
    if (list.items[i].text == name) return &list.items[i + 1];
  return nullptr;
}

delivery to_delivery(const redis_reply& entry) {
  delivery d;
  if (entry.items.size() != 2) {
    d.malformed = "the entry is no entry of a stream";
    return d;
  }
  d.receipt = entry.items[0].text;
  const auto field = [&entry](std::string_view name) {
    const redis_reply* value = flat_value(entry.items[1], name);
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

std::vector<delivery> to_deliveries(const redis_reply& entries) {
  std::vector<delivery> out;
  out.reserve(entries.items.size());
  for (const auto& entry : entries.items)
    // An entry that was deleted meanwhile is listed without fields, or as nothing at all.
    if (entry.items.size() == 2 && !entry.items[1].is_nil()) out.push_back(to_delivery(entry));
  return out;
}

std::vector<redis_command> durability_questions() {
  return {{"CONFIG", "GET", "appendonly"},
          {"CONFIG", "GET", "appendfsync"},
          {"CONFIG", "GET", "maxmemory-policy"}};
}

std::string durability_problem(const std::vector<redis_reply>& settings) {
  static constexpr std::pair<const char*, const char*> wanted[] = {
      {"appendonly", "yes"}, {"appendfsync", "always"}, {"maxmemory-policy", "noeviction"}};
  for (std::size_t i = 0; i < std::size(wanted); ++i) {
    const auto& [name, value] = wanted[i];
    const redis_reply* is = i < settings.size() ? flat_value(settings[i], name) : nullptr;
    if (!is) return std::string("redis does not tell its ") + name;
    if (is->text != value)
      return std::string("redis has ") + name + " " + is->text + ", the queue needs " + value;
  }
  return {};
}

std::string transaction_problem(const redis_reply& exec) {
  if (exec.is_error()) return exec.text;
  if (exec.kind != redis_kind::array) return "the transaction was not executed";
  for (const auto& reply : exec.items)
    if (reply.is_error()) return reply.text;
  return {};
}

}  // namespace api
