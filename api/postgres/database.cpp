#include "api/postgres/database.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <pqxx/pqxx>

#include "core/postgres_url.hpp"
#include "core/sqlstate.hpp"

namespace api {
namespace {

// Few enough values that a connection seldom changes its own; the caller's deadline is exact.
std::int64_t timeout_step(core::duration left) noexcept {
  const auto millis = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  std::int64_t step = 50;
  while (step < millis && step < 60'000) step *= 2;
  return step;
}

struct cannot_connect : std::exception {};

core::error_code error_of(const std::exception& e, std::string_view otherwise) {
  const auto state = core::sqlstate_in(e.what());
  return core::sqlstate_error(state.empty() ? otherwise : state);
}

// No error for what is none of PostgreSQL's: a fault of ours.
core::error_code error_of_current_exception() {
  try {
    throw;
  } catch (const cannot_connect&) {
    return core::sqlstate_error("08001");
  } catch (const pqxx::broken_connection& e) {
    return error_of(e, "08006");
  } catch (const pqxx::in_doubt_error& e) {
    return error_of(e, "08007");  // whether the transaction was committed is not known
  } catch (const pqxx::transaction_rollback& e) {
    return error_of(e, "40000");
  } catch (const pqxx::sql_error& e) {
    return error_of(e, "XX000");
  } catch (const std::exception&) {
    return {};
  }
}

// An error inside a healthy session (a constraint, a timeout) leaves it usable; all else does not.
bool session_is_lost(const core::error_code& error) {
  const std::string state = core::sqlstate(error);
  return state.empty() || state.starts_with("08") || state.starts_with("57P");
}

}  // namespace

struct database::connection_state {
  explicit connection_state(const std::string& url) : connection(url) {}

  void limit_statements(core::duration left) {
    const std::int64_t millis = timeout_step(left);
    if (millis == statement_timeout) return;
    pqxx::nontransaction(connection).exec("SET statement_timeout = " + std::to_string(millis));
    statement_timeout = millis;
  }

  pqxx::connection connection;
  std::int64_t statement_timeout = 0;  // as set in the session, milliseconds
};

/// One call on its way through a thread. Shared, since the caller may leave earlier.
struct database::call {
  call(core::worker& w, blocking_work f, core::deadline at)
      : done(w), work(std::move(f)), until(at) {}
  waiter done;
  blocking_work work;
  core::deadline until;
  connection_ptr connection;
  core::error_code error;
  std::exception_ptr unexpected;
  bool returned = false;  // what the thread wrote may be read
};

database::database(core::worker& w, const postgres_config& config)
    : worker_(w),
      url_(config.url.reveal()),
      limit_(static_cast<std::size_t>(config.pool)),
      most_waiting_(static_cast<std::size_t>(config.waiting)),
      threads_(limit_) {}

database::~database() {
  threads_.join();
}

void database::prepare(std::string name, std::string sql) {
  statements_.emplace_back(std::move(name), std::move(sql));
}

core::task<core::result<>> database::ping(core::deadline until) {
  blocking_work work = [](pqxx::connection_base& connection) {
    pqxx::nontransaction(connection).exec("SELECT 1");
  };
  co_return co_await execute(until, std::move(work));
}

core::task<core::result<>> database::wait_for_slot(core::deadline until) {
  if (used_ < limit_) {
    ++used_;
    co_return core::result<>();
  }
  if (waiting_.size() >= most_waiting_) co_return core::sqlstate_error("53300");
  waiter turn(worker_);
  waiting_.push_back(&turn);
  auto waited = co_await turn.wait(until);
  // Whoever gave the slot back took us from the list and left the slot counted as ours.
  if (!waited) std::erase(waiting_, &turn);
  co_return waited;
}

core::task<core::result<>> database::execute(core::deadline until, blocking_work work) {
  if (auto slot = co_await wait_for_slot(until); !slot) co_return slot;
  auto c = std::make_shared<call>(worker_, std::move(work), until);
  if (!idle_.empty()) {
    c->connection = std::move(idle_.back());
    idle_.pop_back();
  }
  boost::asio::post(threads_, [this, c] {
    run_on_thread(*c);
    boost::asio::post(worker_.io, [this, c] {
      c->returned = true;
      give_back(std::move(c->connection));
      c->done.finish(c->error);
    });
  });
  auto done = co_await c->done.wait(until);
  if (c->returned && c->unexpected) std::rethrow_exception(c->unexpected);
  co_return done;
}

void database::run_on_thread(call& c) const {
  const bool reused = c.connection != nullptr;
  try_on_thread(c);
  // A pooled connection may have died while nobody looked (a restart, a failover).
  if (reused && c.error && !c.connection) try_on_thread(c);
}

void database::try_on_thread(call& c) const {
  const core::duration left = c.until.left(core::now());
  if (left == core::duration::zero()) {
    c.error = core::errc::timed_out;
    return;
  }
  try {
    if (!c.connection) c.connection = open(left);
    c.connection->limit_statements(left);
    c.work(c.connection->connection);
    c.error.clear();
  } catch (const std::exception&) {
    c.error = error_of_current_exception();
    if (!c.error) c.unexpected = std::current_exception();
    if (session_is_lost(c.error) || (c.connection && !c.connection->connection.is_open()))
      c.connection.reset();
  }
}

database::connection_ptr database::open(core::duration time_left) const {
  const std::string url = core::with_connect_timeout(url_, time_left);
  connection_ptr opened;
  try {
    opened = std::make_unique<connection_state>(url);
  } catch (const pqxx::broken_connection&) {
    throw cannot_connect();
  }
  opened->connection.set_verbosity(pqxx::connection_base::verbose);  // that is, with SQLSTATEs
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  // Deprecated, and the only way to keep libpqxx 6 from reconnecting silently, without the
  // session's settings, in the middle of what was to be one transaction.
  opened->connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
  for (const auto& [name, sql] : statements_) opened->connection.prepare(name, sql);
  return opened;
}

void database::give_back(connection_ptr connection) {
  if (connection) idle_.push_back(std::move(connection));
  while (!waiting_.empty()) {
    waiter* next = waiting_.front();
    waiting_.pop_front();
    if (next->finished()) continue;  // timed out in this very turn
    next->finish();
    return;
  }
  --used_;
}

}  // namespace api
