#include "api/redis/redis_connection.hpp"

#include <boost/asio/post.hpp>

#include "core/dialer.hpp"
#include "core/log.hpp"
#include "core/tls_context.hpp"

namespace api {
namespace {

constexpr core::duration dial_pause = std::chrono::milliseconds(100);
constexpr core::duration dial_time = std::chrono::seconds(2);

std::shared_ptr<const core::tls_context> make_tls(const redis_config& config) {
  if (!config.tls) return nullptr;
  return core::tls_context::client({config.tls->certificate, config.tls->key, config.tls->ca});
}

}  // namespace

/// Commands of one caller on their way, and their replies. Shared with the caller, who may leave.
struct redis_connection::request {
  request(core::worker& w, std::size_t count) : done(w), expected(count) {}
  waiter done;
  std::size_t expected;
  std::vector<core::redis_reply> replies;
};

/// What lives as long as one TCP connection.
struct redis_connection::session {
  std::unique_ptr<core::byte_stream> stream;
  core::redis_decoder decoder;
  std::deque<std::shared_ptr<request>> waiting;
  std::string output;                            // not handed to the kernel yet
  bool writing = false;                          // `flush` is at work
  core::deadline give_up{core::instant::min()};  // the latest of those who wait
};

redis_connection::redis_connection(core::worker& w, redis_config config)
    : worker_(w), config_(std::move(config)), tls_(make_tls(config_)) {}

redis_connection::~redis_connection() {
  close();
}

bool redis_connection::connected() const noexcept {
  return session_ != nullptr;
}

void redis_connection::close() noexcept {
  if (session_) end(*session_, core::errc::cancelled);
}

core::task<core::result<core::redis_reply>> redis_connection::run(core::redis_command command,
                                                                  core::deadline until) {
  std::string encoded;
  core::append_command(encoded, command);
  auto replies = co_await run_encoded(encoded, 1, until);
  if (!replies) co_return replies.error();
  co_return std::move(replies->front());
}

core::task<core::result<std::vector<core::redis_reply>>> redis_connection::run(
    std::vector<core::redis_command> commands, core::deadline until) {
  std::string encoded;
  for (const auto& command : commands) core::append_command(encoded, command);
  co_return co_await run_encoded(encoded, commands.size(), until);
}

core::task<core::result<std::vector<core::redis_reply>>> redis_connection::run_encoded(
    std::string_view encoded, std::size_t count, core::deadline until) {
  if (!session_) {
    auto connected = co_await connect(until);
    if (!connected) co_return connected.error();
  }
  auto s = session_;
  auto r = std::make_shared<request>(worker_, count);
  s->output.append(encoded);
  s->waiting.push_back(r);
  if (until.at > s->give_up.at) s->give_up = until;
  s->stream->expires(s->give_up);
  if (!std::exchange(s->writing, true)) worker_.start("redis write", flush(s));

  auto done = co_await r->done.wait(until);
  if (!done) co_return done.error();
  co_return std::move(r->replies);
}

core::task<core::result<>> redis_connection::connect(core::deadline until) {
  if (session_) co_return core::result<>();
  if (dialling_) {
    waiter turn(worker_);
    connecting_.push_back(&turn);
    auto waited = co_await turn.wait(until);
    std::erase(connecting_, &turn);
    co_return waited;
  }
  if (core::now() < next_dial_) co_return last_error_;

  dialling_ = true;
  auto greeted = co_await dial_and_greet(sooner(until, core::deadline::in(dial_time, core::now())));
  dialling_ = false;
  if (!greeted) {
    last_error_ = greeted.error();
    next_dial_ = core::now() + dial_pause;
  }
  for (waiter* turn : std::exchange(connecting_, {}))
    turn->finish(greeted ? core::error_code() : greeted.error());
  co_return greeted;
}

core::task<core::result<>> redis_connection::dial_and_greet(core::deadline until) {
  core::dial_target target{config_.address, tls_, config_.tls ? config_.tls->server_name : ""};
  auto dialled = co_await core::dial(worker_, std::move(target), until);
  if (!dialled.stream) co_return dialled.error;
  auto s = std::make_shared<session>();
  s->stream = std::move(dialled.stream);
  if (config_.password) {
    if (auto accepted = co_await authenticate(s, until); !accepted) co_return accepted;
  }
  s->stream->expires(core::deadline::never());
  session_ = s;
  ++number_;
  worker_.start("redis read", read_loop(s));
  co_return core::result<>();
}

core::task<core::result<>> redis_connection::authenticate(std::shared_ptr<session> s,
                                                          core::deadline until) {
  s->stream->expires(until);
  std::string command;
  core::redis_command words{"AUTH"};
  if (config_.user) words.push_back(*config_.user);
  words.push_back(config_.password->reveal());
  core::append_command(command, words);
  if (auto sent = co_await s->stream->write(command); !sent) co_return sent;
  for (;;) {
    auto lease = worker_.buffers.lend();
    auto got = co_await s->stream->read_some(lease.bytes());
    if (!got) co_return got.error();
    s->decoder.feed({lease.data(), *got});
    auto reply = s->decoder.next();
    if (!reply) co_return reply.error();
    if (!*reply) continue;
    if (!(*reply)->is_error()) co_return core::result<>();
    worker_.log.error("redis does not let us in", {{"error", (*reply)->text}});
    co_return make_error_code(boost::system::errc::permission_denied);
  }
}

core::task<> redis_connection::flush(std::shared_ptr<session> s) {
  // After everything else that is ready now, so that all of its commands go in one write.
  co_await boost::asio::post(worker_.io, core::use_task);
  while (!s->output.empty()) {
    const std::string sending = std::exchange(s->output, {});
    if (auto sent = co_await s->stream->write(sending); !sent) {
      end(*s, sent.error());
      break;
    }
  }
  s->writing = false;
}

core::task<> redis_connection::read_loop(std::shared_ptr<session> s) {
  for (;;) {
    // No buffer is held while there is nothing to read.
    if (auto readable = co_await s->stream->wait_readable(); !readable)
      co_return end(*s, readable.error());
    auto lease = worker_.buffers.lend();
    auto got = co_await s->stream->read_some(lease.bytes());
    if (!got) co_return end(*s, got.error());
    s->decoder.feed({lease.data(), *got});
    if (auto taken = take_replies(*s); !taken) co_return end(*s, taken.error());
  }
}

core::result<> redis_connection::take_replies(session& s) {
  for (;;) {
    auto reply = s.decoder.next();
    if (!reply) return reply.error();
    if (!*reply) return core::result<>();
    if (s.waiting.empty()) return core::errc::malformed;
    request& first = *s.waiting.front();
    first.replies.push_back(std::move(**reply));
    if (first.replies.size() < first.expected) continue;
    first.done.finish();
    s.waiting.pop_front();
    if (s.waiting.empty()) {
      s.give_up = core::deadline{core::instant::min()};
      s.stream->expires(core::deadline::never());
    }
  }
}

void redis_connection::end(session& s, core::error_code why) noexcept {
  s.stream->close();
  s.output.clear();
  for (const auto& r : std::exchange(s.waiting, {})) r->done.finish(why);
  if (session_.get() == &s) {
    last_error_ = why;
    session_.reset();
  }
}

}  // namespace api
