// SPDX-License-Identifier: MIT
/*
 * As many TCP connections as possible over loopback: tcp_storm CONNECTIONS [THREADS [BYTES]]. Each is opened,
 * accepted, gets BYTES (0 by default) from its client, and is reset by it, so that no port waits. Prints how
 * many there were and how many a second.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS 16

struct pair {
	pthread_t client;
	pthread_t server;
	struct sockaddr_in addr;
	int listener;
	int nr;
	int bytes;
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void *serve(void *arg)
{
	struct pair *pair = arg;
	char buf[4096];
	int i;

	for (i = 0; i < pair->nr; i++) {
		int fd = accept(pair->listener, NULL, NULL);

		if (fd < 0)
			die("accept");
		while (read(fd, buf, sizeof(buf)) > 0)
			;
		close(fd);
	}
	return NULL;
}

static void *call(void *arg)
{
	struct pair *pair = arg;
	struct linger reset = { 1, 0 };
	char buf[4096] = { 0 };
	int i;

	for (i = 0; i < pair->nr; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0), left = pair->bytes;

		if (fd < 0)
			die("socket");
		if (connect(fd, (struct sockaddr *)&pair->addr, sizeof(pair->addr)))
			die("connect");
		while (left > 0)
			left -= write(fd, buf, left < (int)sizeof(buf) ? left : (int)sizeof(buf));
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		close(fd);
	}
	return NULL;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	int nr = argc > 1 ? atoi(argv[1]) : 10000, threads = argc > 2 ? atoi(argv[2]) : 1, i;
	struct pair pairs[MAX_THREADS];
	double begin;

	if (threads < 1 || threads > MAX_THREADS)
		return 2;
	for (i = 0; i < threads; i++) {
		struct pair *pair = &pairs[i];
		socklen_t len = sizeof(pair->addr);

		memset(pair, 0, sizeof(*pair));
		pair->nr = nr / threads;
		pair->bytes = argc > 3 ? atoi(argv[3]) : 0;
		pair->addr.sin_family = AF_INET;
		pair->addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		pair->listener = socket(AF_INET, SOCK_STREAM, 0);
		if (bind(pair->listener, (struct sockaddr *)&pair->addr, len) ||
		    listen(pair->listener, 4096) ||
		    getsockname(pair->listener, (struct sockaddr *)&pair->addr, &len))
			die("listen");
	}
	begin = now();
	for (i = 0; i < threads; i++) {
		if (pthread_create(&pairs[i].server, NULL, serve, &pairs[i]) ||
		    pthread_create(&pairs[i].client, NULL, call, &pairs[i]))
			die("pthread_create");
	}
	for (i = 0; i < threads; i++) {
		pthread_join(pairs[i].client, NULL);
		pthread_join(pairs[i].server, NULL);
	}
	printf("%d connections, %.0f a second\n", nr / threads * threads,
	       nr / threads * threads / (now() - begin));
	return 0;
}
