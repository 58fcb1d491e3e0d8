"""The table of the parity test: targets and modules, good and broken, and what may differ.

`targets(here)` gives the rows; `here` is the Place with every server's port. A value that may differ
is named with its reason: those are also in docs/blackbox.md."""

from dataclasses import dataclass, field

UNVERIFIED = "the real one exposes the year 1 when nothing was verified; left out here"
PEEKED = "how much of a broken body is counted depends on how it was read in pieces"


@dataclass(frozen=True)
class Case:
    name: str
    module: str
    target: str
    success: bool
    parameters: dict[str, str] = field(default_factory=dict)
    may_differ: dict[str, str] = field(default_factory=dict)  # sample or family: why


def modules(here) -> dict:
    """The configuration file that both read."""
    ca = {"ca_file": here.certificates.path("ca.crt")}
    client = {"cert_file": here.certificates.path("client.crt"),
              "key_file": here.certificates.path("client.key")}
    quick = "2s"

    def http(**options) -> dict:
        return {"prober": "http", "timeout": quick,
                "http": {"preferred_ip_protocol": "ip4", "tls_config": ca} | options}

    def tcp(*steps: dict, **options) -> dict:
        return {"prober": "tcp", "timeout": quick,
                "tcp": {"query_response": list(steps), "tls_config": ca} | options}

    def dns(name: str, kind: str = "A", **options) -> dict:
        return {"prober": "dns", "timeout": quick,
                "dns": {"query_name": name, "query_type": kind} | options}

    return {
        "http_2xx": http(),
        "ip6": http(preferred_ip_protocol="ip6", ip_protocol_fallback=False),
        "only4": http(ip_protocol_fallback=False),
        "prefers6": {"prober": "http", "timeout": quick},
        "hurried": http() | {"timeout": "300ms"},
        "codes": http(valid_status_codes=[404, 301, 304]),
        "version": http(valid_http_versions=["HTTP/1.1"]),
        "head": http(method="HEAD"),
        "post": http(method="POST", body='{"a": 1}', headers={"Content-Type": "application/json"}),
        "stays": http(follow_redirects=False, valid_status_codes=[302]),
        "old_stays": http(no_follow_redirects=True),
        "stays_body": http(follow_redirects=False, valid_status_codes=[302],
                           fail_if_body_not_matches_regexp=["moved"]),
        "no_ssl": http(fail_if_ssl=True),
        "ssl": http(fail_if_not_ssl=True),
        "skip": http(tls_config={"insecure_skip_verify": True}),
        "system": http(tls_config={}),
        "named": http(tls_config=ca | {"server_name": "shop.test"}),
        "misnamed": http(tls_config=ca | {"server_name": "nobody.test"}),
        "client": http(tls_config=ca | client),
        "tls13": http(tls_config=ca | {"min_version": "TLS13"}),
        "body": http(fail_if_body_not_matches_regexp=["status=(green|yellow)", "(?i)HELLO"],
                     fail_if_body_matches_regexp=["(?s)second.*hello"]),
        "anchored": http(fail_if_body_not_matches_regexp=["(?m)^second line$"],
                         fail_if_body_matches_regexp=["^second"]),
        "bad_body": http(fail_if_body_matches_regexp=["wor[l]d"]),
        "not_body": http(fail_if_body_not_matches_regexp=["^nothing{2}$"]),
        "header": http(fail_if_header_matches=[{"header": "x-colour", "regexp": "blue"}],
                       fail_if_header_not_matches=[{"header": "X-Colour", "regexp": "^green$"}]),
        "bad_header": http(fail_if_header_matches=[{"header": "X-Colour", "regexp": "gre+n"}]),
        "needs_header": http(fail_if_header_not_matches=[{"header": "X-None", "regexp": "."}]),
        "may_header": http(fail_if_header_not_matches=[
            {"header": "X-None", "regexp": ".", "allow_missing": True}]),
        "gzip": http(compression="gzip", fail_if_body_not_matches_regexp=["green"]),
        "deflate": http(compression="deflate"),
        "limit": http(body_size_limit="10KB"),
        "limit_body": http(body_size_limit="10B", fail_if_body_not_matches_regexp=["hello"]),
        "limit_gzip": http(compression="gzip", body_size_limit="1000B"),
        "basic": http(basic_auth={"username": "user", "password": "pass"}),
        "bearer": http(bearer_token="let-me-in"),
        "authorization": http(authorization={"credentials": "let-me-in"}),
        "host": http(headers={"Host": "shop.test"}),
        "tcp": {"prober": "tcp", "timeout": quick},
        "banner": tcp({"expect": "^220 ([^ ]+) ESMTP (.+)$"}),
        "any220": tcp({"expect": "^220"}),
        "bad_banner": tcp({"expect": "^554"}),
        "pong": tcp({"expect": "PING :([^ ]+)", "send": "PONG ${1}"}, {"expect": "^:[^ ]+ 001"}),
        "smtp": tcp({"expect": "^220 ([^ ]+) ESMTP"}, {"send": "EHLO prober\r"},
                    {"expect": "^250 STARTTLS"}, {"send": "STARTTLS\r"}, {"expect": "^220"},
                    {"starttls": True}, {"send": "EHLO prober\r"}, {"expect": "^250 AUTH"}),
        "tcp_tls": tcp({"expect": "^\\+OK"}, tls=True),
        "tcp_tls_system": tcp(tls=True, tls_config={}),
        "tcp_tls_skip": tcp(tls=True, tls_config={"insecure_skip_verify": True}),
        "from_here": tcp({"expect": "^220"}, source_ip_address="127.0.0.1"),
        "two": dns("two.test"),
        "six": dns("six.test", "AAAA"),
        "any": {"prober": "dns", "timeout": quick, "dns": {"query_name": "two.test"}},
        "missing": dns("missing.test"),
        "want_missing": dns("missing.test", valid_rcodes=["NXDOMAIN"]),
        "broken": dns("broken.test"),
        "none": dns("none.test"),
        "silent": dns("silent.test") | {"timeout": "400ms"},
        "garbage": dns("garbage.test") | {"timeout": "400ms"},
        "soa": dns("test", "SOA"),
        "recursed": dns("recursed.test", recursion_desired=False, validate_answer_rrs={
            "fail_if_not_matches_regexp": ["10\\.0\\.0\\.0$"]}),
        "records": dns("two.test", validate_answer_rrs={
            "fail_if_not_matches_regexp": ["^two\\.test\\.\t300\tIN\tA\t10\\.0\\.0\\.[12]$"]}),
        "bad_records": dns("two.test", validate_answer_rrs={
            "fail_if_matches_regexp": ["10.0.0.2"]}),
        "none_match": dns("two.test", validate_answer_rrs={
            "fail_if_none_matches_regexp": ["10.0.0.9"]}),
        "all_match": dns("two.test", validate_answer_rrs={
            "fail_if_all_match_regexp": ["10.0.0"]}),
        "not_all_match": dns("two.test", validate_answer_rrs={
            "fail_if_all_match_regexp": ["10.0.0.2"]}),
        "no_records": dns("none.test", validate_answer_rrs={
            "fail_if_not_matches_regexp": ["."]}),
        "authority": dns("two.test", validate_authority_rrs={
            "fail_if_not_matches_regexp": ["\tNS\tns.test.$"]}, validate_additional_rrs={
            "fail_if_not_matches_regexp": ["\tA\t10.0.0.53$"]}),
        "alias": dns("alias.test", validate_answer_rrs={
            "fail_if_none_matches_regexp": ["\tCNAME\ttwo.test.$"]}),
        "mail": dns("mail.test", "MX", validate_answer_rrs={
            "fail_if_not_matches_regexp": ["\tMX\t10 mx.test.$"]}),
        "text": dns("text.test", "TXT", validate_answer_rrs={
            "fail_if_not_matches_regexp": ["\tTXT\t\"hello\" \"w\\\\\"orld \"$"]}),
        "srv": dns("srv.test", "SRV", validate_answer_rrs={
            "fail_if_not_matches_regexp": ["\tSRV\t1 2 443 a.test.$"]}),
        "dns_tcp": dns("two.test", transport_protocol="tcp"),
        "dns_tls": dns("two.test", transport_protocol="tcp", dns_over_tls=True, tls_config=ca),
        "dns_tls_system": dns("two.test", transport_protocol="tcp", dns_over_tls=True),
    }


def targets(here) -> list[Case]:
    web, tls = f"127.0.0.1:{here.web}", f"https://127.0.0.1:{here.tls}"
    udp, lines = f"127.0.0.1:{here.names.port}", here.lines
    skipped = {"probe_ssl_last_chain_expiry_timestamp_seconds": UNVERIFIED}

    def at(listener) -> str:
        return f"127.0.0.1:{listener.port}"

    return [
        # answers of HTTP
        Case("plain", "http_2xx", web, True),
        Case("no module means http_2xx", "", web, True),
        Case("with a scheme and a path", "http_2xx", f"http://{web}/ok", True),
        Case("a query with a space", "http_2xx", f"http://{web}/query?a=1&b=two%20words", True),
        Case("a fragment", "http_2xx", f"http://{web}/ok#part", True),
        Case("a name", "http_2xx", f"http://localhost:{here.web}/ok", True),
        Case("no path but a query", "http_2xx", f"http://{web}?x=1", True),
        Case("chunked", "http_2xx", f"{web}/chunked", True),
        Case("a byte at a time", "http_2xx", f"{web}/trickled", True),
        Case("until the end", "http_2xx", f"{web}/until-close", True),
        Case("HTTP/1.0", "http_2xx", f"{web}/old", True),
        Case("HTTP/1.0 is not valid", "version", f"{web}/old", False),
        Case("HTTP/1.1 is valid", "version", f"{web}/ok", True),
        Case("early hints", "http_2xx", f"{web}/early", True),
        Case("204", "http_2xx", f"{web}/empty-204", True),
        Case("304", "codes", f"{web}/unchanged", True),
        Case("404", "http_2xx", f"{web}/nowhere-at-all", False),
        Case("404 is valid", "codes", f"{web}/nowhere-at-all", True),
        Case("200 is not valid", "codes", f"{web}/ok", False),
        Case("500", "http_2xx", f"{web}/status/500", False),
        Case("HEAD", "head", f"{web}/ok", True),
        Case("POST", "post", f"{web}/posted", True),
        Case("last modified", "http_2xx", f"{web}/modified", True),
        Case("huge", "http_2xx", f"{web}/huge", True),
        Case("huge in chunks", "http_2xx", f"{web}/huge-chunked", True),
        # redirects
        Case("three redirects", "http_2xx", f"{web}/redirect/3", True),
        Case("ten redirects", "http_2xx", f"{web}/redirect/10", True),
        Case("eleven redirects", "http_2xx", f"{web}/redirect/11", False),
        Case("a loop", "http_2xx", f"{web}/loop", False),
        Case("redirects are not followed", "stays", f"{web}/redirect/3", True),
        Case("nor by the old key", "old_stays", f"{web}/redirect/3", False),
        Case("nor is their body read", "stays_body", f"{web}/redirect/3", False),
        Case("a redirect to nowhere", "stays", f"{web}/nowhere", True),
        Case("307 keeps the method", "post", f"{web}/again", True),
        Case("303 makes it GET", "post", f"{web}/see", True),
        Case("cookies go along", "http_2xx", f"{web}/cookie", True),
        Case("HTTP to HTTPS", "ssl", f"{web}/away/ok", True),
        Case("HTTPS to HTTP", "no_ssl", f"{tls}/away/ok", True),
        # what is in the answer
        Case("body matches", "body", f"{web}/ok", True),
        Case("lines of the body", "anchored", f"{web}/ok", True),
        Case("body matches what it must not", "bad_body", f"{web}/ok", False),
        Case("body does not match", "not_body", f"{web}/ok", False),
        Case("regex of an empty body", "not_body", f"{web}/empty-204", False),
        Case("headers match", "header", f"{web}/headers", True),
        Case("a header matches what it must not", "bad_header", f"{web}/headers", False),
        Case("a header is missing", "needs_header", f"{web}/ok", False),
        Case("a header may be missing", "may_header", f"{web}/ok", True),
        Case("gzip is not undone unasked", "http_2xx", f"{web}/gzip", True),
        Case("gzip", "gzip", f"{web}/gzip", True),
        Case("deflate", "deflate", f"{web}/deflate", True),
        Case("no gzip after all", "gzip", f"{web}/ok", False,
             may_differ={"probe_http_uncompressed_body_length": PEEKED}),
        Case("gzip that ends too early", "gzip", f"{web}/broken-gzip", False,
             may_differ={"probe_http_uncompressed_body_length": PEEKED}),
        Case("beyond the limit", "limit", f"{web}/huge", False),
        Case("within the limit", "limit", f"{web}/ok", True),
        Case("beyond the limit in chunks", "limit", f"{web}/huge-chunked", False),
        Case("regex beyond the limit", "limit_body", f"{web}/ok", False),
        Case("gzip beyond the limit", "limit_gzip", f"{web}/gzip", False),
        Case("basic authentication", "basic", f"{web}/auth/basic", True),
        Case("no authentication", "http_2xx", f"{web}/auth/basic", False),
        Case("user in the URL", "http_2xx", f"http://user:pass@{web}/auth/basic", True),
        Case("bearer token", "bearer", f"{web}/auth/bearer", True),
        Case("authorization", "authorization", f"{web}/auth/bearer", True),
        Case("a Host of the module", "host", f"{web}/host/shop.test", True),
        Case("a Host of the scraper", "http_2xx", f"{web}/host/shop.test", True,
             {"hostname": "shop.test"}),
        # broken servers
        Case("connection refused", "http_2xx", f"127.0.0.1:{here.closed}", False),
        Case("no name", "http_2xx", "http://nothing.invalid/", False),
        Case("no URL", "http_2xx", "http://[::1/", False),
        Case("a closed connection", "http_2xx", f"{web}/nothing", False),
        Case("a reset connection", "http_2xx", f"{web}/reset", False),
        Case("no HTTP", "http_2xx", f"{web}/nonsense", False),
        Case("a body cut off", "http_2xx", f"{web}/short", False),
        Case("slow beyond the timeout", "hurried", f"{web}/slow", False),
        Case("slow in the body", "hurried", f"{web}/slow-body", False),
        Case("silent", "hurried", at(lines.silent), False),
        # families
        Case("IPv6", "ip6", f"http://[::1]:{here.web6}/ok", True),
        Case("IPv6 where IPv4 is preferred", "http_2xx", f"http://[::1]:{here.web6}/ok", True),
        Case("IPv6 where only IPv4 is wanted", "only4", f"http://[::1]:{here.web6}/ok", False),
        Case("IPv4 where only IPv6 is wanted", "ip6", web, False),
        Case("IPv6 is preferred, IPv4 is there", "prefers6", web, True),
        # TLS
        Case("TLS", "http_2xx", tls, True),
        Case("TLS by name", "http_2xx", f"https://localhost:{here.tls}/ok", True),
        Case("TLS with a given name", "named", tls, True),
        Case("TLS with a wrong given name", "misnamed", tls, False),
        Case("TLS with an intermediate", "http_2xx", f"https://127.0.0.1:{here.deep}", True),
        Case("the same, named", "named", f"https://127.0.0.1:{here.deep}", True),
        Case("TLS where there must be none", "no_ssl", tls, False),
        Case("no TLS where there must be", "ssl", web, False),
        Case("an unknown root", "system", tls, False),
        Case("any certificate", "skip", tls, True, may_differ=skipped),
        Case("expired", "http_2xx", f"https://localhost:{here.expired}", False),
        Case("expired, and accepted", "skip", f"https://localhost:{here.expired}", True,
             may_differ=skipped),
        Case("self-signed", "http_2xx", f"https://localhost:{here.selfsigned}", False),
        Case("wrong name", "http_2xx", f"https://localhost:{here.wrong}", False),
        Case("TLS to a plain server", "http_2xx", f"https://{web}", False),
        Case("plain to a TLS server", "http_2xx", f"http://127.0.0.1:{here.tls}", False),
        Case("a client certificate", "client", f"https://127.0.0.1:{here.mutual}", True),
        Case("no client certificate", "http_2xx", f"https://127.0.0.1:{here.mutual}", False),
        Case("TLS 1.2", "http_2xx", f"https://127.0.0.1:{here.tls12}", True),
        Case("TLS 1.2 is too old", "tls13", f"https://127.0.0.1:{here.tls12}", False),
        # TCP
        Case("tcp connects", "tcp", web, True),
        Case("tcp refused", "tcp", f"127.0.0.1:{here.closed}", False),
        Case("tcp without a port", "tcp", "127.0.0.1", False),
        Case("tcp no name", "tcp", "nothing.invalid:80", False),
        Case("tcp banner", "banner", at(lines.banner), True),
        Case("tcp bad banner", "bad_banner", at(lines.banner), False),
        Case("tcp banner without an end", "any220", at(lines.unended), True),
        Case("tcp silent", "any220", at(lines.silent), False),
        Case("tcp closing", "any220", at(lines.closing), False),
        Case("tcp resetting", "any220", at(lines.resetting), False),
        Case("tcp endless line", "any220", at(lines.endless), False),
        Case("tcp groups", "pong", at(lines.pong), True),
        Case("tcp starttls", "smtp", f"localhost:{lines.starttls.port}", True),
        Case("tcp tls", "tcp_tls", at(lines.secure), True),
        Case("tcp tls, unknown root", "tcp_tls_system", at(lines.secure), False),
        Case("tcp tls, any certificate", "tcp_tls_skip", at(lines.secure), True,
             may_differ=skipped),
        Case("tcp tls, name of the scraper", "tcp_tls", at(lines.secure), True,
             {"hostname": "shop.test"}),
        Case("tcp from an address", "from_here", at(lines.banner), True),
        # DNS
        Case("dns A", "two", udp, True),
        Case("dns AAAA", "six", udp, True),
        Case("dns ANY", "any", udp, True),
        Case("dns NXDOMAIN", "missing", udp, False),
        Case("dns NXDOMAIN is valid", "want_missing", udp, True),
        Case("dns SERVFAIL", "broken", udp, False),
        Case("dns no records", "none", udp, True),
        Case("dns silent", "silent", udp, False),
        Case("dns garbage", "garbage", udp, False),
        Case("dns SOA", "soa", udp, True),
        Case("dns without recursion", "recursed", udp, True),
        Case("dns records match", "records", udp, True),
        Case("dns a record matches what it must not", "bad_records", udp, False),
        Case("dns none matches", "none_match", udp, False),
        # It fails when not all of them match, against its name.
        Case("dns all match", "all_match", udp, True),
        Case("dns not all match", "not_all_match", udp, False),
        Case("dns no records to match", "no_records", udp, False),
        Case("dns authority and additional", "authority", udp, True),
        Case("dns CNAME", "alias", udp, True),
        Case("dns MX", "mail", udp, True),
        Case("dns TXT", "text", udp, True),
        Case("dns SRV", "srv", udp, True),
        Case("dns over TCP", "dns_tcp", at(here.names.tcp), True),
        Case("dns over TLS", "dns_tls", at(here.names.tls), True),
        Case("dns over TLS, unknown root", "dns_tls_system", at(here.names.tls), False),
        Case("dns refused", "two", f"127.0.0.1:{here.closed}", False),
        Case("dns server without a name", "two", "nothing.invalid", False),
    ]
