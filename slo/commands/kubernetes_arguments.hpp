#pragma once

#include <string>
#include <utility>

namespace slo {

// Each throws usage_error.

/// A namespace of Kubernetes: an RFC 1123 label.
std::string namespace_argument(const std::string& text);
/// `KEY=VALUE`, a label of a resource.
/// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
std::pair<std::string, std::string> label_argument(const std::string& text);

}  // namespace slo
