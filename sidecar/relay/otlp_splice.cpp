#include "sidecar/relay/otlp_splice.hpp"

#include <iterator>
#include <vector>

#include "core/otlp_fields.hpp"
#include "sidecar/relay/otlp_span_reader.hpp"
#include "sidecar/relay/otlp_walk.hpp"

namespace sidecar {
namespace {

namespace otlp = core::otlp;
using namespace otlp_walk;

bool has_key(std::string_view resource, std::string_view key) {
  bool found = false;
  for_each(resource, otlp::resource::attributes,
           [&](std::string_view attribute) { found = found || key_of(attribute) == key; });
  return found;
}

/// Calls `each` with the fields of `extra` whose keys none of the Resource messages has (a
/// message that occurs twice is one whose fields are those of both).
template <class Each>
void for_each_missing(std::string_view resource_spans, std::string_view extra, Each each) {
  for_each_field(extra, otlp::resource::attributes, [&](auto field, auto attribute) {
    if (!attribute) return;
    bool found = false;
    for_each(resource_spans, otlp::resource_spans::resource, [&](std::string_view resource) {
      found = found || has_key(resource, key_of(*attribute));
    });
    if (!found) each(field);
  });
}

std::size_t varint_size(std::uint64_t value) noexcept {
  return static_cast<std::size_t>(protozero::length_of_varint(value));
}

/// A body in the making: ranges of the old one, and the tags and lengths of the messages around
/// them, which are known only when their content is.
class plan {
 public:
  /// Adds a message whose content is what is added until `end`.
  std::size_t begin(std::uint32_t field) {
    parts_.push_back({{}, field, 0});
    return parts_.size() - 1;
  }
  void end(std::size_t message) {
    std::size_t size = 0;
    for (std::size_t i = message + 1; i < parts_.size(); ++i) size += parts_[i].own_size();
    parts_[message].size = size;
  }
  /// Takes the message back, with all that was added since.
  void drop(std::size_t message) { parts_.resize(message); }

  void add(std::string_view bytes) {
    if (bytes.empty()) return;
    auto& last = parts_.back();  // a body begins with a message, so there is one
    if (last.field == 0 && last.bytes.data() + last.bytes.size() == bytes.data()) {
      last.bytes = {last.bytes.data(), last.bytes.size() + bytes.size()};
    } else {
      parts_.push_back({bytes, 0, 0});
    }
  }

  std::string write() const {
    std::string out;
    std::size_t size = 0;
    for (const auto& part : parts_) size += part.own_size();
    out.reserve(size);
    for (const auto& part : parts_) part.append_to(out);
    return out;
  }

 private:
  struct part {
    std::string_view bytes;
    std::uint32_t field;  // 0 for a range
    std::size_t size;     // of the content of a message

    std::size_t own_size() const noexcept {
      return field == 0 ? bytes.size() : 1 + varint_size(size);
    }
    void append_to(std::string& out) const {
      if (field == 0) {
        out.append(bytes);
        return;
      }
      out.push_back(static_cast<char>(field << 3 | static_cast<std::uint32_t>(bytes_field)));
      protozero::write_varint(std::back_inserter(out), size);
    }
  };
  std::vector<part> parts_;
};

/// One call of `splice`.
class splicer {
 public:
  splicer(core::function_ref<bool(const span_view&)> keep, std::string_view extra,
          span_detail detail)
      : keep_(keep), extra_(extra), detail_(detail) {}

  std::string run(std::string_view body) {
    // Fields of a request that nobody knows yet belong to no resource and are not carried on.
    for_each(body, otlp::request::resource_spans,
             [this](std::string_view resource_spans) { add_resource(resource_spans); });
    return plan_.write();
  }

 private:
  void add_resource(std::string_view bytes) {
    const auto message = plan_.begin(static_cast<std::uint32_t>(otlp::request::resource_spans));
    bool extended = add_missing_resource(bytes);
    bool any = false;
    for_each_field(bytes, otlp::resource_spans::scope_spans, [&](auto field, auto scope) {
      if (scope) {
        any = add_scope(*scope) || any;
      } else if (!extended && add_extended(bytes, field)) {
        extended = true;
      } else {
        plan_.add(field);
      }
    });
    any ? plan_.end(message) : plan_.drop(message);
  }

  /// A Resource of the extra attributes alone where there is none; false when there is one.
  bool add_missing_resource(std::string_view resource_spans) {
    bool found = false;
    for_each(resource_spans, otlp::resource_spans::resource, [&](auto) { found = true; });
    if (found || extra_.empty()) return false;
    const auto message = plan_.begin(static_cast<std::uint32_t>(otlp::resource_spans::resource));
    plan_.add(extra_);
    plan_.end(message);
    return true;
  }

  /// Adds the field with what it lacks, when it is a Resource; false when it is none.
  bool add_extended(std::string_view resource_spans, std::string_view field) {
    if (extra_.empty()) return false;
    bool added = false;
    for_each(field, otlp::resource_spans::resource, [&](std::string_view resource) {
      const auto message = plan_.begin(static_cast<std::uint32_t>(otlp::resource_spans::resource));
      plan_.add(resource);
      for_each_missing(resource_spans, extra_, [this](auto missing) { plan_.add(missing); });
      plan_.end(message);
      added = true;
    });
    return added;
  }

  bool add_scope(std::string_view bytes) {
    const auto message = plan_.begin(static_cast<std::uint32_t>(otlp::resource_spans::scope_spans));
    bool any = false;
    for_each_field(bytes, otlp::scope_spans::spans, [&](auto field, auto span) {
      if (span && !keep_(read_span(*span, detail_))) return;
      any = any || span;
      plan_.add(field);
    });
    any ? plan_.end(message) : plan_.drop(message);
    return any;
  }

  core::function_ref<bool(const span_view&)> keep_;
  std::string_view extra_;
  span_detail detail_;
  plan plan_;
};

/// Runs what reads a body; protozero's exceptions end here.
template <class Read>
auto reading(Read read) -> core::result<decltype(read())> {
  try {
    return read();
  } catch (const protozero::exception&) {
    return make_error_code(core::errc::malformed);
  }
}

}  // namespace

core::result<std::uint64_t> visit_spans(std::string_view body,
                                        core::function_ref<void(const span_view&)> visit,
                                        span_detail detail) {
  return reading([&] {
    std::uint64_t spans = 0;
    for_each(body, otlp::request::resource_spans, [&](std::string_view resource) {
      for_each(resource, otlp::resource_spans::scope_spans, [&](std::string_view scope) {
        for_each(scope, otlp::scope_spans::spans, [&](std::string_view span) {
          ++spans;
          visit(read_span(span, detail));
        });
      });
    });
    return spans;
  });
}

core::result<std::string> splice(std::string_view body,
                                 core::function_ref<bool(const span_view&)> keep,
                                 std::string_view extra_resource_attributes, span_detail detail) {
  return reading([&] { return splicer(keep, extra_resource_attributes, detail).run(body); });
}

core::result<std::uint64_t> count_missing_attributes(std::string_view body,
                                                     std::string_view extra_resource_attributes) {
  return reading([&] {
    std::uint64_t missing = 0;
    for_each(body, otlp::request::resource_spans, [&](std::string_view resource_spans) {
      for_each_missing(resource_spans, extra_resource_attributes, [&](auto) { ++missing; });
    });
    return missing;
  });
}

}  // namespace sidecar
