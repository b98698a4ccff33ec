#include "fakes/image_facts.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using fakes::good_image;

namespace {

// The findings for a function whose module has this text.
std::vector<audit::Finding> found_in(const std::string& text, const std::string& path = "var/task/pools.py")
{
  auto image = good_image();
  image.file(path, text);
  return image.findings_of("EL1147");
}

}  // namespace

TEST_CASE("what needs shared memory is found at its line", "[audit]")
{
  const auto found = found_in("import multiprocessing\n\n\ndef handler(event, context):\n"
                              "    with multiprocessing.Pool(2) as pool:\n        return pool.map(abs, [1])\n");
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == diag::Severity::warning);
  CHECK(found[0].path == "/var/task/pools.py");
  CHECK(found[0].message == "line 5 makes what lies in shared memory: a pool, a queue or a lock of processes");
  for (const char* text : {
           "import multiprocessing as mp\nq = mp.Queue()\n",
           "import os, multiprocessing\nlock = multiprocessing.Lock()\n",
           "from multiprocessing import Process, Pool\np = Pool()\n",
           "from multiprocessing import Queue as Q\nq = Q()\n",
           "from multiprocessing.shared_memory import SharedMemory\nm = SharedMemory(create=True, size=1)\n",
           "from concurrent.futures import ProcessPoolExecutor\nwith ProcessPoolExecutor() as p:\n    pass\n",
           "import concurrent.futures\nwith concurrent.futures.ProcessPoolExecutor(2) as p:\n    pass\n",
           "from concurrent import futures\npool = futures.ProcessPoolExecutor()\n",
           "from multiprocessing import (Pool)\np = Pool()\n",
       }) {
    CAPTURE(text);
    CHECK(found_in(text).size() == 1);
  }
}

TEST_CASE("threads, pipes, and what is only spoken of need no shared memory", "[audit]")
{
  for (const char* text : {
           "from multiprocessing import Process, Pipe\na, b = Pipe()\nProcess(target=print).start()\n",
           "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor() as p:\n    pass\n",
           "import threading, queue\nlock = threading.Lock()\nq = queue.Queue()\n",
           "from multiprocessing.pool import ThreadPool\nwith ThreadPool(2) as p:\n    pass\n",
           "import multiprocessing\n# multiprocessing.Pool() does not work here\n",
           "from multiprocessing import Pool\nMyPool()\nself.Pool()\n",
           "import multiprocessing\nprint(multiprocessing.cpu_count())\n",
           "",
       }) {
    CAPTURE(text);
    CHECK(found_in(text).empty());
  }
  const std::string pool = "import multiprocessing\nmultiprocessing.Pool()\n";
  CHECK(found_in(pool, "var/task/tests/test_pools.py").empty());
  CHECK(found_in(pool, "opt/env/lib/python3.11/site-packages/joblib/pool.py").empty());
}
