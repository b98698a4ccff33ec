// The log of a container as it comes.
#include "invoke/log_tail.hpp"

#include <catch2/catch.hpp>

#include <thread>

using namespace envlift;
using namespace std::chrono_literals;

TEST_CASE("the times that come after the report, by the other stream, are waited for")
{
  invoke::LogTail log;
  log.begin();
  log.take("REPORT RequestId: 1");
  std::thread other([&] {
    std::this_thread::sleep_for(150ms);
    log.take("(rapid) INIT REPORT(durationMs: 85.4)");
    log.take("(rapid) INVOKE RTDONE(status: success, duration: 4.2ms)");
  });
  log.wait_for_end();
  CHECK(log.text().find("duration: 4.2ms") != std::string::npos);
  other.join();
}
