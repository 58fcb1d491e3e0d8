#include "core/page_template.hpp"

namespace core {

std::string fill_template(std::string_view page, const std::map<std::string, std::string>& values) {
  std::string out;
  for (;;) {
    const auto begin = page.find("{{");
    const auto end = page.find("}}", begin);
    if (begin == std::string_view::npos || end == std::string_view::npos) return out.append(page);
    out += page.substr(0, begin);
    const std::string name(page.substr(begin + 2, end - begin - 2));
    const auto found = values.find(name);
    out += found == values.end() ? "{{" + name + "}}" : found->second;
    page.remove_prefix(end + 2);
  }
}

}  // namespace core
