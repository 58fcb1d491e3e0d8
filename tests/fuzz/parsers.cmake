# The sources that the fuzz targets need, compiled once for all of them with the fuzzer's coverage:
# all of core, which everything leans on, but for the command line; of the other components only
# what is fuzzed and what that calls, since all of them take minutes. A target whose link fails
# lacks a file here.
get_target_property(core_sources core SOURCES)
list(REMOVE_ITEM core_sources command_line.cpp config_check.cpp program.cpp)
# What is embedded is made at build time, elsewhere.
list(FILTER core_sources EXCLUDE REGEX "^/")
list(TRANSFORM core_sources PREPEND core/)

set(parser_sources ${core_sources}
  core/redis_codec.cpp

  sidecar/access_log/access_line.cpp
  sidecar/access_log/access_line_values.cpp
  sidecar/access_log/line_template.cpp
  sidecar/access_log/line_text.cpp
  sidecar/config/access_log_config.cpp
  sidecar/config/dns_config.cpp
  sidecar/config/fault_config.cpp
  sidecar/config/listener_config.cpp
  sidecar/config/merge_config.cpp
  sidecar/config/metrics_config.cpp
  sidecar/config/protection_config.cpp
  sidecar/config/relay_config.cpp
  sidecar/config/route_config.cpp
  sidecar/config/sidecar_config.cpp
  sidecar/config/synthetic_config.cpp
  sidecar/config/tls_config.cpp
  sidecar/config/tracing_config.cpp
  sidecar/merge/created_samples.cpp
  sidecar/merge/family_kind.cpp
  sidecar/merge/family_writer.cpp
  sidecar/merge/label_text.cpp
  sidecar/merge/merge_plan.cpp
  sidecar/merge/metrics_parser.cpp
  sidecar/merge/sample_line.cpp
  sidecar/pages/trace_json.cpp
  sidecar/pages/trace_view.cpp
  sidecar/proxy/caller_context.cpp
  sidecar/proxy/exchange_record.cpp
  sidecar/proxy/forwarded.cpp
  sidecar/proxy/head_writer.cpp
  sidecar/proxy/peer_allow_list.cpp
  sidecar/proxy/route.cpp
  sidecar/proxy/route_learner.cpp
  sidecar/proxy/route_template.cpp
  sidecar/proxy/route_trie.cpp
  sidecar/proxy/server_timing.cpp
  sidecar/proxy/sli_classification.cpp
  sidecar/proxy/stale_answer.cpp
  sidecar/proxy/timeouts.cpp
  sidecar/relay/otlp_answer.cpp
  sidecar/relay/otlp_intake.cpp
  sidecar/relay/otlp_json.cpp
  sidecar/relay/otlp_json_schema.cpp
  sidecar/relay/otlp_json_value.cpp
  sidecar/relay/otlp_span_reader.cpp
  sidecar/relay/otlp_spans.cpp
  sidecar/relay/otlp_splice.cpp
  sidecar/relay/share_controller.cpp

  probe/blackbox/accept_encoding.cpp
  probe/blackbox/compiled_module.cpp
  probe/blackbox/cookie_jar.cpp
  probe/blackbox/gauges.cpp
  probe/blackbox/http_target.cpp
  probe/blackbox/inflate.cpp
  probe/blackbox/module_config.cpp
  probe/blackbox/module_reader.cpp
  probe/blackbox/module_rules.cpp
  probe/blackbox/show_module.cpp
  probe/blackbox/values.cpp
  probe/checks/dns_comparison.cpp
  probe/checks/dns_json.cpp
  probe/checks/expectation.cpp
  probe/checks/extraction.cpp
  probe/checks/postgres_comparison.cpp
  probe/checks/redirect.cpp
  probe/checks/redis_comparison.cpp
  probe/checks/redis_json.cpp
  probe/checks/request_builder.cpp
  probe/checks/seen.cpp
  probe/checks/tls_comparison.cpp
  probe/checks/tls_contexts.cpp
  probe/config.cpp
  probe/discovery/file_sd.cpp
  probe/discovery/found_target.cpp
  probe/format/bindings.cpp
  probe/format/dns_request.cpp
  probe/format/expectation.cpp
  probe/format/extraction.cpp
  probe/format/file_path.cpp
  probe/format/file_schema.cpp
  probe/format/http_request.cpp
  probe/format/json_pointer.cpp
  probe/format/json_template.cpp
  probe/format/pattern.cpp
  probe/format/phase_limits.cpp
  probe/format/postgres_request.cpp
  probe/format/re2_pattern.cpp
  probe/format/re2_syntax.cpp
  probe/format/reach.cpp
  probe/format/redis_request.cpp
  probe/format/scenario.cpp
  probe/format/scenario_reader.cpp
  probe/format/schema_rules.cpp
  probe/format/secret_mask.cpp
  probe/format/spelling.cpp
  probe/format/status_set.cpp
  probe/format/stream_request.cpp
  probe/format/target_sources.cpp
  probe/format/tcp_dialog.cpp
  probe/format/template_text.cpp
  probe/format/text_kinds.cpp
  probe/format/tls_expectation.cpp
  probe/format/tls_handshake.cpp
  probe/format/tls_settings.cpp
  probe/load/load_config.cpp
  probe/load/load_profile.cpp
  probe/load/load_text.cpp
  probe/replay/bundle_diff.cpp
  probe/replay/bundle_diff_text.cpp
  probe/replay/bundle_reader.cpp
  probe/replay/bundle_writer.cpp
  probe/replay/object_reader.cpp
  probe/report/time_text.cpp
  probe/verdict/server_timing.cpp
  probe/verdict/verdict.cpp

  slo/evidence/correction.cpp
  slo/evidence/correction_file.cpp
  slo/evidence/counter_samples.cpp
  slo/evidence/event_bins.cpp
  slo/model/decimal.cpp
  slo/rules/delta_expression.cpp
  slo/evidence/evidence.cpp
  slo/format/field_reader.cpp
  slo/model/label_matching.cpp
  slo/model/alert_checks.cpp
  slo/model/calendar.cpp
  slo/model/loading.cpp
  slo/model/metric_query.cpp
  slo/model/objective.cpp
  slo/model/objective_parts.cpp
  slo/model/policy_resolver.cpp
  slo/model/query_text.cpp
  slo/model/resolver.cpp
  slo/model/zones/time_zone.cpp
  slo/model/zones/zone_table.cpp
  slo/format/openslo_alerting.cpp
  slo/format/openslo_fields.cpp
  slo/format/openslo_indicator.cpp
  slo/format/openslo_objective.cpp
  slo/format/openslo_period.cpp
  slo/format/openslo_reader.cpp
  slo/format/openslo_slo.cpp
  slo/format/openslo_source.cpp
  slo/evidence/loaded_rules.cpp
  slo/evidence/exemplars.cpp
  slo/evidence/prometheus_answer.cpp
  slo/rules/alert_plan.cpp
  slo/rules/annotation_text.cpp
  slo/rules/calendar_expression.cpp
  slo/rules/canonical_promql.cpp
  slo/rules/composite_rules.cpp
  slo/rules/objective_windows.cpp
  slo/rules/refusals.cpp
  slo/rules/rule_builder.cpp
  slo/rules/rule_difference.cpp
  slo/rules/rule_reader.cpp
  slo/rules/rule_yaml.cpp
  slo/rules/rules.cpp
  slo/rules/sample_rules.cpp
  slo/rules/slice_rules.cpp
  slo/rules/window_rules.cpp
  slo/rules/yaml_writer.cpp
  slo/rules/zone_changes.cpp
  slo/evidence/run_results.cpp
  slo/serve/chart_data.cpp
  slo/serve/failures.cpp
  slo/serve/grid_json.cpp
  slo/model/selector.cpp
  slo/model/sli.cpp
  slo/model/source_checks.cpp
  slo/commands/time_text.cpp
  slo/model/windows.cpp

  api/aws/aws_error.cpp
  api/aws/credentials.cpp
  api/aws/sealed_id.cpp
  api/aws/sqs_messages.cpp
  api/aws/sqs_topic.cpp
  api/aws/xml.cpp
  api/cache/security_snapshot.cpp
  api/http/answers.cpp
  api/http/authorization.cpp
  api/http/caching.cpp
  api/http/json.cpp
  api/http/message_handlers.cpp
  api/http/query.cpp
  api/http/representations.cpp
  api/http/request_bodies.cpp
  api/http/router.cpp
  api/http/security_handlers.cpp
  api/http/token_file.cpp
  api/isin.cpp
  api/postgres/seed.cpp
  api/queue/message_queue.cpp
  api/queue/transactions.cpp
  api/queue/uuid7.cpp
  api/redis/redis_connection.cpp
  api/redis/redis_idempotency.cpp
  api/redis/redis_messages.cpp
  api/redis/redis_script.cpp
  api/telemetry/tracer.cpp
  api/waiter.cpp)
list(TRANSFORM parser_sources PREPEND ${PROJECT_SOURCE_DIR}/)

add_library(parsers STATIC EXCLUDE_FROM_ALL ${parser_sources})
target_link_libraries(parsers PUBLIC project_options asio OpenSSL::SSL OpenSSL::Crypto ZLIB::ZLIB
  fmt::fmt yaml-cpp prometheus-cpp::core Boost::json Boost::url PkgConfig::libpqxx
  PkgConfig::hiredis PkgConfig::libcares)
# What is undefined ends the program, like everything else that does not hold.
target_compile_options(parsers PUBLIC -fsanitize=fuzzer-no-link -fno-sanitize-recover=all)
target_compile_definitions(parsers PUBLIC _GLIBCXX_ASSERTIONS)
target_precompile_headers(parsers PRIVATE ${PROJECT_SOURCE_DIR}/core/pch.hpp)
