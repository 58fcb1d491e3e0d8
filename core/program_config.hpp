#pragma once

#include <optional>
#include <string>

#include "core/admin.hpp"
#include "core/config_reader.hpp"
#include "core/lifecycle.hpp"
#include "core/log.hpp"
#include "core/otlp_sender.hpp"

namespace core {

/// What every long-running program is told in the same words: the base of its own configuration.
struct program_config {
  std::string service;  ///< each program sets its default
  core::log_level log_level = core::log_level::info;
  admin_config admin;
  std::optional<otlp_config> otlp;  ///< described by the programs that record spans
  drain_config drain;

  template <class T>
  static void describe_program(fields<T>& f) {
    f.optional("service", &T::service, "`service.name` of logs and spans.");
    f.optional("log_level", &T::log_level, "Least severity that is logged.");
    f.optional("admin", &T::admin, "The admin port: metrics, health and what operators need.");
    f.optional("drain", &T::drain, "What happens between SIGTERM and the end.");
  }
};

}  // namespace core
