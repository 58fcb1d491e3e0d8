#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config_reader.hpp"
#include "core/exposition.hpp"
#include "core/http_server.hpp"
#include "core/readiness.hpp"

namespace core {

class logger;

struct admin_config {
  address listen{"127.0.0.1", 0};
  std::optional<secret> token;
  // What a program may say besides, not its file:
  std::vector<address> also{};  ///< further addresses to listen on
  std::string prefix{};         ///< `/probes`: every path is served behind it, too
  duration request_time = std::chrono::seconds(30);  ///< request received → answer sent

  static void describe(fields<admin_config>& f) {
    f.optional("listen", &admin_config::listen,
               "Address of the admin port: /metrics, /livez, /readyz, /version and the rest.");
    f.optional("token", &admin_config::token,
               "Bearer token that opens what otherwise only loopback may ask.");
  }
};

/// Who may ask for an admin page.
enum class admin_access { anyone, operators };

/// By when a scrape that arrives `now` must be rendered: what the scraper says in
/// X-Prometheus-Scrape-Timeout-Seconds, less half a second (or less half of it, if that is less)
/// for rendering and the way back; `deadline::never` when it says nothing that is a number.
deadline scrape_deadline(std::string_view timeout_header, instant now) noexcept;

/// The admin port of a program (design, contract 6): /metrics /livez /readyz /version for anyone;
/// pages that show traffic or change state for loopback only, or with the token; what changes state
/// is POST only.
class admin {
 public:
  /// `program` and `version` for /version; `sources` and `ready` outlive the admin.
  admin(worker& w, admin_config config, std::string program, std::string version,
        const exposition& sources, const readiness& ready);

  /// Adds a GET page; a path that ends in a slash stands for everything below it that has no page
  /// of its own. A path may be a page and an action too.
  void page(std::string path, admin_access access, http_handler handler);
  /// Adds a step of every scrape: run before /metrics is rendered, within the deadline it is given,
  /// which leaves time to answer the scraper (`scrape_deadline`). Rendering follows the last step
  /// without a turn of the loop between them.
  void before_scrape(std::function<task<>(deadline)> step) {
    scrape_steps_.push_back(std::move(step));
  }
  /// Adds something that changes state, POST only, operators only.
  void action(std::string path, http_handler handler);

  /// Starts listening; throws std::runtime_error naming the address when it cannot.
  std::uint16_t start();
  task<> drain(deadline until) { return server_.drain(until); }

 private:
  struct entry {
    admin_access access = admin_access::anyone;  // of the page
    http_handler page, action;                   // GET and POST; null where there is none
  };
  task<server_response> scrape(const server_request& request);
  task<server_response> dispatch(const server_request& request);
  const entry* find(std::string_view path) const;
  bool allowed(const server_request& request, admin_access access) const;

  admin_config config_;
  const exposition& sources_;
  std::vector<std::function<task<>(deadline)>> scrape_steps_;
  std::map<std::string, entry, std::less<>> entries_;
  http_server server_;
};

}  // namespace core
