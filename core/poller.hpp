#pragma once

#include <sys/epoll.h>

#include <array>
#include <boost/asio/deferred.hpp>
#include <memory>
#include <optional>
#include <span>

#include "core/task.hpp"

namespace core {

/// The readiness of one worker's sockets. Asio tries a read before it waits for one, and takes
/// every completion through its queues; here a socket is registered once, edge-triggered, remembers
/// what it is ready for, and a coroutine that waits for it is resumed right from the event. The
/// sockets are in the epoll instance of the worker's `io_context`: one wait serves both. Used on
/// its worker's thread only.
class poller {
 public:
  /// One registered descriptor: what it is ready for, and who waits. Unregisters on destruction;
  /// neither copied nor moved.
  class entry {
    // What Boost 1.81 hands to an operation that is awaited directly; it has no public name.
    using waiter = asio::detail::awaitable_async_op_handler<void(), executor>;
    static auto until(std::optional<waiter>& place) noexcept {
      return asio::async_initiate<const asio::deferred_t&, void()>(
          [](waiter w, std::optional<waiter>* into) { into->emplace(std::move(w)); },
          asio::deferred, &place);
    }

   public:
    explicit entry(poller& owner) noexcept : owner_(owner) {}
    entry(const entry&) = delete;
    entry& operator=(const entry&) = delete;
    ~entry() { unlink(); }

    /// Begins to watch a non-blocking descriptor; nothing is known of it yet, so both directions
    /// count as ready until a call would block. False when the system cannot watch any more, or the
    /// poller is not open.
    bool watch(int descriptor) noexcept;
    /// Forgets the descriptor, which the caller closes, and resumes who waits, from the queue of
    /// the `io_context`: never inside this call.
    void forget() noexcept;

    bool readable() const noexcept { return readable_; }
    bool writable() const noexcept { return writable_; }
    /// The peer has sent its last byte, or the connection broke: a short read says nothing then.
    bool ended() const noexcept { return ended_; }
    void read_would_block() noexcept { readable_ = false; }
    void write_would_block() noexcept { writable_ = false; }

    /// To be awaited once a call would have blocked: suspends until the direction is ready, or the
    /// descriptor is forgotten, or `wake` is called. One coroutine a direction at a time; awaiting
    /// it costs no frame.
    auto until_readable() noexcept { return until(reader_); }
    auto until_writable() noexcept { return until(writer_); }
    /// Resumes who waits, as `forget` does, though nothing is ready.
    void wake() noexcept;

   private:
    friend class poller;
    static std::optional<waiter> take(std::optional<waiter>& place, bool ready) noexcept;
    void unlink() noexcept;
    void put_into_list() noexcept;

    poller& owner_;
    std::optional<waiter> reader_, writer_;
    entry* next_ = nullptr;
    entry** link_ = nullptr;
    bool readable_ = false, writable_ = false, ended_ = false;
  };

  /// `io` need not be made yet, only when `open` is called.
  explicit poller(asio::io_context& io) noexcept : io_(io) {}
  poller(const poller&) = delete;
  poller& operator=(const poller&) = delete;

  /// Before anything else has used the `io_context`.
  void open();
  /// Ends before the `io_context` does: whoever still waits is never resumed, but destroyed with
  /// it.
  void abandon() noexcept;

 private:
  static constexpr int batch = 128;  // of one wait of Asio's
  static entry& entry_of(const epoll_event& event) noexcept;
  static void take(std::span<const epoll_event> events, bool asio_too);
  void deliver_round();
  void deliver(entry& e, std::uint32_t events);
  void forget_events_of(const entry& e) noexcept;

  asio::io_context& io_;
  int epoll_ = -1;  // Asio's
  entry* entries_ = nullptr;
  std::array<epoll_event, batch> events_;
  int count_ = 0, current_ = 0;  // of the round that is being delivered
};

}  // namespace core
