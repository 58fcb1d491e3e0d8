#pragma once

#include <cstddef>

namespace core {

class histogram_cell;

/// What was observed where: enough to show the span of it beside its bucket later. `cell` is null
/// for none, and belongs to a shard, which outlives every span that points to it.
struct observation {
  const histogram_cell* cell = nullptr;
  std::size_t bucket = 0;
  double value = 0;

  explicit operator bool() const noexcept { return cell != nullptr; }
};

}  // namespace core
