#pragma once

#include "api/cache/shared_cache.hpp"
#include "api/postgres/message_repository.hpp"

namespace api {

/// A store of messages that has the shared cache forget the securities whose scores came with them,
/// after they are stored. When the cache does not answer in time, old answers live until their own.
class forgetting_store final : public message_store {
 public:
  forgetting_store(message_store& inner, shared_cache& cache) : inner_(inner), cache_(cache) {}
  core::task<core::result<std::vector<std::string>>> store(
      call_context call, std::vector<queued_message> batch) override;
  core::task<core::result<std::int64_t>> count(call_context call) override;

 private:
  message_store& inner_;
  shared_cache& cache_;
};

/// The ISINs, each once, of the messages of the topic `scores` among those with these ids. Pure.
std::vector<std::string> scored_isins(const std::vector<queued_message>& batch,
                                      const std::vector<std::string>& ids);

}  // namespace api
