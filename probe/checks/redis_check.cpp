#include "probe/checks/redis_check.hpp"

#include <array>

#include "core/worker.hpp"
#include "probe/checks/connection.hpp"

namespace probe {
namespace {

constexpr std::uint16_t usual_port = 6379;
/// Longest reply that is kept.
constexpr std::size_t longest_reply = 16 * 1024 * 1024;

/// What is sent: the commands in front of the step's own, and all of them encoded.
struct built_commands {
  std::vector<std::string> names;  // of the commands, in their order
  std::string shown;               // the step's own command
  std::string encoded;
};

class command_builder {
 public:
  command_builder(const check_context& c, std::string& why) : c_(c), why_(why) {}

  std::optional<built_commands> build() {
    const redis_request& from = *c_.step.redis;
    built_commands out;
    core::redis_command words;
    if (from.password) {
      words = {"AUTH"};
      if ((from.user && !add(*from.user, words)) || !add(*from.password, words))
        return std::nullopt;
      append(std::move(words), out);
    }
    if (from.db) append({"SELECT", std::to_string(*from.db)}, out);
    words.clear();
    for (const auto& word : from.command)
      if (!add(word, words)) return std::nullopt;
    for (const auto& word : words) out.shown += (out.shown.empty() ? "" : " ") + word;
    append(std::move(words), out);
    return out;
  }

 private:
  std::optional<std::string> text(const template_text& from) {
    std::string missing;
    auto out = from.render(c_.values.plain(), missing);
    if (!out) why_ = missing + " has no value";
    return out;
  }
  bool add(const template_text& from, core::redis_command& into) {
    auto word = text(from);
    if (word) into.push_back(*std::move(word));
    return word.has_value();
  }
  static void append(core::redis_command words, built_commands& into) {
    core::append_command(into.encoded, words);
    into.names.push_back(std::move(words.front()));
  }

  const check_context& c_;
  std::string& why_;
};

/// Sends the commands and takes their replies; false when that broke off.
class conversation {
 public:
  conversation(core::byte_stream& stream, const built_commands& commands, check_result& out)
      : stream_(stream), commands_(commands), out_(out) {}

  core::task<> run() {
    const core::instant start = core::now();
    const auto sent = co_await stream_.write(commands_.encoded);
    if (!sent) {
      break_off(out_, phase::send, sent.error());
      co_return;
    }
    sent_ = core::now();
    out_.phases[phase::send] = sent_ - start;
    std::array<char, 16 * 1024> buffer;
    while (!done_) {
      const auto got = co_await stream_.read_some(buffer);
      if (!got) {
        break_off(out_, received_ == 0 ? phase::wait : phase::receive, got.error());
        co_return;
      }
      take({buffer.data(), *got});
    }
  }

 private:
  void take(std::string_view bytes) {
    const core::instant at = core::now();
    if (received_ == 0) {
      first_ = at;
      out_.phases[phase::wait] = at - sent_;
    }
    received_ += bytes.size();
    if (received_ > longest_reply) return end(core::errc::too_large);
    decoder_.feed(bytes);
    while (!done_) {
      auto reply = decoder_.next();
      if (!reply) return end(reply.error());
      if (!*reply) return;
      settle(**reply, at);
    }
  }
  void end(const core::error_code& error) {
    done_ = true;
    break_off(out_, phase::receive, error);
  }
  void settle(const core::redis_reply& reply, core::instant at) {
    const bool own = ++answered_ == commands_.names.size();
    done_ = own || reply.is_error();
    if (!done_) return;
    out_.phases[phase::receive] = at - first_;
    if (!own) {
      out_.broken = failure_reason::reply;
      out_.detail = commands_.names[answered_ - 1] + ": " + reply.text;
      return;
    }
    out_.answer.kind = answer_kind::redis;
    out_.answer.body = redis_json(reply);
  }

  core::byte_stream& stream_;
  const built_commands& commands_;
  check_result& out_;
  core::redis_decoder decoder_;
  core::instant sent_{}, first_{};
  std::size_t received_ = 0;
  std::size_t answered_ = 0;
  bool done_ = false;
};

}  // namespace

core::task<check_result> check_redis(check_context& c) {
  check_result out;
  out.speaker = place_of_failure::dependency;
  const redis_request& from = *c.step.redis;
  core::address server;
  if (!read_address(from.address, c, usual_port, server, out)) co_return out;
  std::string why;
  const auto commands = command_builder(c, why).build();
  if (!commands) {
    refuse(out, std::move(why));
    co_return out;
  }
  out.method = commands->names.back();
  out.sent_body = commands->shown;
  out.url = (from.tls ? "rediss://" : "redis://") + server.to_string();
  const reach any_way;
  connection_order order{std::move(server), any_way, from.tls};
  order.server_name = from.server_name.value_or("");
  const core::instant start = core::now();
  const auto stream = co_await connect(c, std::move(order), out);
  if (!stream) co_return out;
  conversation talk(*stream, *commands, out);
  co_await talk.run();
  out.answer.took = core::now() - start;
  co_return out;
}

}  // namespace probe
