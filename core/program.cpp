#include "core/program.hpp"

#include <unistd.h>

#include <cstdio>
#include <exception>

#include "core/command_line.hpp"

namespace core {
namespace {

std::string instance_name() {
  char host[256] = "localhost";
  gethostname(host, sizeof host - 1);
  return std::string(host) + ":" + std::to_string(getpid());
}

constexpr metric_family ready_gauge{"remora_ready", "1 while /readyz answers 200.",
                                    metric_type::gauge};
constexpr metric_family dropped_lines{"remora_log_lines_dropped_total",
                                      "Log lines lost because the queue was full.",
                                      metric_type::counter};

}  // namespace

program::program(std::string name, const program_config& config)
    : name_(std::move(name)),
      admin_address_(config.admin.listen),
      log(config.service, config.log_level),
      spans(config.service, REMORA_VERSION, instance_name(),
            config.otlp ? static_cast<std::size_t>(config.otlp->queue) : 0,
            config.otlp.has_value()),
      worker(std::make_unique<core::worker>(log)),
      admin(std::make_unique<core::admin>(*worker, config.admin, name_, REMORA_VERSION, metrics,
                                          ready)),
      lifecycle(std::make_unique<core::lifecycle>(*worker, ready, config.drain)) {
  metrics.add(std::make_shared<process_source>(name_, REMORA_VERSION));
  metrics.add(std::make_shared<function_source>([this](exposition_writer& out) {
    if (out.family(ready_gauge)) out.gauge("", ready.ready() ? 1 : 0);
    if (out.family(dropped_lines)) out.counter("", static_cast<double>(log.dropped()));
    spans.write_metrics(out);
    if (exporter_) exporter_->write_metrics(out);
  }));
  spans.show_in(exemplars);
  if (config.otlp)
    exporter_ = std::make_unique<span_exporter>(*worker, *config.otlp, spans, exemplars);
}

program::~program() = default;

int program::run() {
  return guarded(name_.c_str(), [this] {
    const auto port = admin->start();
    log.info("admin port open", {{"address", admin_address_.host}, {"port", port}});
    if (exporter_) {
      exporter_->start();
      lifecycle->on_drain("spans", [this](deadline until) { return exporter_->flush(until); });
    }
    lifecycle->on_drain("admin", [this](deadline until) { return admin->drain(until); });
    lifecycle->run();
    exporter_.reset();  // its thread ends before the last word on its spans
    finish();
    return static_cast<int>(exit_pass);
  });
}

void program::finish() {
  const span_ledger ledger = spans.snapshot();
  std::vector<log_field> fields{
      {"spans_received", ledger.received},  {"spans_recovered", ledger.recovered},
      {"spans_exported", ledger.exported},  {"spans_dropped", ledger.dropped_total()},
      {"spans_queued", ledger.queued},      {"spans_spooled", ledger.spooled},
      {"spans_balanced", ledger.balanced()}};
  for (const auto& account : accounts_)
    for (const auto& field : account()) fields.push_back(field);
  log.info("stopped", fields);
  log.flush();
}

int guarded(const char* program, const std::function<int()>& body) {
  try {
    return body();
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s: %s\n", program, e.what());
    return exit_unavailable;
  }
}

}  // namespace core
