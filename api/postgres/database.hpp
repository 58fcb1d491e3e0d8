#pragma once

#include <boost/asio/thread_pool.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/config.hpp"
#include "api/waiter.hpp"
#include "core/task.hpp"
#include "core/worker.hpp"

namespace pqxx {
class connection_base;
}

namespace api {

/// PostgreSQL for coroutines: libpqxx blocks, so its connections live on a small pool of threads,
/// one connection a thread at most. Belongs to one worker; everything here is called on its thread.
///
/// Nothing outlasts its deadline: a call waits for a free connection no longer than that, and fails
/// at once with SQLSTATE 53300 when as many calls as are allowed wait already; the
/// statement gets what is left as `statement_timeout`, and a caller whose server does not even
/// answer goes on with `errc::timed_out` while the connection stays busy until it comes back.
/// A connection that broke is thrown away; the next call opens a new one. Errors are those of
/// `database_error.hpp` and `errc::timed_out`.
class database {
 public:
  database(core::worker& w, const postgres_config& config);
  /// Waits for calls that are still running.
  ~database();
  database(const database&) = delete;
  database& operator=(const database&) = delete;

  /// A statement that every connection prepares when it first uses it. Before the first `run`.
  void prepare(std::string name, std::string sql);

  /// Runs `work` on a thread with a connection of its own and gives what it returns. `work` makes
  /// its own transaction and is repeatable: it runs again, once, when a pooled connection turns out
  /// to be dead. It outlives the caller when the deadline passes, so it holds values.
  template <class T>
  core::task<core::result<T>> run(core::deadline until,
                                  std::function<T(pqxx::connection_base&)> work) {
    auto value = std::make_shared<std::optional<T>>();
    blocking_work keep = [value, work = std::move(work)](pqxx::connection_base& connection) {
      value->emplace(work(connection));
    };
    auto done = co_await execute(until, std::move(keep));
    if (!done) co_return done.error();
    co_return std::move(**value);
  }

  /// `SELECT 1`.
  core::task<core::result<>> ping(core::deadline until);

  std::size_t connections_used() const noexcept { return used_; }
  std::size_t connections_idle() const noexcept { return idle_.size(); }
  std::size_t connections_max() const noexcept { return limit_; }
  std::size_t waiting() const noexcept { return waiting_.size(); }

 private:
  struct connection_state;
  struct call;
  using blocking_work = std::function<void(pqxx::connection_base&)>;
  using connection_ptr = std::unique_ptr<connection_state>;

  core::task<core::result<>> execute(core::deadline until, blocking_work work);
  core::task<core::result<>> wait_for_slot(core::deadline until);
  void run_on_thread(call& c) const;
  void try_on_thread(call& c) const;
  connection_ptr open(core::duration time_left) const;
  void give_back(connection_ptr connection);

  core::worker& worker_;
  std::string url_;
  std::size_t limit_;
  std::size_t most_waiting_;
  std::vector<std::pair<std::string, std::string>> statements_;
  std::vector<connection_ptr> idle_;
  std::deque<waiter*> waiting_;
  std::size_t used_ = 0;
  boost::asio::thread_pool threads_;
};

}  // namespace api
