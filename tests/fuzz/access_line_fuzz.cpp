#include <algorithm>
#include <boost/json/parse.hpp>
#include <string>

#include "sidecar/access_log/access_line.hpp"
#include "sidecar/proxy/listener_settings.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

std::string render(const sidecar::exchange_record& record, sidecar::access_log_config config) {
  const core::wall_clock wall;
  sidecar::access_line line(
      std::make_shared<const sidecar::access_line_format>(std::move(config), "shop"), wall);
  return std::string(line.render(record));
}

void check_line(const std::string& line) {
  require(line.ends_with('\n') && std::count(line.begin(), line.end(), '\n') == 1);
}

/// A template that is taken gives one line; one that is not is told why.
void check_template(std::string_view text, const sidecar::exchange_record& record) {
  sidecar::access_log_config config;
  config.format = sidecar::access_log_format::text;
  config.fields = {"x-a"};
  config.text = text;
  const auto wrong = sidecar::check_template_text(config.text, config.fields);
  if (wrong.empty()) check_line(render(record, config));
}

}  // namespace

/// The first line is a template, the second a path, the third a query, the rest a header's value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::text_of(data, size);
  const auto text = fuzz::take_until(rest);
  sidecar::listener_settings settings;
  settings.routes.push_back({"other", {}, {}, {}});
  core::request_head head;
  sidecar::exchange_record record;
  record.listener = &settings;
  record.request = &head;
  record.path = fuzz::take_until(rest);
  record.query = fuzz::take_until(rest);
  head.fields.add({"x-a", rest});
  head.fields.add({"user-agent", rest});
  sidecar::access_log_config config;
  config.fields = {"x-a"};
  config.query_keys = {"a"};
  const auto line = render(record, config);
  check_line(line);
  boost::system::error_code error;
  const auto json = boost::json::parse(line, error);
  require(!error && json.is_object() && json.as_object().contains("url.path"));
  check_template(text, record);
  return 0;
}
