# Unit tests of core's event loop side.
list(APPEND unit_tests_core
  core_file_watch_test.cpp
  core_peer_names_test.cpp
  core_sweeper_test.cpp
  core_ticket_keys_test.cpp
  core_dns_message_test.cpp
  core_entity_tag_test.cpp
  core_redis_codec_test.cpp
  core_postgres_url_test.cpp
  core_sqlstate_test.cpp
  core_srv_answer_test.cpp
  core_tls_reloader_test.cpp
  core_tls_sessions_test.cpp)
