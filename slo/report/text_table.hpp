#pragma once

#include <string>
#include <vector>

namespace slo {

/// Columns of text, as wide as their widest cell; the first is aligned left, the others right
/// unless they are listed. UTF-8 is counted by code points.
class text_table {
 public:
  explicit text_table(std::vector<std::string> header, std::vector<std::size_t> left = {0});
  void row(std::vector<std::string> cells);
  std::string to_string() const;

 private:
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::size_t> left_;
};

}  // namespace slo
