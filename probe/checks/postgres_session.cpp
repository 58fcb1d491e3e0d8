#include "probe/checks/postgres_session.hpp"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <mutex>
#include <pqxx/pqxx>
#include <system_error>
#include <thread>

#include "core/config_types.hpp"
#include "core/file_descriptor.hpp"
#include "core/postgres_url.hpp"
#include "core/sqlstate.hpp"
#include "core/worker.hpp"
#include "probe/checks/postgres_rows.hpp"

namespace probe {
namespace {

namespace asio = core::asio;
using descriptor = asio::posix::basic_stream_descriptor<core::executor>;

/// What the thread and the coroutine share; the one that leaves last takes it away.
class attempt {
 public:
  explicit attempt(postgres_order order)
      : order_(std::move(order)), done_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (done_.get() < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  const postgres_order& order() const noexcept { return order_; }
  int done() const noexcept { return done_.get(); }

  /// The thread has a connection that may be cut; false when nobody waits for it any more.
  bool enter(int socket) {
    const std::lock_guard lock(mutex_);
    socket_ = socket;
    return !given_up_;
  }
  /// It closes the connection itself now.
  void leave() {
    const std::lock_guard lock(mutex_);
    socket_ = -1;
  }
  void finish(postgres_outcome outcome) {
    outcome_ = std::move(outcome);
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(done_.get(), &one, sizeof one);
  }
  /// How far it came, for whoever does not wait for the end.
  phase reached() {
    const std::lock_guard lock(mutex_);
    return socket_ >= 0 ? phase::wait : phase::connect;
  }
  /// Nobody waits any more.
  void give_up() {
    const std::lock_guard lock(mutex_);
    given_up_ = true;
    if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
  }
  /// Only after `done` became readable.
  postgres_outcome take() { return std::move(outcome_); }

 private:
  postgres_order order_;
  core::file_descriptor done_;
  std::mutex mutex_;
  int socket_ = -1;
  bool given_up_ = false;
  postgres_outcome outcome_;
};

/// Keeps the socket known to the attempt while the connection lives.
class open_socket {
 public:
  open_socket(attempt& a, int socket) : attempt_(a), wanted_(a.enter(socket)) {}
  ~open_socket() { attempt_.leave(); }
  open_socket(const open_socket&) = delete;
  open_socket& operator=(const open_socket&) = delete;
  bool wanted() const noexcept { return wanted_; }

 private:
  attempt& attempt_;
  bool wanted_;
};

constexpr std::string_view statement_timeout = "57014";

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

postgres_outcome broke(failure_reason why, std::optional<phase> in, std::string detail) {
  postgres_outcome out;
  out.why = why;
  out.broke_in = in;
  out.detail = std::move(detail);
  return out;
}

/// `SQLSTATE 42P01: relation "x" does not exist`.
postgres_outcome refused_statement(std::string_view message) {
  const auto state = core::sqlstate_in(message);
  auto text = first_line(message);
  if (const auto at = state.empty() ? std::string::npos : text.find(state); at != std::string::npos)
    text = "SQLSTATE " + text.substr(at);
  const auto why = state == statement_timeout ? failure_reason::timed_out : failure_reason::sql;
  return broke(why, std::nullopt, std::move(text));
}

/// libpqxx has no name for it.
std::string peer_of(int socket) {
  asio::ip::tcp::endpoint peer;
  auto size = static_cast<socklen_t>(peer.capacity());
  if (::getpeername(socket, peer.data(), &size) != 0) return {};
  const int family = peer.data()->sa_family;
  if (family != AF_INET && family != AF_INET6) return {};
  peer.resize(size);
  return core::address{peer.address().to_string(), peer.port()}.to_string();
}

std::unique_ptr<pqxx::connection> connect(const postgres_order& order) {
  auto out = std::make_unique<pqxx::connection>(
      core::with_connect_timeout(order.url, order.until.left(core::now())));
  out->set_verbosity(pqxx::connection_base::verbose);  // that is, with SQLSTATEs
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  // Deprecated, and the only way to keep libpqxx 6 from reconnecting silently.
  out->inhibit_reactivation(true);
#pragma GCC diagnostic pop
  return out;
}

/// A little sooner than the deadline, so that a server that is there says itself that it was late.
void limit(pqxx::nontransaction& session, core::duration left) {
  left -= std::min<core::duration>(left / 10, std::chrono::milliseconds(100));
  const auto millis = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  session.exec("SET statement_timeout = " + std::to_string(std::max<std::int64_t>(millis, 1)));
}

postgres_outcome run_statement(pqxx::connection& connection, const postgres_order& order) {
  try {
    pqxx::nontransaction session(connection);
    limit(session, order.until.left(core::now()));
    const core::instant start = core::now();
    const auto parameters = pqxx::prepare::make_dynamic_params(order.parameters);
    const pqxx::result rows = session.exec_params(order.query, parameters);
    postgres_outcome out;
    out.querying = core::now() - start;
    out.body = rows_json(rows);
    return out;
  } catch (const pqxx::broken_connection& e) {
    return broke(failure_reason::closed, phase::wait, first_line(e.what()));
  } catch (const std::exception& e) {
    return refused_statement(e.what());
  }
}

void work(const std::shared_ptr<attempt>& a) {
  const core::instant start = core::now();
  postgres_outcome out;
  core::duration connecting{};
  try {
    const auto connection = connect(a->order());
    connecting = core::now() - start;
    auto peer = peer_of(connection->sock());
    const open_socket socket(*a, connection->sock());
    if (socket.wanted()) out = run_statement(*connection, a->order());
    out.peer = std::move(peer);
  } catch (const std::exception& e) {
    out = refused_connection(e.what());
  }
  out.connecting = connecting;
  a->finish(std::move(out));
}

/// Wakes the coroutine at the deadline.
class alarm final : core::sweeper::entry {
 public:
  alarm(core::worker& w, descriptor& waited_for, core::deadline until) : waited_for_(waited_for) {
    w.deadlines.watch(*this, until);
  }
  bool rang() const noexcept { return rang_; }

 private:
  void expire() noexcept override {
    rang_ = true;
    core::error_code ignored;
    waited_for_.cancel(ignored);
  }
  descriptor& waited_for_;
  bool rang_ = false;
};

/// Tells the thread when the coroutine goes, however it goes.
struct interest {
  std::shared_ptr<attempt> of;
  ~interest() { of->give_up(); }
};

}  // namespace

postgres_outcome refused_connection(std::string message) {
  struct cause {
    std::string_view said;
    failure_reason why;
    std::optional<phase> in;
  };
  // What PostgreSQL itself says comes first: with several addresses there are several lines.
  static constexpr std::array causes{
      cause{"FATAL:", failure_reason::sql, std::nullopt},
      cause{"password", failure_reason::sql, std::nullopt},
      cause{"could not translate host name", failure_reason::name_not_found, phase::resolve},
      cause{"certificate", failure_reason::tls_certificate, phase::tls},
      cause{"SSL", failure_reason::tls_handshake, phase::tls},
      cause{"timeout expired", failure_reason::timed_out, phase::connect},
      cause{"Connection refused", failure_reason::refused, phase::connect},
      cause{"Connection reset", failure_reason::reset, phase::wait},
      cause{"closed the connection", failure_reason::closed, phase::wait},
      cause{"No route to host", failure_reason::unreachable, phase::connect},
      cause{"Network is unreachable", failure_reason::unreachable, phase::connect},
      cause{"invalid", failure_reason::request, std::nullopt},
      cause{"missing", failure_reason::request, std::nullopt}};
  for (const auto& c : causes)
    if (message.find(c.said) != std::string::npos) return broke(c.why, c.in, std::move(message));
  return broke(failure_reason::unreachable, phase::connect, std::move(message));
}

core::task<postgres_outcome> ask_postgres(core::worker& w, postgres_order order) {
  const core::deadline until = order.until;
  const interest mine{std::make_shared<attempt>(std::move(order))};
  descriptor finished(w.io.get_executor(), ::dup(mine.of->done()));
  std::thread([shared = mine.of] { work(shared); }).detach();
  const alarm deadline(w, finished, until);
  auto [error] =
      co_await finished.async_wait(descriptor::wait_read, asio::as_tuple(core::use_task));
  if (!error) co_return mine.of->take();
  co_return broke(failure_reason::timed_out, mine.of->reached(), "no answer in time");
}

}  // namespace probe
