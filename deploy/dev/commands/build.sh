#: build                   the four programs, optimised, in build/bin
#:
#: Installs the compilers and libraries first. After a build from nothing it names the ten files
#: that took longest.
# shellcheck shell=bash

dev_build() {
  (($# == 0)) || die "$exit_usage" "build takes no arguments"
  install_packages up
  build_programs
}
