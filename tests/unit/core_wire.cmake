# Unit tests of core's wire formats and tracing.
list(APPEND unit_tests_core
  core_chunked_test.cpp
  core_framing_test.cpp
  core_gzip_test.cpp
  core_http_date_test.cpp
  core_http_head_test.cpp
  core_ip_family_test.cpp
  core_otlp_encode_test.cpp
  core_otlp_retry_test.cpp
  core_plain_head_test.cpp
  core_probe_signature_test.cpp
  core_random_source_test.cpp
  core_span_sink_test.cpp
  core_spool_format_test.cpp
  core_spool_test.cpp
  core_trace_context_test.cpp)
