# Parsers of the SLO engine.
add_fuzz_target(metric_query slo)
add_fuzz_target(openslo slo)
add_fuzz_target(prometheus_answer slo)
