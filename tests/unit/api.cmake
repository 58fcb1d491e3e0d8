list(APPEND unit_tests_api
  api_config_test.cpp
  api_database_error_test.cpp
  api_handlers_test.cpp
  api_isin_test.cpp
  api_json_test.cpp
  api_message_worker_test.cpp
  api_observed_routes_test.cpp
  api_redis_codec_test.cpp
  api_redis_messages_test.cpp
  api_representations_test.cpp
  api_router_test.cpp
  api_score_cache_test.cpp
  api_scram_test.cpp
  api_seed_test.cpp
  api_token_file_test.cpp
  api_uuid7_test.cpp
  api_waiter_test.cpp)
