#include "api/queue/message_queue.hpp"

namespace api {
namespace {

class queue_errors final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "queue"; }
  std::string message(int value) const override {
    switch (static_cast<queue_errc>(value)) {
      case queue_errc::full: return "the queue is full";
      case queue_errc::not_durable: return "the queue is not known to be durable";
      case queue_errc::refused: return "the queue refused it";
    }
    return "unknown";
  }
};

}  // namespace

boost::system::error_code make_error_code(queue_errc e) noexcept {
  static const queue_errors category;
  return {static_cast<int>(e), category};
}

}  // namespace api
