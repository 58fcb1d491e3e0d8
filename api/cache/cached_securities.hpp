#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "api/cache/local_cache.hpp"
#include "api/cache/security_source.hpp"
#include "api/cache/shared_cache.hpp"
#include "api/config.hpp"
#include "core/worker.hpp"

namespace api {

/// What the caches stand in front of: the securities' table and the scores.
class snapshot_maker {
 public:
  virtual ~snapshot_maker() = default;
  /// An error when either cannot be asked: there is no security without its score.
  virtual core::task<core::result<snapshot_ptr>> make(call_context call, std::string isin) = 0;
  virtual core::task<core::result<security_list>> list(call_context call, security_page page) = 0;
};

/// Securities behind two caches. An answer comes from this process's memory for a moment, then from
/// the shared cache while it is fresh, then from the sources; when those do not answer, from the
/// shared cache again, however old. Each ISIN is read once at a time, and whoever else asks for it
/// waits for that reading. The shared cache is written behind the answer's back, and costs at most
/// its timeout when it is slow. Belongs to one worker.
class cached_securities final : public security_source {
 public:
  cached_securities(core::worker& w, snapshot_maker& maker, shared_cache& shared,
                    cache_config config);
  ~cached_securities() override;

  security_answer find_now(const call_context& call, std::string_view isin) override;
  core::task<core::result<security_answer>> find(call_context call, std::string isin) override;
  core::task<core::result<security_list>> list(call_context call, security_page page) override;
  core::task<> forget(call_context call, std::vector<std::string> isins) override;

 private:
  struct reading;
  struct reading_end;
  core::task<core::result<security_answer>> join(call_context call, std::shared_ptr<reading> r);
  core::task<core::result<security_answer>> read(call_context call, std::string isin);
  core::task<core::result<security_answer>> ask_sources(call_context call, std::string isin,
                                                        security_answer known, std::string seen);
  core::task<> keep(call_context call, std::string isin, snapshot_ptr snapshot, std::string seen);
  void keep_locally(const std::string& isin, const security_answer& answer);
  security_answer timed(security_answer answer) const noexcept;
  core::duration age(const security_snapshot& s) const noexcept;
  core::duration fresh_for(const security_snapshot& s) const noexcept;

  core::worker& worker_;
  snapshot_maker& maker_;
  shared_cache& shared_;
  cache_config config_;
  local_cache local_;
  std::map<std::string, std::shared_ptr<reading>, std::less<>> readings_;
};

}  // namespace api
