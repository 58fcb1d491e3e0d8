#include "core/poller.hpp"

#include <unistd.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

namespace core {

bool poller::entry::watch(int descriptor) noexcept {
  readable_ = writable_ = true;
  ended_ = false;
  put_into_list();
  if (!owner_.open()) return false;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = this;
  return epoll_ctl(owner_.epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void poller::entry::put_into_list() noexcept {
  unlink();
  next_ = owner_.entries_;
  link_ = &owner_.entries_;
  if (next_) next_->link_ = &next_;
  owner_.entries_ = this;
}

void poller::entry::unlink() noexcept {
  if (!link_) return;
  *link_ = next_;
  if (next_) next_->link_ = link_;
  link_ = nullptr;
  owner_.forget_events_of(*this);
}

void poller::entry::forget() noexcept {
  unlink();
  wake();
}

void poller::entry::wake() noexcept {
  for (auto* place : {&reader_, &writer_})
    if (auto resumed = take(*place, true))
      asio::post(owner_.io_, [w = std::move(*resumed)]() mutable { w(); });
}

std::optional<poller::entry::waiter> poller::entry::take(std::optional<waiter>& place,
                                                         bool ready) noexcept {
  if (!place || !ready) return std::nullopt;
  std::optional<waiter> out(std::move(place));
  place.reset();
  return out;
}

poller::~poller() {
  if (epoll_ >= 0) ::close(epoll_);
}

bool poller::open() noexcept {
  if (epoll_ >= 0) return true;
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ < 0) return false;
  // The descriptor of the instance stays ours; Asio's is another one of it.
  in_io_.emplace(io_.get_executor(), ::dup(epoll_));
  arm();
  return true;
}

void poller::arm() {
  in_io_->async_wait(asio::posix::descriptor_base::wait_read, [this](const error_code& error) {
    if (error) return;
    dispatch();
    arm();
  });
}

void poller::dispatch() {
  count_ = epoll_wait(epoll_, events_.data(), batch, 0);
  for (current_ = 0; current_ < count_; ++current_) {
    const auto& event = events_[static_cast<std::size_t>(current_)];
    if (event.data.ptr) deliver(*static_cast<entry*>(event.data.ptr), event.events);
  }
  count_ = current_ = 0;
}

// Whoever is resumed may end this entry, or any other of the round.
void poller::deliver(entry& e, std::uint32_t events) {
  constexpr std::uint32_t broken = EPOLLERR | EPOLLHUP;
  if (events & (EPOLLRDHUP | broken)) e.ended_ = true;
  if (events & (EPOLLIN | EPOLLRDHUP | broken)) e.readable_ = true;
  if (events & (EPOLLOUT | broken)) e.writable_ = true;
  auto reader = entry::take(e.reader_, e.readable_);
  auto writer = entry::take(e.writer_, e.writable_);
  if (reader) (*reader)();
  if (writer) (*writer)();
}

void poller::forget_events_of(const entry& e) noexcept {
  for (int i = current_; i < count_; ++i) {
    auto& event = events_[static_cast<std::size_t>(i)];
    if (event.data.ptr == &e) event.data.ptr = nullptr;
  }
}

void poller::abandon() noexcept {
  in_io_.reset();
  for (entry* e = entries_; e; e = e->next_) {
    e->reader_.reset();
    e->writer_.reset();
  }
}

}  // namespace core
