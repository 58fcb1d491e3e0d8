#include "core/span_exporter.hpp"

#include <atomic>
#include <boost/asio/post.hpp>

#include "core/worker.hpp"

namespace core {
namespace {

task<> flush_there(otlp_sender& sender, deadline until, std::shared_ptr<std::atomic<bool>> done) {
  co_await sender.flush(until);
  done->store(true, std::memory_order_release);
}

}  // namespace

span_exporter::span_exporter(worker& main, const otlp_config& config, span_sink& sink,
                             exemplar_book& book)
    : main_(main),
      own_(config.spool ? std::make_unique<worker>(main.log) : nullptr),
      sender_(own_ ? *own_ : main, config, sink, &book) {}

span_exporter::~span_exporter() {
  if (own_) own_->stop();
  if (thread_.joinable()) thread_.join();
}

void span_exporter::start() {
  sender_.start();
  if (own_) thread_ = std::thread([this] { own_->run(); });
}

task<> span_exporter::flush(deadline until) {
  if (!own_) co_return co_await sender_.flush(until);
  const auto done = std::make_shared<std::atomic<bool>>(false);
  asio::post(own_->io,
             [this, until, done] { own_->start("span flush", flush_there(sender_, until, done)); });
  // It keeps to its deadline itself; the last seconds are for a slow disk.
  constexpr auto slack = std::chrono::seconds(5);
  const deadline at_last{until.at > instant::max() - slack ? until.at : until.at + slack};
  while (!done->load(std::memory_order_acquire) && !at_last.passed(now()))
    co_await sleep_for(main_, std::chrono::milliseconds(5));
}

}  // namespace core
