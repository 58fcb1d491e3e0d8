// Preloaded into a process under measurement: counts its calls of fsync and fdatasync into the
// first eight bytes of the file that REMORA_FSYNC_COUNTER names. Costs one atomic addition a call.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Atomic uint64_t *counter;

__attribute__((constructor)) static void open_counter(void) {
  const char *path = getenv("REMORA_FSYNC_COUNTER");
  const int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *memory = mmap(0, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (memory != MAP_FAILED) counter = memory;
}

static void count(void) {
  if (counter) atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

int fsync(int file) {
  count();
  return (int)syscall(SYS_fsync, file);
}

int fdatasync(int file) {
  count();
  return (int)syscall(SYS_fdatasync, file);
}
