list(APPEND unit_tests_sidecar
  sidecar_body_relay_test.cpp
  sidecar_config_test.cpp
  sidecar_gzip_test.cpp
  sidecar_head_writer_test.cpp
  sidecar_layers_test.cpp
  sidecar_otlp_splice_test.cpp
  sidecar_route_test.cpp
  sidecar_sampling_test.cpp
  sidecar_server_timing_test.cpp
  sidecar_sli_test.cpp
  sidecar_spans_test.cpp)
