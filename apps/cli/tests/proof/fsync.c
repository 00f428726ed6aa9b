/* A disk that can fail. Loaded before the C library into the server, it stands where fsync and fdatasync are:
 *
 * - while the file named by RF_DISK_FAILS exists, both answer EIO;
 * - while the file named by RF_DISK_LIES exists, both answer that all is well and do nothing;
 * - else both do their work, and what the file holds then is copied into the folder RF_DISK_KEPT: what a power cut
 *   would leave, and not a byte more. A file that is removed is removed there too.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static int is_set(const char *variable) {
  const char *file = getenv(variable);
  return file != NULL && access(file, F_OK) == 0;
}

/* Where the file of that name is kept. */
static void place(char *whole, size_t most, const char *name) {
  const char *kept = getenv("RF_DISK_KEPT"), *last = strrchr(name, '/');
  snprintf(whole, most, "%s/%s", kept == NULL ? "." : kept, last == NULL ? name : last + 1);
}

static int keep(int fd) {
  char link[64], name[4096], whole[8200], copy[8300], block[65536];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, name, sizeof name - 1);
  struct stat about;
  if (length < 0 || fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) return 0;
  name[length] = '\0';
  place(whole, sizeof whole, name);
  snprintf(copy, sizeof copy, "%s.part", whole);
  /* Again, because it may be open for writing alone. */
  int in = open(link, O_RDONLY);
  if (in < 0) return -1;
  int out = open(copy, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ssize_t got = out < 0 ? -1 : 0;
  if (out >= 0) {
    while ((got = read(in, block, sizeof block)) > 0) {
      if (write(out, block, (size_t)got) != got) {
        got = -1;
        break;
      }
    }
    if (close(out) != 0) got = -1;
  }
  close(in);
  return got < 0 ? -1 : rename(copy, whole);
}

static int synced(const char *function, int fd) {
  if (is_set("RF_DISK_FAILS")) {
    errno = EIO;
    return -1;
  }
  if (is_set("RF_DISK_LIES")) return 0;
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, function);
  if (real == NULL || real(fd) != 0) return -1;
  pthread_mutex_lock(&one_at_a_time);
  int answer = keep(fd);
  pthread_mutex_unlock(&one_at_a_time);
  /* A proof that cannot keep its books must not pass. */
  if (answer != 0) abort();
  return 0;
}

int unlink(const char *name) {
  char whole[8200];
  int (*real)(const char *) = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");
  int answer = real == NULL ? -1 : real(name);
  if (answer == 0) {
    place(whole, sizeof whole, name);
    real(whole);
  }
  return answer;
}

int fsync(int fd) { return synced("fsync", fd); }
int fdatasync(int fd) { return synced("fdatasync", fd); }
