#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace probe {

/// A list that is never changed, only replaced, so that its copies share it: scenarios of many
/// targets differ in nothing but the target. Immutable; any thread.
template <class T>
class shared_list {
 public:
  shared_list() : items_(std::make_shared<const std::vector<T>>()) {}
  shared_list(std::vector<T> items)  // NOLINT(google-explicit-constructor): it is one
      : items_(std::make_shared<const std::vector<T>>(std::move(items))) {}

  const std::vector<T>& get() const noexcept { return *items_; }
  bool empty() const noexcept { return items_->empty(); }
  std::size_t size() const noexcept { return items_->size(); }
  const T& operator[](std::size_t i) const noexcept { return (*items_)[i]; }
  const T& at(std::size_t i) const { return items_->at(i); }
  auto begin() const noexcept { return items_->begin(); }
  auto end() const noexcept { return items_->end(); }

 private:
  std::shared_ptr<const std::vector<T>> items_;
};

}  // namespace probe
