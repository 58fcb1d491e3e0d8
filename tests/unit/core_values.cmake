# Unit tests of core's values: configuration, logs, metrics and their exposition.
list(APPEND unit_tests_core
  core_command_line_test.cpp
  core_config_reader_test.cpp
  core_config_reference_test.cpp
  core_config_types_test.cpp
  core_document_test.cpp
  core_exemplar_book_test.cpp
  core_exposition_test.cpp
  core_html_text_test.cpp
  core_json_text_test.cpp
  core_junit_report_test.cpp
  core_log_test.cpp
  core_markdown_text_test.cpp
  core_metrics_shard_test.cpp
  core_metric_sources_test.cpp
  core_problem_details_test.cpp
  core_readiness_test.cpp
  core_series_budget_test.cpp
  core_series_census_test.cpp)
