#pragma once

#include "core/worker.hpp"
#include "sidecar/proxy/session.hpp"

namespace sidecar {

/// The streaming of a request's body by a coroutine of its own, so that an answer that comes early
/// is not kept waiting.
struct session::upload_state {
  upload_state(core::worker& w, relay_job j) : job(j), finished(w.io.get_executor()) {
    finished.expires_at(core::instant::max());
  }

  relay_job job;
  relay_end end = relay_end::done;
  bool over = false;
  core::steady_timer finished;  // never expires: it is cancelled when the upload is over
};

}  // namespace sidecar
