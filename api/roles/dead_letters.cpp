#include <cstdio>
#include <unordered_set>

#include "api/http/json.hpp"
#include "api/postgres/database.hpp"
#include "api/queue/queue_sides.hpp"
#include "api/roles/roles.hpp"
#include "core/command_line.hpp"
#include "core/json_text.hpp"
#include "core/worker.hpp"

namespace api {
namespace {

constexpr std::size_t page_size = 100;
constexpr core::duration patience = std::chrono::seconds(10);

call_context call_now() {
  call_context call;
  call.until = core::deadline::in(patience, core::now());
  return call;
}

void print(const dead_letter& letter) {
  const queued_message& m = letter.what.message;
  std::string line = "{\"receipt\":" + core::json_string(letter.what.receipt);
  line += ",\"transaction_id\":" + core::json_string(m.id);
  line += ",\"topic\":" + core::json_string(m.topic);
  line += ",\"accepted_at\":" + std::to_string(m.accepted_at);
  line += ",\"deliveries\":" + std::to_string(letter.what.count);
  line += ",\"reason\":" + core::json_string(letter.reason);
  // What could not be read may be no JSON: then it is shown as the text that it is.
  line += ",\"message\":" + (parse_json(m.message) ? m.message : core::json_string(m.message));
  std::printf("%s}\n", line.c_str());
}

/// Walks through the dead letters once, page by page, and does with each what was asked for. What
/// is buried again meanwhile comes behind the end and is left alone.
class walk {
 public:
  walk(dead_letter_box& box, const dead_letter_options& options) : box_(box), options_(options) {}

  core::task<> run() {
    std::string after;
    for (;;) {
      auto page = co_await box_.list(call_now(), after, page_size);
      if (!page) {
        error = page.error();
        co_return;
      }
      if (page->empty()) co_return;
      after = page->back().what.receipt;
      for (dead_letter& letter : *page) {
        if (!chosen(letter)) continue;
        const bool went_on = co_await handle(std::move(letter));
        if (!went_on) co_return;
      }
    }
  }

  std::size_t seen = 0;  // that were asked for
  std::size_t redriven_ = 0;
  core::error_code error;

 private:
  bool chosen(const dead_letter& letter) const {
    return !options_.transaction_id || letter.what.message.id == *options_.transaction_id;
  }

  core::task<bool> handle(dead_letter letter) {
    ++seen;
    if (options_.what == dead_letter_options::action::list) {
      print(letter);
      co_return true;
    }
    const std::string id = letter.what.message.id;
    if (!handled_.insert(id.empty() ? letter.what.receipt : id).second) {
      --seen;
      co_return true;
    }
    auto sent = co_await box_.redrive(call_now(), std::move(letter));
    if (!sent) {
      error = sent.error();
      co_return false;
    }
    const bool pending = *sent == redriven::pending;
    if (pending) ++redriven_;
    std::printf("%s %s\n", id.c_str(), pending ? "pending again" : "is no dead letter any more");
    co_return true;
  }

  dead_letter_box& box_;
  const dead_letter_options& options_;
  std::unordered_set<std::string> handled_;  // transactions that were sent on their way
};

core::task<> walk_and_stop(core::worker& w, walk& all) {
  co_await all.run();
  w.stop();
}

int outcome(const walk& all, const dead_letter_options& options) {
  if (all.error) {
    std::fprintf(stderr, "remora-api dead-letters: the queue does not answer: %s\n",
                 all.error.message().c_str());
    return core::exit_unavailable;
  }
  if (options.transaction_id && all.seen == 0) {
    std::fprintf(stderr, "remora-api dead-letters: %s is no dead letter\n",
                 options.transaction_id->c_str());
    return core::exit_data;
  }
  if (options.what == dead_letter_options::action::redrive)
    std::fprintf(stderr, "%zu of %zu are pending again\n", all.redriven_, all.seen);
  return core::exit_pass;
}

}  // namespace

int run_dead_letters(const worker_config& config, const dead_letter_options& options) {
  core::logger log(config.service, core::log_level::error);
  core::worker w(log);
  database db(w, config.postgres);
  const auto side = make_storing_side(w, config, config.delivery, db);
  walk all(side->dead_letters(), options);
  w.start("dead letters", walk_and_stop(w, all));
  w.run();
  return outcome(all, options);
}

}  // namespace api
