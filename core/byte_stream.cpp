#include "core/byte_stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <cerrno>
#include <cstring>

#include "core/tls_context.hpp"
#include "core/worker.hpp"

namespace core {
namespace {

constexpr auto waiting = asio::as_tuple(use_task);

error_code last_system_error() noexcept {
  return {errno, boost::system::system_category()};
}

std::string subject_alternative_name(X509* certificate) {
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  if (!names) return {};
  std::string uri, dns;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    std::string* into = name->type == GEN_URI ? &uri : name->type == GEN_DNS ? &dns : nullptr;
    if (into && into->empty())
      into->assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.ia5)),
                   static_cast<std::size_t>(ASN1_STRING_length(name->d.ia5)));
  }
  GENERAL_NAMES_free(names);
  return uri.empty() ? dns : uri;
}

}  // namespace

byte_stream::byte_stream(worker& w, tcp_socket socket) : worker_(w), socket_(std::move(socket)) {
  error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  remote_ = socket_.remote_endpoint(ignored);
}

byte_stream::~byte_stream() {
  SSL_free(ssl_);
}

void byte_stream::expires(deadline at) noexcept {
  worker_.deadlines.watch(*this, at);
}

void byte_stream::expire() noexcept {
  timed_out_ = true;
  close();
}

void byte_stream::close() noexcept {
  error_code ignored;
  socket_.close(ignored);
}

error_code byte_stream::fail(const error_code& e) const noexcept {
  return timed_out_ ? errc::timed_out : classify(e);
}

task<result<>> byte_stream::secure(std::shared_ptr<const tls_context> context,
                                   std::string server_name) {
  context_ = std::move(context);
  ssl_ = SSL_new(context_->native());
  if (!ssl_ || SSL_set_fd(ssl_, socket_.native_handle()) != 1) co_return errc::tls_handshake;
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
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) {
      const bool rejected = SSL_get_verify_result(ssl_) != X509_V_OK;
      co_return rejected ? errc::tls_certificate : errc::tls_handshake;
    }
    if (auto waited = co_await wait_for(why); !waited) co_return waited.error();
  }
  read_peer_identity();
  co_return result<>();
}

void byte_stream::read_peer_identity() {
  X509* certificate = SSL_get1_peer_certificate(ssl_);
  if (!certificate) return;
  if (SSL_get_verify_result(ssl_) == X509_V_OK && SSL_get_verify_mode(ssl_) != SSL_VERIFY_NONE)
    peer_identity_ = subject_alternative_name(certificate);
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
  const auto direction =
      ssl_error == SSL_ERROR_WANT_WRITE ? tcp_socket::wait_write : tcp_socket::wait_read;
  auto [error] = co_await socket_.async_wait(direction, waiting);
  if (error || timed_out_) co_return fail(error);
  co_return result<>();
}

task<result<>> byte_stream::wait_readable() {
  if (ssl_ && SSL_pending(ssl_) > 0) co_return result<>();
  auto [error] = co_await socket_.async_wait(tcp_socket::wait_read, waiting);
  if (error || timed_out_) co_return fail(error);
  co_return result<>();
}

result<std::size_t> byte_stream::try_read(std::span<char> into) noexcept {
  if (!socket_.is_open()) return fail(asio::error::operation_aborted);
  if (ssl_) {
    ERR_clear_error();
    const int got = SSL_read(ssl_, into.data(), static_cast<int>(into.size()));
    if (got > 0) return static_cast<std::size_t>(got);
    switch (SSL_get_error(ssl_, got)) {
      case SSL_ERROR_WANT_READ:
      case SSL_ERROR_WANT_WRITE: return std::size_t{0};
      case SSL_ERROR_ZERO_RETURN: return errc::closed;
      // A peer that ends TCP without close_notify: an end to HTTP only where the length is known.
      case SSL_ERROR_SYSCALL: return errno == 0 ? errc::closed : classify(last_system_error());
      default: return errc::reset;
    }
  }
  const ssize_t got = ::recv(socket_.native_handle(), into.data(), into.size(), MSG_DONTWAIT);
  if (got > 0) return static_cast<std::size_t>(got);
  if (got == 0) return errc::closed;
  if (errno == EAGAIN || errno == EINTR) return std::size_t{0};
  return classify(last_system_error());
}

task<result<std::size_t>> byte_stream::read_some(std::span<char> into) {
  if (!ssl_) {
    auto [error, got] =
        co_await socket_.async_read_some(asio::buffer(into.data(), into.size()), waiting);
    if (error) co_return fail(error);
    co_return got;
  }
  for (;;) {
    auto got = try_read(into);
    if (!got || *got > 0) co_return got;
    if (auto waited =
            co_await wait_for(SSL_want_write(ssl_) ? SSL_ERROR_WANT_WRITE : SSL_ERROR_WANT_READ);
        !waited)
      co_return waited.error();
  }
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

// Straight to the kernel first: Asio would take the completion through its scheduler even then.
task<result<>> byte_stream::write_plain(std::span<const asio::const_buffer> buffers) {
  constexpr std::size_t most = 16;
  std::size_t done = 0;  // bytes of the first buffer that are out
  while (!buffers.empty()) {
    if (!socket_.is_open()) co_return fail(asio::error::operation_aborted);
    iovec pieces[most];
    const std::size_t count = std::min(buffers.size(), most);
    for (std::size_t i = 0; i < count; ++i)
      pieces[i] = {const_cast<void*>(buffers[i].data()), buffers[i].size()};
    pieces[0].iov_base = static_cast<char*>(pieces[0].iov_base) + done;
    pieces[0].iov_len -= done;
    msghdr message{};
    message.msg_iov = pieces;
    message.msg_iovlen = count;
    const ssize_t sent = ::sendmsg(socket_.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) co_return fail(last_system_error());
    if (sent < 0) {
      auto [error] = co_await socket_.async_wait(tcp_socket::wait_write, waiting);
      if (error || timed_out_) co_return fail(error);
      continue;
    }
    done += static_cast<std::size_t>(sent);
    while (!buffers.empty() && done >= buffers.front().size()) {
      done -= buffers.front().size();
      buffers = buffers.subspan(1);
    }
  }
  co_return result<>();
}

task<result<>> byte_stream::write_secured(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!socket_.is_open()) co_return fail(asio::error::operation_aborted);
    ERR_clear_error();
    const int sent = SSL_write(ssl_, bytes.data(),
                               static_cast<int>(std::min<std::size_t>(bytes.size(), 1 << 30)));
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
  if (ssl_ && socket_.is_open()) SSL_shutdown(ssl_);
  error_code ignored;
  socket_.shutdown(tcp_socket::shutdown_send, ignored);
}

bool byte_stream::stale() noexcept {
  if (!socket_.is_open()) return true;
  char byte;
  if (ssl_) {
    // Peeking through TLS takes in what may come unasked between requests (session tickets).
    ERR_clear_error();
    const int got = SSL_peek(ssl_, &byte, 1);
    return got > 0 || SSL_get_error(ssl_, got) != SSL_ERROR_WANT_READ;
  }
  const ssize_t got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || (errno != EAGAIN && errno != EINTR);
}

}  // namespace core
