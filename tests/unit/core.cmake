# Unit tests of core's event loop side.
list(APPEND unit_tests_core
  core_sweeper_test.cpp)
