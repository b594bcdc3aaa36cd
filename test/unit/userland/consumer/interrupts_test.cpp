// SPDX-License-Identifier: MIT
// The two ends of an interrupted run, with real signals and processes.
#include "consumer/interrupts.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>

#include "consumer/quick_exit.hpp"

namespace dt::consumer {
namespace {

bool becomes(const std::atomic<int>& value, int wanted) {
  for (int i = 0; i < 500 && value != wanted; i++) {
    ::usleep(10'000);
  }
  return value == wanted;
}

// A shell starts what runs in the background with SIGINT ignored.
void take_signals() {
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGHUP, SIG_DFL);
}

TEST(Interrupts, ComeWhileTheListenerWaitsAndTheSecondEndsTheWait) {
  take_signals();
  Interrupts interrupts;
  std::atomic<int> nr_first = 0, nr_second = 0;
  // Before anybody listens: not lost.
  ASSERT_EQ(::kill(::getpid(), SIGINT), 0);
  ASSERT_TRUE(interrupts.listen([&] { nr_first++; }, [&] { nr_second++; }));
  EXPECT_TRUE(becomes(nr_first, 1));
  ::usleep(1'100'000);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::kill(::getpid(), SIGTERM), 0);
  char byte;
  EXPECT_EQ(::read(ends[0], &byte, 1), -1);
  EXPECT_EQ(errno, EINTR);
  EXPECT_TRUE(becomes(nr_second, 1));
  EXPECT_EQ(nr_first, 1);
  EXPECT_EQ(interrupts.count(), 2);
  // There is no third.
  ASSERT_EQ(::kill(::getpid(), SIGTERM), 0);
  ::usleep(50'000);
  EXPECT_EQ(nr_second, 1);
  interrupts.stop();
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Interrupts, AreOneWithinASecondOfItsEnd) {
  take_signals();
  Interrupts interrupts;
  std::atomic<int> nr_first = 0, nr_second = 0;
  // The first takes longer than a second, and the repeat waits all the time.
  ASSERT_TRUE(interrupts.listen(
      [&] {
        ::usleep(1'300'000);
        nr_first++;
      },
      [&] { nr_second++; }));
  ASSERT_EQ(::kill(::getpid(), SIGTERM), 0);
  ::usleep(300'000);
  ASSERT_EQ(::kill(::getpid(), SIGTERM), 0);
  ASSERT_EQ(::kill(::getpid(), SIGINT), 0);
  EXPECT_TRUE(becomes(nr_first, 1));
  ASSERT_EQ(::kill(::getpid(), SIGHUP), 0);
  ::usleep(200'000);
  EXPECT_EQ(nr_second, 0);
  EXPECT_EQ(interrupts.count(), 1);
}

TEST(Interrupts, DoNotEndTheProcessAfterwards) {
  EXPECT_EXIT(
      {
        take_signals();
        Interrupts interrupts;
        (void)interrupts.listen([] {}, [] {}).has_value();
        interrupts.stop();
        ::raise(SIGINT);
        ::_exit(3);
      },
      ::testing::ExitedWithCode(3), "");
}

TEST(Interrupts, LeaveAnIgnoredSignalIgnored) {
  EXPECT_EXIT(
      {
        ::signal(SIGINT, SIG_IGN);
        std::atomic<int> nr_first = 0;
        Interrupts interrupts;
        (void)interrupts.listen([&] { nr_first++; }, [] {}).has_value();
        ::kill(::getpid(), SIGINT);
        ::kill(::getpid(), SIGTERM);
        ::_exit(becomes(nr_first, 1) && interrupts.count() == 1 ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

TEST(QuickExit, GivesTheStatusClosesOutputAndLeavesNothing) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    // The other end stays open until the helper is gone too.
    quick_exit(7);
  }
  ::close(ends[1]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7);
  pollfd end{ends[0], POLLIN, 0};
  EXPECT_EQ(::poll(&end, 1, 5000), 1);
  char byte;
  EXPECT_EQ(::read(ends[0], &byte, 1), 0);
  ::close(ends[0]);
}

}  // namespace
}  // namespace dt::consumer
