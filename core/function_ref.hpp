#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace core {

template <class Signature>
class function_ref;

/// A callable by reference: two pointers, no allocation. For parameters only: what it refers to has
/// to outlive the call. Takes function objects (lambdas); a plain function goes in as a lambda.
template <class Result, class... Arguments>
class function_ref<Result(Arguments...)> {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, function_ref> &&
           std::is_class_v<std::remove_cvref_t<F>> &&
           std::is_invocable_r_v<Result, F&, Arguments...>) function_ref(F&& f)
  noexcept  // NOLINT(google-explicit-constructor): as std::function
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(f)))),
        call_([](void* object, Arguments... arguments) -> Result {
          return (*static_cast<std::remove_reference_t<F>*>(object))(
              std::forward<Arguments>(arguments)...);
        }) {}

  Result operator()(Arguments... arguments) const {
    return call_(object_, std::forward<Arguments>(arguments)...);
  }

 private:
  void* object_;
  Result (*call_)(void*, Arguments...);
};

}  // namespace core
