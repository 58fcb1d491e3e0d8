#include "sidecar/pages/trace_view.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <unordered_map>

namespace sidecar {
namespace {

constexpr int server_kind = 2;

struct id_hash {
  std::size_t operator()(const core::span_id& id) const noexcept {
    std::size_t out;
    std::memcpy(&out, id.bytes.data(), sizeof out);
    return out;
  }
};
using children_by_parent = std::unordered_map<core::span_id, std::vector<std::size_t>, id_hash>;

bool earlier(const shown_span& a, const shown_span& b) noexcept {
  return a.start != b.start ? a.start < b.start : a.id.bytes < b.id.bytes;
}

int status_of(const shown_span& s) noexcept {
  const auto text = s.attribute("http.response.status_code");
  int out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

/// Index of each span whose parent is not among them.
std::vector<std::size_t> roots_of(const std::vector<shown_span>& spans) {
  std::unordered_map<core::span_id, std::size_t, id_hash> there;
  for (std::size_t i = 0; i < spans.size(); ++i) there.emplace(spans[i].id, i);
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < spans.size(); ++i)
    if (!spans[i].parent || !there.contains(spans[i].parent)) out.push_back(i);
  return out;
}

const shown_span& root_of(const std::vector<shown_span>& spans) {
  const auto roots = roots_of(spans);
  if (roots.empty()) return spans.front();  // they go in circles
  return spans[*std::min_element(roots.begin(), roots.end(), [&](auto a, auto b) {
    const bool server_a = spans[a].kind == server_kind, server_b = spans[b].kind == server_kind;
    return server_a != server_b ? server_a : earlier(spans[a], spans[b]);
  })];
}

}  // namespace

trace_summary summarize(const std::vector<shown_span>& spans) {
  trace_summary out;
  const shown_span& root = root_of(spans);
  std::uint64_t end = 0;
  out.start = root.start;
  out.services.push_back(root.service);
  for (const auto& s : spans) {
    out.start = std::min(out.start, s.start);
    end = std::max(end, s.end);
    out.error = out.error || s.error;
    if (std::find(out.services.begin(), out.services.end(), s.service) == out.services.end())
      out.services.push_back(s.service);
  }
  out.id = root.trace;
  out.duration = end > out.start ? end - out.start : 0;
  out.name = root.name;
  out.method = root.attribute_text("http.request.method");
  out.route = root.attribute_text("http.route");
  out.status = status_of(root);
  out.synthetic = !root.attribute("user_agent.synthetic.type").empty();
  out.spans = spans.size();
  return out;
}

std::vector<placed_span> arrange(const std::vector<shown_span>& spans) {
  children_by_parent children;
  for (std::size_t i = 0; i < spans.size(); ++i)
    if (spans[i].parent) children[spans[i].parent].push_back(i);
  const auto last_first = [&](std::size_t a, std::size_t b) { return earlier(spans[b], spans[a]); };
  for (auto& [parent, list] : children) std::sort(list.begin(), list.end(), last_first);
  auto roots = roots_of(spans);
  std::sort(roots.begin(), roots.end(), last_first);

  std::vector<placed_span> out;
  std::vector<bool> placed(spans.size());
  std::vector<std::pair<std::size_t, int>> stack;
  const auto place_all = [&] {
    while (!stack.empty()) {
      const auto [i, depth] = stack.back();
      stack.pop_back();
      if (placed[i]) continue;
      placed[i] = true;
      out.push_back({&spans[i], depth, depth == 0 && static_cast<bool>(spans[i].parent)});
      const auto below = children.find(spans[i].id);
      if (below == children.end()) continue;
      for (const auto child : below->second) stack.emplace_back(child, depth + 1);
    }
  };
  for (const auto root : roots) stack.emplace_back(root, 0);
  place_all();
  for (std::size_t i = 0; i < spans.size(); ++i) {  // what goes in circles
    if (!placed[i]) stack.emplace_back(i, 0);
    place_all();
  }
  return out;
}

}  // namespace sidecar
