#pragma once

#include <boost/asio/buffer.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/peer_names.hpp"
#include "core/poller.hpp"
#include "core/sweeper.hpp"
#include "core/task.hpp"

struct ssl_st;

namespace core {

class worker;
class tls_context;
struct tls_facts;

/// A connected TCP stream, plain or TLS (an SSL on our own socket). Holds no buffer of its own
/// while idle. Lives on its worker's thread; its deadline is absolute and enforced by the sweeper:
/// when it passes, the socket is closed and pending operations give `errc::timed_out`. One read and
/// one write may be pending at the same time on a plain stream, one operation on a TLS stream.
class byte_stream final : private sweeper::entry {
 public:
  /// Takes the connection out of Asio's hands.
  byte_stream(worker& w, tcp_socket socket);
  ~byte_stream();

  /// Connects to an address, from `source` if that is given (without a port: connecting finds one).
  /// The error is the system's, or `errc::timed_out`.
  static task<result<std::unique_ptr<byte_stream>>> connect(worker& w, asio::ip::tcp::endpoint to,
                                                            std::optional<asio::ip::address> source,
                                                            deadline until);

  /// TLS handshake as the context's side; a client sends `server_name` as SNI and verifies it. A
  /// handshake that fails leaves what is known of it in `*failed`, which outlives the await.
  task<result<>> secure(std::shared_ptr<const tls_context> context, std::string server_name,
                        tls_facts* failed = nullptr);

  /// Reads at least one byte; `errc::closed` at the orderly end of the stream.
  task<result<std::size_t>> read_some(std::span<char> into);
  /// Reads what is there without waiting, and without a system call where nothing can be: 0 bytes
  /// when nothing is.
  result<std::size_t> try_read(std::span<char> into) noexcept;
  /// Whether `try_read` would give anything, an error included, as far as is known without asking
  /// the system.
  bool may_have_input() const noexcept;
  /// Writes what is taken at once, which is nearly always all of it: how many bytes of the buffers.
  /// What is left goes to `write`, unchanged.
  result<std::size_t> try_write(std::span<const asio::const_buffer> buffers) noexcept;
  /// Writes all of the buffers (gathered), at once where the socket takes them. The array and what
  /// it points to outlive the await.
  task<result<>> write(std::span<const asio::const_buffer> buffers);
  task<result<>> write(std::string_view bytes);
  /// Waits until a read would not block, holding no buffer.
  task<result<>> wait_readable();
  /// To be awaited after `try_read` gave 0: suspends without a frame until it may give more, or an
  /// error. Ends early after `wake`.
  auto until_readable() noexcept {
    return secured_read_wants_write() ? ready_.until_writable() : ready_.until_readable();
  }
  /// Resumes the coroutine that waits here, though nothing has come.
  void wake() noexcept { ready_.wake(); }

  /// Sets the absolute deadline of all that follows.
  void expires(deadline at) noexcept;
  bool timed_out() const noexcept { return timed_out_; }

  /// No more bytes to the peer (TLS: close_notify), reads go on.
  void shutdown_send() noexcept;
  /// Closes at once; pending operations end with an error. Idempotent.
  void close() noexcept;
  bool is_open() const noexcept { return descriptor_ >= 0; }
  /// Whether the peer has closed or sent something unasked while the stream was idle.
  bool stale() noexcept;

  bool is_secure() const noexcept { return ssl_ != nullptr; }
  /// Valid as long as the stream; null for a plain one.
  const ssl_st* native_tls() const noexcept { return ssl_; }
  /// Who the verified peer is by its certificate, valid as long as the stream; empty without one.
  peer_names peer() const noexcept { return peer_names(peer_lines_); }
  std::string_view peer_identity() const noexcept { return peer().first(); }
  /// Leaf certificate's end of validity, Unix seconds; 0 without TLS.
  std::int64_t peer_certificate_expiry() const noexcept;
  asio::ip::tcp::endpoint remote() const noexcept { return remote_; }
  worker& owner() noexcept { return worker_; }

 private:
  byte_stream(worker& w, int connecting, const asio::ip::tcp::endpoint& to);
  void expire() noexcept override;
  error_code fail(const error_code& e) const noexcept;
  error_code fail_closed() const noexcept;
  bool secured_read_wants_write() const noexcept;
  result<std::size_t> try_read_secured(std::span<char> into) noexcept;
  result<std::size_t> try_write_secured(std::span<const asio::const_buffer> buffers) noexcept;
  task<result<>> wait_for(int ssl_error);
  task<result<>> write_secured(std::string_view bytes);
  task<result<>> write_records(std::span<const asio::const_buffer> buffers);
  task<result<>> write_plain(std::span<const asio::const_buffer> buffers);
  void learn_peer();
  error_code explain_handshake(tls_facts* failed) const;

  worker& worker_;
  int descriptor_ = -1;
  poller::entry ready_;
  asio::ip::tcp::endpoint remote_;
  ssl_st* ssl_ = nullptr;
  std::shared_ptr<const tls_context> context_;
  std::string peer_lines_;
  bool timed_out_ = false;
};

}  // namespace core
