#include "sidecar/proxy/fault_admin.hpp"

#include <algorithm>

#include "core/log.hpp"
#include "core/problem_details.hpp"

namespace sidecar {
namespace {

using route_check = std::function<bool(const std::string&, const std::string&)>;

bool concerns(const fault_request& request, const fault_board& board) {
  return request.listener.empty() || request.listener == board.listener();
}

bool known_anywhere(const fault_boards& boards, const fault_request& request,
                    const std::string& route, const route_check& routes) {
  return std::any_of(boards.begin(), boards.end(), [&](const auto& board) {
    return concerns(request, *board) && routes(board->listener(), route);
  });
}

void check_names(const fault_boards& boards, const fault_request& request, const core::node& root,
                 const route_check& routes, core::problems& found) {
  const core::node* name = root.find("listener");
  if (std::none_of(boards.begin(), boards.end(),
                   [&](const auto& board) { return concerns(request, *board); })) {
    found.add(name->at, "there is no listener \"" + request.listener + "\"",
              "the name of one in the configuration");
    return;
  }
  const core::node* list = root.find("faults");
  for (std::size_t i = 0; i < request.faults.size(); ++i) {
    const std::string& route = request.faults[i].route;
    if (!route.empty() && !known_anywhere(boards, request, route, routes))
      found.add(list->items[i].find("route")->at, "there is no route \"" + route + "\"",
                "a route as the configuration has it, or other");
  }
}

fault_request read_request(const fault_boards& boards, std::string_view body,
                           const route_check& routes, core::problems& found) {
  const auto document = core::document::parse("faults", body, found);
  const core::environment none = [](const std::string&) { return std::nullopt; };
  auto request = core::read_config<fault_request>(document, found, none);
  if (found.empty()) check_names(boards, request, document.roots().front(), routes, found);
  return request;
}

bool is_blank(std::string_view text) noexcept {
  return text.find_first_not_of(" \t\r\n") == text.npos;
}

}  // namespace

std::string show_faults(const fault_boards& boards) {
  std::string out;
  for (const auto& board : boards) {
    fault_request shown;
    shown.listener = board->listener();
    for (const auto& rule : *board->current()) shown.faults.push_back(rule->config());
    out += (out.empty() ? "" : "---\n") + core::table_of<fault_request>().show(&shown) + "\n";
  }
  return out;
}

core::server_response change_faults(const fault_boards& boards, std::string_view body,
                                    const route_check& routes, core::logger& log) {
  if (boards.empty())
    return core::problem_response(
        403, "This process injects no faults: it was started without --allow-faults.");
  fault_request request;
  core::problems found;
  if (!is_blank(body)) request = read_request(boards, body, routes, found);
  if (!found.empty()) return core::problem_response(400, found.to_string());
  for (const auto& board : boards)
    if (concerns(request, *board)) board->set(request.faults);
  if (request.faults.empty())
    log.warning("faults cleared", {{"listener", request.listener}});
  else
    announce_faults(boards, log);
  return {200, "application/yaml", {}, show_faults(boards)};
}

void announce_faults(const fault_boards& boards, core::logger& log) {
  for (const auto& board : boards) {
    const auto rules = board->current();
    if (rules->empty()) continue;
    std::string shown;
    for (const auto& rule : *rules)
      shown += (shown.empty() ? "" : ", ") + core::table_of<fault_config>().show(&rule->config());
    log.warning("FAULTS ARE INJECTED: requests fail on purpose",
                {{"listener", board->listener()}, {"faults", shown}});
  }
}

}  // namespace sidecar
