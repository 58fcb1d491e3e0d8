#include "core/resolver.hpp"

#include <ares.h>
#include <sys/time.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cstring>
#include <map>
#include <stdexcept>

#include "core/worker.hpp"

namespace core {
namespace {

using descriptor = asio::posix::basic_stream_descriptor<executor>;

errc error_of(int status) noexcept {
  switch (status) {
    case ARES_ENODATA:
    case ARES_ENOTFOUND:
    case ARES_EBADNAME: return errc::name_not_found;
    case ARES_ETIMEOUT: return errc::timed_out;
    case ARES_ECONNREFUSED: return errc::refused;
    case ARES_EBADRESP:
    case ARES_EFORMERR: return errc::malformed;
    case ARES_ECANCELLED:
    case ARES_EDESTRUCTION: return errc::cancelled;
    default: return errc::unreachable;
  }
}

/// What a lookup is waited for by: kept by c-ares until it is settled, and by whoever waits.
template <class T>
struct lookup {
  lookup(worker& w, deadline until) : woken(w.io.get_executor(), until.at) {}
  void settle(result<T> r) {
    outcome = std::move(r);
    woken.cancel();
  }
  steady_timer woken;
  std::optional<result<T>> outcome;
};

template <class T>
task<result<T>> settled(std::shared_ptr<lookup<T>> of) {
  if (!of->outcome) co_await of->woken.async_wait(asio::as_tuple(use_task));
  if (!of->outcome) co_return make_error_code(errc::timed_out);
  co_return std::move(*of->outcome);
}

/// Takes back what c-ares was given as its argument.
template <class T>
std::shared_ptr<lookup<T>> taken(void* argument) {
  const std::unique_ptr<std::shared_ptr<lookup<T>>> owner(
      static_cast<std::shared_ptr<lookup<T>>*>(argument));
  return *owner;
}

host_answer hosts_in(const ares_addrinfo& found) {
  host_answer out;
  std::uint32_t ttl = 0x7fffffff;
  for (const auto* alias = found.cnames; alias; alias = alias->next)
    ttl = std::min(ttl, static_cast<std::uint32_t>(std::max(alias->ttl, 0)));
  for (const auto* node = found.nodes; node; node = node->ai_next) {
    asio::ip::tcp::endpoint endpoint;
    if (node->ai_addrlen > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), node->ai_addr, node->ai_addrlen);
    endpoint.resize(node->ai_addrlen);
    out.addresses.push_back(endpoint.address());
    ttl = std::min(ttl, static_cast<std::uint32_t>(std::max(node->ai_ttl, 0)));
  }
  out.ttl = ttl;
  return out;
}

std::string listed(const std::vector<address>& servers) {
  std::string out;
  for (const auto& s : servers) {
    if (!out.empty()) out += ',';
    out += s.to_string();
  }
  return out;
}

}  // namespace

/// A c-ares channel driven by our loop: its sockets are waited for by descriptors of ours, which
/// are released before c-ares closes them, and its timeouts by one timer.
class resolver::channel : public std::enable_shared_from_this<resolver::channel> {
 public:
  channel(worker& w, const resolver_config& config) : worker_(w), timer_(w.io.get_executor()) {
    static const int ready = ares_library_init(ARES_LIB_INIT_ALL);
    ares_options options{};
    char lookups[] = "fb";
    options.timeout = static_cast<int>(
        std::chrono::duration_cast<std::chrono::milliseconds>(config.timeout).count());
    options.tries = config.tries;
    options.lookups = lookups;
    options.sock_state_cb = [](void* self, ares_socket_t fd, int read, int write) {
      static_cast<channel*>(self)->socket_changed(fd, read != 0, write != 0);
    };
    options.sock_state_cb_data = this;
    const int set = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB;
    if (ready != ARES_SUCCESS || ares_init_options(&ares_, &options, set) != ARES_SUCCESS)
      throw std::runtime_error("the resolver cannot be set up");
    const std::string servers = listed(config.servers);
    if (servers.empty() || ares_set_servers_ports_csv(ares_, servers.c_str()) == ARES_SUCCESS)
      return;
    ares_destroy(ares_);
    throw std::runtime_error("DNS servers " + servers + " are no addresses");
  }
  ~channel() { ares_destroy(ares_); }

  std::shared_ptr<lookup<srv_answer>> srv(const std::string& name) {
    auto out = std::make_shared<lookup<srv_answer>>(worker_, deadline::never());
    ares_search(ares_, name.c_str(), 1, 33, srv_answered,
                new std::shared_ptr<lookup<srv_answer>>(out));
    set_timer();
    return out;
  }
  std::shared_ptr<lookup<host_answer>> host(const std::string& name, ip_family family,
                                            deadline until) {
    auto out = std::make_shared<lookup<host_answer>>(worker_, until);
    ares_addrinfo_hints hints{};
    hints.ai_family = family == ip_family::only_4   ? AF_INET
                      : family == ip_family::only_6 ? AF_INET6
                                                    : AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    ares_getaddrinfo(ares_, name.c_str(), nullptr, &hints, host_answered,
                     new std::shared_ptr<lookup<host_answer>>(out));
    set_timer();
    return out;
  }

 private:
  struct watched {
    explicit watched(descriptor d) : socket(std::move(d)) {}
    descriptor socket;
    bool want_read = false, want_write = false;
    bool reading = false, writing = false;
    bool gone = false;
  };

  static void srv_answered(void* argument, int status, int, unsigned char* message, int size) {
    auto of = taken<srv_answer>(argument);
    if (status != ARES_SUCCESS) return of->settle(error_of(status));
    of->settle(parse_srv_answer({message, static_cast<std::size_t>(size)}));
  }
  static void host_answered(void* argument, int status, int, ares_addrinfo* found) {
    auto of = taken<host_answer>(argument);
    const std::unique_ptr<ares_addrinfo, decltype(&ares_freeaddrinfo)> owner(found,
                                                                             ares_freeaddrinfo);
    if (status != ARES_SUCCESS) return of->settle(error_of(status));
    host_answer answer = hosts_in(*found);
    if (answer.addresses.empty()) return of->settle(errc::name_not_found);
    of->settle(std::move(answer));
  }

  void socket_changed(ares_socket_t fd, bool read, bool write) {
    auto& place = sockets_[fd];
    if (!read && !write) {
      if (place) {
        place->gone = true;
        place->socket.release();
      }
      sockets_.erase(fd);
      return;
    }
    if (!place) place = std::make_shared<watched>(descriptor(worker_.io.get_executor(), fd));
    place->want_read = read;
    place->want_write = write;
    wait(place);
  }
  void wait(const std::shared_ptr<watched>& s) {
    if (s->want_read && !s->reading) wait_for(s, s->reading, descriptor::wait_read);
    if (s->want_write && !s->writing) wait_for(s, s->writing, descriptor::wait_write);
  }
  void wait_for(const std::shared_ptr<watched>& s, bool& pending, descriptor::wait_type what) {
    pending = true;
    s->socket.async_wait(what, [weak = weak_from_this(), s, &pending, what](const error_code& e) {
      pending = false;
      const auto self = weak.lock();
      if (!self || s->gone || e) return;
      const ares_socket_t fd = s->socket.native_handle();
      const bool read = what == descriptor::wait_read;
      self->process(read ? fd : ARES_SOCKET_BAD, read ? ARES_SOCKET_BAD : fd);
      if (!s->gone) self->wait(s);
    });
  }
  void process(ares_socket_t readable, ares_socket_t writable) {
    ares_process_fd(ares_, readable, writable);
    set_timer();
  }
  void set_timer() {
    timeval left{};
    if (!ares_timeout(ares_, nullptr, &left)) {
      timer_.cancel();
      return;
    }
    timer_.expires_after(std::chrono::seconds(left.tv_sec) +
                         std::chrono::microseconds(left.tv_usec));
    timer_.async_wait([weak = weak_from_this()](const error_code& e) {
      const auto self = weak.lock();
      if (self && !e) self->process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    });
  }

  worker& worker_;
  steady_timer timer_;
  ares_channel ares_ = nullptr;
  std::map<ares_socket_t, std::shared_ptr<watched>> sockets_;
};

resolver::resolver(worker& w, const resolver_config& config)
    : channel_(std::make_shared<channel>(w, config)) {}

resolver::~resolver() = default;

task<result<srv_answer>> resolver::srv(std::string name) {
  return settled(channel_->srv(name));
}

task<result<host_answer>> resolver::host(std::string name, ip_family family, deadline until) {
  auto out = co_await settled(channel_->host(name, family, until));
  if (out) arrange(out->addresses, family);
  co_return out;
}

}  // namespace core
