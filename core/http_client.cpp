#include "core/http_client.hpp"

#include "core/worker.hpp"

namespace core {
namespace {

bool idempotent(std::string_view method) noexcept {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" ||
         method == "OPTIONS";
}

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

http_client::http_client(worker& w, base_url base, exchange_limits limits,
                         std::shared_ptr<const tls_context> tls)
    : worker_(w),
      base_(std::move(base)),
      limits_(limits),
      pool_(w, {base_.authority, std::move(tls), base_.authority.host}, {}) {}

task<result<http_answer>> http_client::send(outgoing_request request, deadline until) {
  request.target.insert(0, base_.path);
  request.headers.insert(request.headers.begin(), {"Host", base_.authority.to_string()});
  const bool repeatable = idempotent(request.method);
  for (bool first = true;; first = false) {
    auto stream = first ? pool_.take(!repeatable) : nullptr;
    const bool reused = stream != nullptr;
    if (!stream) {
      auto fresh = co_await dial(worker_, pool_.target(), until);
      if (!fresh.stream) co_return fresh.error;
      stream = std::move(fresh.stream);
    }
    auto done = co_await exchange(*stream, request, limits_, until);
    if (done.error && reused && repeatable && done.answered_nothing && !stream->timed_out())
      continue;
    if (done.error) co_return done.error;
    if (done.answer.reusable) pool_.put(std::move(stream), done.answer.times.done);
    co_return std::move(done.answer);
  }
}

task<result<http_answer>> http_client::get(std::string target, deadline until) {
  outgoing_request request;
  request.target = std::move(target);
  co_return co_await send(std::move(request), until);
}

std::string url_encode(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
  }
  return out;
}

bool url_decode(std::string_view text, bool plus_is_space, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out.push_back(' ');
    } else if (text[i] != '%') {
      out.push_back(text[i]);
    } else {
      const bool whole = text.size() - i > 2;
      const int high = whole ? hex_value(text[i + 1]) : -1;
      const int low = whole ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return false;
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  return true;
}

}  // namespace core
