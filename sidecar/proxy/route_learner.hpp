#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "sidecar/proxy/route.hpp"
#include "sidecar/proxy/route_template.hpp"
#include "sidecar/proxy/route_trie.hpp"

namespace core {
class exposition_writer;
}

namespace sidecar {

/// What was learned up to one moment; immutable, shared by the workers. Unlike the configured table
/// it prefers literals, as the routers do that the templates came from.
class learned_routes {
 public:
  struct match {
    std::uint16_t number = 0;  ///< from 1; 0: no template, or more than one
    std::string_view route;    ///< lives as long as the learner
    bool conflict = false;
  };
  /// `path` is without the query. Allocates nothing.
  match find(std::uint8_t method, std::string_view path) const noexcept;

 private:
  friend class route_learner;
  static constexpr std::uint16_t conflicting = 0xffff;
  // Of a leaf, by method: the number of its template, 0, or `conflicting`.
  using numbers = std::array<std::uint16_t, method_count>;
  route_trie templates_;
  std::vector<numbers> by_leaf_;
  std::vector<std::string_view> names_;  // by number less one
};

/// Learns route templates from what the application says of its own requests (`http.route` of its
/// server spans), for labels of later requests; never for SLIs. Bounded in templates, depth, length
/// and names at one place. Two templates for one path are a conflict: from then on neither is
/// used where they collide, and the requests are `other`. One a process: applications behind
/// several listeners share it.
/// Thread-safe; readers take a snapshot when `version` has changed, so that no request waits.
class route_learner {
 public:
  static constexpr std::size_t most_siblings = 64;  ///< literals below one place
  static constexpr std::size_t most_templates = 10'000;

  /// `limit` is the number of templates, at most `most_templates`; 0 learns nothing.
  explicit route_learner(std::size_t limit);

  /// A request of that method (`method_index`) and path (no query) was handled by this route, as
  /// the application spells it.
  void learn(std::uint8_t method, std::string_view path, std::string_view http_route);
  /// For what is learned from now on.
  void set_limit(std::size_t limit);

  /// Changes whenever `snapshot` does.
  std::uint64_t version() const noexcept { return version_.load(std::memory_order_acquire); }
  std::shared_ptr<const learned_routes> snapshot() const;

  struct learned {
    std::string route;
    std::vector<std::string> methods;  ///< that it is used for
    std::uint64_t spans = 0;           ///< that named it
  };
  /// What is in use, in the order in which a table of configured routes has to have it to match
  /// alike.
  std::vector<learned> list() const;
  /// `GET /a/b: /a/b and /a/{x}`, in order of discovery.
  std::vector<std::string> conflicts() const;
  std::uint64_t refused(route_refusal why) const;

  /// `remora_learned_routes{state}`, `remora_learned_routes_refused_total{reason}`.
  void write(core::exposition_writer& out) const;

 private:
  struct name {
    std::string route;    // as we spell it
    std::string spelled;  // as the application did last
    std::uint64_t spans = 0;
  };
  struct place {
    std::uint16_t number = 0;
    std::size_t leaf = 0;
  };
  bool is_known(std::uint8_t method, std::string_view path, std::string_view http_route);
  route_refusal check_room(const std::string& route) const;
  place place_of(learned_routes& next, const std::string& route);
  bool says_nothing_new(std::uint8_t method, std::string_view path, place known) const;
  void insert(std::uint8_t method, std::string_view path, const std::string& route);
  void collide(std::uint16_t& slot, std::uint8_t method, std::string_view path,
               const std::string& route);

  mutable std::mutex mutex_;
  std::size_t limit_;
  std::shared_ptr<const learned_routes> now_;
  std::deque<name> names_;  // by number less one; never moves, never goes
  std::map<std::string, place, std::less<>> by_route_;
  std::vector<std::string> conflicts_;
  std::array<std::uint64_t, route_refusal_count> refused_{};
  std::atomic<std::uint64_t> version_{0};
};

}  // namespace sidecar
