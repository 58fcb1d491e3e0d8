#include "core/poller.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "core/reactor_guests.hpp"

namespace core {

bool poller::entry::watch(int descriptor) noexcept {
  readable_ = writable_ = true;
  ended_ = false;
  put_into_list();
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = reinterpret_cast<std::uintptr_t>(this) | guest_event;
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

void poller::open() {
  epoll_ = open_to_guests(io_, take);
  // The first round that is handed over by `take` finds this one's memory: none is allocated later.
  asio::post(io_, [this] { deliver_round(); });
}

poller::entry& poller::entry_of(const epoll_event& event) noexcept {
  return *reinterpret_cast<entry*>(event.data.u64 & ~guest_event);
}

// Whoever is resumed may close a descriptor that Asio has an event for: Asio goes first then.
void poller::take(std::span<const epoll_event> events, bool asio_too) {
  poller& owner = entry_of(events.front()).owner_;
  owner.deliver_round();  // what an exception left
  std::copy(events.begin(), events.end(), owner.events_.begin());
  owner.count_ = static_cast<int>(events.size());
  if (asio_too)
    asio::post(owner.io_, [&owner] { owner.deliver_round(); });
  else
    owner.deliver_round();
}

void poller::deliver_round() {
  while (current_ < count_) {
    const auto& event = events_[static_cast<std::size_t>(current_++)];
    if (event.data.u64) deliver(entry_of(event), event.events);
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
    if (event.data.u64 && &entry_of(event) == &e) event.data.u64 = 0;
  }
}

void poller::abandon() noexcept {
  for (entry* e = entries_; e; e = e->next_) {
    e->reader_.reset();
    e->writer_.reset();
  }
}

}  // namespace core
