#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace api {

/// An element of an XML document.
struct xml_element {
  std::string name;  ///< as it is written, with its prefix
  std::string text;  ///< its own, without that of its children and without space at its ends
  std::vector<xml_element> children;

  /// The first child of that name; null when there is none.
  const xml_element* find(std::string_view child) const noexcept;
  /// The text of that child; "" when there is none.
  std::string text_of(std::string_view child) const;
};

/// Reads the part of XML 1.0 that AWS answers in: elements and text with the five named entities
/// and numeric ones. Attributes are skipped; comments, CDATA, DOCTYPE, elements nested deeper than
/// 32 levels and whatever is not well-formed are `errc::malformed`. Pure.
boost::system::result<xml_element> parse_xml(std::string_view text);

}  // namespace api
