#pragma once

#include <memory>
#include <thread>

#include "core/otlp_sender.hpp"

namespace core {

/// A program's sender at its place: on the program's worker, or, with a spool, on a thread of its
/// own. The worker carries traffic, and a disk may stall for seconds where a socket never does.
class span_exporter {
 public:
  /// Opens the spool; throws std::runtime_error when it cannot be used.
  span_exporter(worker& main, const otlp_config& config, span_sink& sink, exemplar_book& book);
  /// Ends the thread.
  ~span_exporter();

  void start();
  /// On the main worker: comes back when the sender's flush is over.
  task<> flush(deadline until);
  /// For any thread.
  void write_metrics(exposition_writer& out) const { sender_.write_metrics(out); }

 private:
  worker& main_;
  std::unique_ptr<worker> own_;
  otlp_sender sender_;
  std::thread thread_;
};

}  // namespace core
