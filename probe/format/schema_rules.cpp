#include "probe/format/schema_rules.hpp"

#include <array>

namespace probe {
namespace {

constexpr std::string_view label = R"({"pattern":"^[a-z0-9_-]{1,64}$|\\$\\{"})";

constexpr std::string_view json_value =
    R"({"anyOf":[{"required":["exists"]},{"required":["equals"]},{"required":["type"]},)"
    R"({"required":["matches"]}],"not":{"required":["exists"],"properties":{"exists":{"const":false}},)"
    R"("anyOf":[{"required":["equals"]},{"required":["type"]},{"required":["matches"]}]}})";

constexpr std::string_view header_value =
    R"({"anyOf":[{"required":["exists"]},{"required":["equals"]},{"required":["matches"]},)"
    R"({"required":["not_matches"]}],"not":{"required":["exists"],"properties":{"exists":)"
    R"({"const":false}},"anyOf":[{"required":["equals"]},{"required":["matches"]},)"
    R"({"required":["not_matches"]}]}})";

constexpr std::string_view certificate_pair =
    R"({"dependentRequired":{"certificate":["key"],"key":["certificate"]}})";
constexpr std::string_view something = R"({"minProperties":1})";
constexpr std::string_view one_way = R"({"oneOf":[{"required":["http"]},{"required":["redis"]}]})";
constexpr std::string_view no_stream_is_polled = R"({"not":{"required":["stream","poll"]}})";
constexpr std::string_view count_or_bound =
    R"({"not":{"anyOf":[{"required":["count","at_least"]},{"required":["count","at_most"]}]}})";
constexpr std::string_view rows_or_bound =
    R"({"not":{"anyOf":[{"required":["rows","at_least"]},{"required":["rows","at_most"]}]}})";
constexpr std::string_view reply =
    R"({"anyOf":[{"required":["type"]},{"required":["equals"]},{"required":["matches"]},)"
    R"({"required":["at_least"]},{"required":["at_most"]}],"not":{"required":["type"],)"
    R"("properties":{"type":{"const":"nil"}},"anyOf":[{"required":["equals"]},)"
    R"({"required":["matches"]},{"required":["at_least"]},{"required":["at_most"]}]}})";
constexpr std::string_view fingerprint = R"({"pattern":"^:*([0-9A-Fa-f]:*){64}$|\\$\\{"})";

constexpr std::array scenario_rules{
    schema_rule{"/name", label},
    schema_rule{"/steps", R"({"minItems":1})"},
    schema_rule{"steps[].name", label},
    schema_rule{"always[].name", label},
    schema_rule{"load[]",
                R"({"oneOf":[{"required":["constant"]},{"required":["linear"]},)"
                R"({"required":["incremental"]},{"required":["wave"]},{"required":["sum"]}]})"},
    schema_rule{"sum[]", R"({"oneOf":[{"required":["constant"]},{"required":["linear"]},)"
                         R"({"required":["incremental"]},{"required":["wave"]}]})"},
    schema_rule{"extract", R"({"propertyNames":{"pattern":"^(?!uuid$)[a-z_][a-z0-9_]{0,63}$"}})"},
    schema_rule{
        "extract.*",
        R"({"anyOf":[{"required":["json"]},{"required":["header"]},{"required":["certificate"]},)"
        R"({"required":["regex"]}],"not":{"anyOf":[{"required":["json","header"]},)"
        R"({"required":["json","certificate"]},{"required":["header","certificate"]}]},)"
        R"("dependentRequired":{"pick":["json"],"item":["pick"]}})"},
    schema_rule{"expect.headers[]", header_value},
    schema_rule{"until.headers[]", header_value},
    schema_rule{"expect.size", something},
    schema_rule{"until.size", something},
    schema_rule{"expect.raw_size", something},
    schema_rule{"until.raw_size", something},
    schema_rule{"expect.tls", something},
    schema_rule{"until.tls", something},
    schema_rule{"tls.fingerprints[]", fingerprint},
    schema_rule{"http.tls", certificate_pair},
    schema_rule{"tcp.tls", certificate_pair},
    schema_rule{"tls.tls", certificate_pair},
    schema_rule{"tcp.dialog[]",
                R"({"anyOf":[{"required":["expect"]},{"required":["until"]},{"required":["send"]},)"
                R"({"required":["starttls"]}],"not":{"required":["expect","until"]},)"
                R"("dependentRequired":{"reject":["expect"]}})"},
    schema_rule{"expect.json[]", json_value},
    schema_rule{"until.json[]", json_value},
    schema_rule{"http", R"({"not":{"required":["body","json"]}})"},
    schema_rule{"http.method", R"({"pattern":"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$|\\$\\{"})"},
    schema_rule{"http.headers",
                R"({"propertyNames":{"pattern":"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$","not":{"pattern":)"
                R"("^([Hh][Oo][Ss][Tt]|[Cc][Oo][Nn][Tt][Ee][Nn][Tt]-[Ll][Ee][Nn][Gg][Tt][Hh]|)"
                R"([Cc][Oo][Nn][Nn][Ee][Cc][Tt][Ii][Oo][Nn]|)"
                R"([Tt][Rr][Aa][Nn][Ss][Ff][Ee][Rr]-[Ee][Nn][Cc][Oo][Dd][Ii][Nn][Gg])$"}}})"},
    schema_rule{"steps[]", no_stream_is_polled},
    schema_rule{"always[]", no_stream_is_polled},
    schema_rule{
        "dns",
        R"({"allOf":[{"anyOf":[{"not":{"required":["server_name"]}},{"required":["transport"],)"
        R"("properties":{"transport":{"pattern":"^tls$|\\$\\{"}}}]},)"
        R"({"anyOf":[{"required":["server"]},{"not":{"required":["transport"],)"
        R"("properties":{"transport":{"const":"tls"}}}}]}]})"},
    schema_rule{"dns.udp_size",
                R"({"anyOf":[{"type":"string"},{"const":0},{"minimum":512,"maximum":65535}]})"},
    schema_rule{"dns.rcode", R"({"minItems":1})"},
    schema_rule{"dns.answers", count_or_bound},
    schema_rule{"dns.authority", count_or_bound},
    schema_rule{"dns.additional", count_or_bound},
    schema_rule{"dns.srv[].port", R"({"minimum":0,"maximum":65535})"},
    schema_rule{"dns.srv[].priority", R"({"minimum":0,"maximum":65535})"},
    schema_rule{"dns.srv[].weight", R"({"minimum":0,"maximum":65535})"},
    schema_rule{"postgres.query", R"({"allOf":[{"pattern":"[^ \\t\\r\\n]"}]})"},
    schema_rule{"expect.postgres", rows_or_bound},
    schema_rule{"until.postgres", rows_or_bound},
    schema_rule{
        "postgres.values[]",
        R"({"anyOf":[{"required":["equals"]},{"required":["matches"]},{"required":["is_null"]}],)"
        R"("not":{"required":["is_null"],"properties":{"is_null":{"const":true}},)"
        R"("anyOf":[{"required":["equals"]},{"required":["matches"]}]}})"},
    schema_rule{"redis", R"({"dependentRequired":{"user":["password"]},"allOf":[{"anyOf":[)"
                         R"({"not":{"required":["server_name"]}},{"required":["tls"],)"
                         R"("properties":{"tls":{"not":{"const":false}}}}]}]})"},
    schema_rule{"redis.command", R"({"minItems":1})"},
    schema_rule{"expect.redis", reply},
    schema_rule{"until.redis", reply},
    schema_rule{"stream", R"({"anyOf":[{"not":{"required":["while"]}},)"
                          R"({"properties":{"read":{"required":["http"]}}}]})"},
    schema_rule{"stream.submit", one_way},
    schema_rule{"stream.read", one_way},
    schema_rule{"/targets",
                R"({"anyOf":[{"required":["static"],"properties":{"static":{"minItems":1}}},)"
                R"({"required":["file_sd"],"properties":{"file_sd":{"minItems":1}}},)"
                R"({"required":["dns_srv"],"properties":{"dns_srv":{"minItems":1}}}]})"},
    schema_rule{"/targets.file_sd[]", R"({"pattern":"."})"},
    schema_rule{"/targets.dns_srv[].name", R"({"pattern":"^(?!.*[.][.]).{1,253}$|\\$\\{"})"},
    schema_rule{"/targets.dns_srv[].servers[]", R"({"pattern":"^[][0-9a-fA-F.:]+$|\\$\\{"})"},
};
constexpr std::array config_rules{
    schema_rule{"/scenarios", R"({"minItems":1})"},
    schema_rule{"target_tls.*", certificate_pair},
    schema_rule{"/tls", certificate_pair},
};

}  // namespace

std::span<const schema_rule> scenario_schema_rules() {
  return scenario_rules;
}
std::span<const schema_rule> config_schema_rules() {
  return config_rules;
}

}  // namespace probe
