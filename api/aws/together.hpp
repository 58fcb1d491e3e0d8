#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "api/waiter.hpp"
#include "core/task.hpp"
#include "core/worker.hpp"

namespace api {

namespace detail {

template <class T>
struct under_way {
  under_way(core::worker& w, std::size_t count) : done(w), left(count), results(count) {}
  waiter done;
  std::size_t left;
  std::vector<std::optional<T>> results;
};

template <class T>
core::task<> keep_result(core::task<T> what, std::shared_ptr<under_way<T>> all, std::size_t at) {
  struct counted {
    under_way<T>& all;
    ~counted() {
      if (--all.left == 0) all.done.finish();
    }
  } end{*all};
  all->results[at].emplace(co_await std::move(what));
}

}  // namespace detail

/// Runs tasks side by side and gives their results in the same order when all of them have ended;
/// nullopt for one that ended with an exception, which was logged with `what`. They end by their
/// own deadlines.
template <class T>
core::task<std::vector<std::optional<T>>> together(core::worker& w, const char* what,
                                                   std::vector<core::task<T>> tasks) {
  auto all = std::make_shared<detail::under_way<T>>(w, tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i)
    w.start(what, detail::keep_result(std::move(tasks[i]), all, i));
  if (!tasks.empty()) co_await all->done.wait(core::deadline::never());
  co_return std::move(all->results);
}

}  // namespace api
