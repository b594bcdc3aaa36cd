// SPDX-License-Identifier: MIT
/*
 * How long a program takes to end when a signal tells it to:
 *   stop_clock SIGNAL MILLISECONDS COMMAND...
 * starts COMMAND, waits for a line of its output that begins with "ready" and MILLISECONDS more, sends the
 * signal, and prints the microseconds until the process is gone, with its status, as the last line of its own output.
 * The command's output goes to standard error.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000ll + ts.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
	long long begun, took;
	int out[2], status, ready = 0;
	char line[4096];
	FILE *file;
	pid_t child;

	if (argc < 4 || pipe(out)) {
		fprintf(stderr, "usage: stop_clock SIGNAL MILLISECONDS COMMAND...\n");
		return 2;
	}
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	child = fork();
	if (child == 0) {
		dup2(out[1], 1);
		close(out[0]);
		close(out[1]);
		execvp(argv[3], argv + 3);
		perror(argv[3]);
		_exit(127);
	}
	close(out[1]);
	file = fdopen(out[0], "r");
	while (!ready && fgets(line, sizeof(line), file)) {
		fputs(line, stderr);
		ready = !strncmp(line, "ready", 5);
	}
	if (!ready) {
		waitpid(child, &status, 0);
		printf("never ready, status %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
		return 1;
	}
	usleep(atoi(argv[2]) * 1000);
	begun = now_us();
	kill(child, atoi(argv[1]));
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	took = now_us() - begun;
	while (fgets(line, sizeof(line), file))
		fputs(line, stderr);
	printf("%lld us, status %d\n", took, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return 0;
}
