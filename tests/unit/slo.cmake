# Unit tests of the SLO engine.
list(APPEND unit_tests_slo
  slo_canonical_promql_test.cpp
  slo_counter_samples_test.cpp
  slo_decimal_test.cpp
  slo_evidence_test.cpp
  slo_gate_test.cpp
  slo_generator_test.cpp
  slo_metric_query_test.cpp
  slo_minute_history_test.cpp
  slo_objective_test.cpp
  slo_openslo_test.cpp
  slo_page_test.cpp
  slo_prometheus_answer_test.cpp
  slo_report_test.cpp
  slo_rule_difference_test.cpp
  slo_rule_tests_test.cpp
  slo_rule_yaml_test.cpp
  slo_rules_test.cpp
  slo_run_results_test.cpp
  slo_simulate_test.cpp
  slo_sloth_names_test.cpp
  slo_time_text_test.cpp
  slo_verdict_test.cpp
  slo_windows_test.cpp)
