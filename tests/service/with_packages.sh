#!/bin/sh
# with_packages.sh TEST.py [ARGUMENT…]: runs a test with the Python packages that it needs from
# tools/python, where ./dev test puts them; without them it is skipped (77).
python=$(dirname "$0")/../../build/python/bin/python3
if [ ! -x "$python" ]; then
  echo "skipped: the Python packages of tools/python are not there (./dev test fetches them)"
  exit 77
fi
exec "$python" "$@"
