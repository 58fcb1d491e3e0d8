#include "core/byte_stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/socket_calls.hpp"
#include "core/tls_context.hpp"
#include "core/tls_facts.hpp"
#include "core/worker.hpp"

namespace core {
namespace {

constexpr std::size_t most_a_write = 1 << 30;  // SSL_write takes an int

error_code last_system_error() noexcept {
  return {errno, boost::system::system_category()};
}

}  // namespace

byte_stream::byte_stream(worker& w, tcp_socket socket) : worker_(w), ready_(w.sockets) {
  error_code error;
  remote_ = socket.remote_endpoint(error);
  socket.non_blocking(true, error);
  socket.set_option(asio::ip::tcp::no_delay(true), error);
  descriptor_ = socket.release(error);
  if (error) descriptor_ = -1;
  if (descriptor_ >= 0 && !ready_.watch(descriptor_)) close();
}

byte_stream::~byte_stream() {
  SSL_free(ssl_);
  if (descriptor_ >= 0) ::close(descriptor_);
}

void byte_stream::expires(deadline at) noexcept {
  worker_.deadlines.watch(*this, at);
}

void byte_stream::expire() noexcept {
  timed_out_ = true;
  close();
}

void byte_stream::close() noexcept {
  if (descriptor_ < 0) return;
  ::close(std::exchange(descriptor_, -1));
  ready_.forget();
}

error_code byte_stream::fail(const error_code& e) const noexcept {
  return timed_out_ ? errc::timed_out : classify(e);
}

error_code byte_stream::fail_closed() const noexcept {
  return fail(asio::error::operation_aborted);
}

task<result<>> byte_stream::secure(std::shared_ptr<const tls_context> context,
                                   std::string server_name, tls_facts* failed) {
  context_ = std::move(context);
  ssl_ = SSL_new(context_->native());
  if (!ssl_ || SSL_set_fd(ssl_, descriptor_) != 1) co_return errc::tls_handshake;
  if (context_->is_server()) {
    SSL_set_accept_state(ssl_);
  } else {
    SSL_set_connect_state(ssl_);
    if (!server_name.empty()) {
      error_code not_numeric;
      asio::ip::make_address(server_name, not_numeric);
      if (not_numeric) {
        SSL_set_tlsext_host_name(ssl_, server_name.c_str());
        SSL_set1_host(ssl_, server_name.c_str());
      } else {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), server_name.c_str());
      }
    }
  }
  for (;;) {
    ERR_clear_error();
    const int done = SSL_do_handshake(ssl_);
    if (done == 1) break;
    const int why = SSL_get_error(ssl_, done);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
      co_return explain_handshake(failed);
    if (auto waited = co_await wait_for(why); !waited) co_return waited.error();
  }
  learn_peer();
  co_return result<>();
}

error_code byte_stream::explain_handshake(tls_facts* failed) const {
  const unsigned long why = ERR_peek_error();
  const long verified = SSL_get_verify_result(ssl_);
  if (failed) {
    *failed = read_tls_facts(ssl_);
    const char* text = verified != X509_V_OK ? X509_verify_cert_error_string(verified)
                                             : ERR_reason_error_string(why);
    failed->error = text ? text : "the peer closed the connection";
  }
  return verified != X509_V_OK ? errc::tls_certificate : errc::tls_handshake;
}

void byte_stream::learn_peer() {
  X509* certificate = SSL_get1_peer_certificate(ssl_);
  if (!certificate) return;
  if (SSL_get_verify_result(ssl_) == X509_V_OK && SSL_get_verify_mode(ssl_) != SSL_VERIFY_NONE)
    peer_lines_ = read_peer_names(certificate);
  X509_free(certificate);
}

std::int64_t byte_stream::peer_certificate_expiry() const noexcept {
  if (!ssl_) return 0;
  X509* certificate = SSL_get1_peer_certificate(ssl_);
  if (!certificate) return 0;
  tm when{};
  const bool known = ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &when) == 1;
  X509_free(certificate);
  return known ? static_cast<std::int64_t>(timegm(&when)) : 0;
}

task<result<>> byte_stream::wait_for(int ssl_error) {
  if (ssl_error == SSL_ERROR_WANT_WRITE) {
    ready_.write_would_block();
    co_await ready_.until_writable();
  } else {
    ready_.read_would_block();
    co_await ready_.until_readable();
  }
  if (!is_open()) co_return fail_closed();
  co_return result<>();
}

task<result<>> byte_stream::wait_readable() {
  if (!is_open()) co_return fail_closed();
  if (ssl_ && SSL_has_pending(ssl_)) co_return result<>();
  // What is remembered may be from before the last read: only the kernel knows.
  if (ready_.readable() && nothing_to_read(descriptor_)) ready_.read_would_block();
  if (!ready_.readable()) co_await ready_.until_readable();
  if (!is_open()) co_return fail_closed();
  co_return result<>();
}

bool byte_stream::may_have_input() const noexcept {
  return !is_open() || ready_.readable() || (ssl_ && SSL_has_pending(ssl_));
}

bool byte_stream::secured_read_wants_write() const noexcept {
  return ssl_ && SSL_want_write(ssl_);
}

result<std::size_t> byte_stream::try_read_secured(std::span<char> into) noexcept {
  if (!ready_.readable() && !SSL_has_pending(ssl_)) return std::size_t{0};
  ERR_clear_error();
  const int got = SSL_read(ssl_, into.data(), static_cast<int>(into.size()));
  if (got > 0) return static_cast<std::size_t>(got);
  switch (SSL_get_error(ssl_, got)) {
    case SSL_ERROR_WANT_READ: ready_.read_would_block(); return std::size_t{0};
    case SSL_ERROR_WANT_WRITE: ready_.write_would_block(); return std::size_t{0};
    case SSL_ERROR_ZERO_RETURN: return errc::closed;
    // A peer that ends TCP without close_notify: an end to HTTP only where the length is known.
    case SSL_ERROR_SYSCALL: return errno == 0 ? errc::closed : classify(last_system_error());
    default: return errc::reset;
  }
}

result<std::size_t> byte_stream::try_read(std::span<char> into) noexcept {
  if (!is_open()) return fail_closed();
  if (ssl_) return try_read_secured(into);
  if (!ready_.readable()) return std::size_t{0};
  const ssize_t got = receive(descriptor_, into);
  if (got > 0) {
    // A short read emptied the socket: asking again would only give EAGAIN. What comes afterwards
    // is another edge; an end that was seen is not.
    if (static_cast<std::size_t>(got) < into.size() && !ready_.ended()) ready_.read_would_block();
    return static_cast<std::size_t>(got);
  }
  if (got == 0) return errc::closed;
  if (errno != EAGAIN) return classify(last_system_error());
  ready_.read_would_block();
  return std::size_t{0};
}

task<result<std::size_t>> byte_stream::read_some(std::span<char> into) {
  for (;;) {
    auto got = try_read(into);
    if (!got || *got > 0) co_return got;
    co_await until_readable();
  }
}

result<std::size_t> byte_stream::try_write_secured(
    std::span<const asio::const_buffer> buffers) noexcept {
  std::size_t taken = 0;
  for (const auto& b : buffers) {
    if (b.size() == 0) continue;
    ERR_clear_error();
    const int sent = SSL_write(ssl_, b.data(), static_cast<int>(std::min(b.size(), most_a_write)));
    if (sent <= 0) {
      const int why = SSL_get_error(ssl_, sent);
      if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) break;
      return fail(errc::reset);
    }
    taken += static_cast<std::size_t>(sent);
    if (static_cast<std::size_t>(sent) < b.size()) break;
  }
  return taken;
}

result<std::size_t> byte_stream::try_write(std::span<const asio::const_buffer> buffers) noexcept {
  if (!is_open()) return fail_closed();
  if (ssl_) return try_write_secured(buffers);
  if (!ready_.writable()) return std::size_t{0};
  if (buffers.size() > most_pieces) buffers = buffers.first(most_pieces);
  const std::size_t total = asio::buffer_size(buffers);
  const ssize_t sent = transmit(descriptor_, buffers, total);
  if (sent < 0 && errno != EAGAIN) return fail(last_system_error());
  if (sent < 0 || static_cast<std::size_t>(sent) < total) ready_.write_would_block();
  return static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
}

task<result<>> byte_stream::write(std::span<const asio::const_buffer> buffers) {
  return ssl_ ? write_records(buffers) : write_plain(buffers);
}

task<result<>> byte_stream::write_records(std::span<const asio::const_buffer> buffers) {
  // Small pieces share a record: one gathered copy costs less than a record and a system call each.
  std::size_t total = 0;
  for (const auto& b : buffers) total += b.size();
  if (total <= buffer_pool::buffer_size && buffers.size() > 1) {
    auto joined = worker_.buffers.lend();
    char* end = joined.data();
    for (const auto& b : buffers) {
      if (b.size()) std::memcpy(end, b.data(), b.size());
      end += b.size();
    }
    const std::string_view all(joined.data(), total);
    co_return co_await write_secured(all);
  }
  for (const auto& b : buffers) {
    const std::string_view piece(static_cast<const char*>(b.data()), b.size());
    auto sent = co_await write_secured(piece);
    if (!sent) co_return sent;
  }
  co_return result<>();
}

task<result<>> byte_stream::write_plain(std::span<const asio::const_buffer> buffers) {
  std::size_t done = 0;  // bytes of the first buffer that are out
  for (;;) {
    const asio::const_buffer rest = buffers.empty() ? asio::const_buffer() : buffers.front() + done;
    const bool partly = done > 0;
    auto sent = try_write(partly ? std::span<const asio::const_buffer>(&rest, 1) : buffers);
    if (!sent) co_return sent.error();
    done += *sent;
    while (!buffers.empty() && done >= buffers.front().size()) {
      done -= buffers.front().size();
      buffers = buffers.subspan(1);
    }
    if (buffers.empty()) co_return result<>();
    if (!ready_.writable()) co_await ready_.until_writable();
  }
}

task<result<>> byte_stream::write_secured(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!is_open()) co_return fail_closed();
    ERR_clear_error();
    const int sent =
        SSL_write(ssl_, bytes.data(), static_cast<int>(std::min(bytes.size(), most_a_write)));
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      continue;
    }
    const int why = SSL_get_error(ssl_, sent);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) co_return errc::reset;
    if (auto waited = co_await wait_for(why); !waited) co_return waited.error();
  }
  co_return result<>();
}

task<result<>> byte_stream::write(std::string_view bytes) {
  const asio::const_buffer one(bytes.data(), bytes.size());
  co_return co_await write(std::span(&one, 1));
}

void byte_stream::shutdown_send() noexcept {
  if (!is_open()) return;
  if (ssl_) SSL_shutdown(ssl_);
  ::shutdown(descriptor_, SHUT_WR);
}

bool byte_stream::stale() noexcept {
  if (!is_open()) return true;
  if (ssl_) {
    char byte;
    // Peeking through TLS takes in what may come unasked between requests (session tickets).
    ERR_clear_error();
    const int got = SSL_peek(ssl_, &byte, 1);
    return got > 0 || SSL_get_error(ssl_, got) != SSL_ERROR_WANT_READ;
  }
  return !nothing_to_read(descriptor_);
}

}  // namespace core
