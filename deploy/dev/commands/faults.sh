#: faults [options]        kill every part again and again under load; nothing accepted may be lost
#:
#:   --seconds N           how long parts are killed (default 30)
#:   --seed S              the same faults and requests as a run that printed this seed
#:
#: On PostgreSQL, Redis and programs of its own. Exit 0 all well, 1 with every violation listed.
# shellcheck shell=bash

dev_faults() {
  install_packages up test
  build_programs
  exec /usr/bin/python3 -B "$root/tests/service/faults_test.py" --programs "$bin_dir" "$@"
}
