list(APPEND unit_tests_probe
  probe_bindings_test.cpp
  probe_duration_sketch_test.cpp
  probe_expectation_test.cpp
  probe_extraction_test.cpp
  probe_json_pointer_test.cpp
  probe_json_template_test.cpp
  probe_pattern_test.cpp
  probe_report_test.cpp
  probe_request_builder_test.cpp
  probe_run_metrics_test.cpp
  probe_run_spans_test.cpp
  probe_scenario_test.cpp
  probe_schedule_test.cpp
  probe_server_timing_test.cpp
  probe_status_set_test.cpp
  probe_template_text_test.cpp
  probe_verdict_test.cpp)
