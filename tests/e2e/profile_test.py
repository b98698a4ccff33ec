"""`envlift test --profile-init` and `envlift invoke --load` on a real function: parts that add up, a budget that ends the
command, memory of the cgroup, failures by verdict, and nothing left behind."""
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift, projects  # noqa: E402
from support.docker import labelled_containers  # noqa: E402
from support.lab import lab_environment  # noqa: E402

TAG = "envlift-test/profile:latest"
FILES = {
    "app.py": '''
import time
import slow_package
import tabulate
time.sleep(0.3)
KEPT = bytearray(40 << 20)
calls = 0

def handler(event, context):
    global calls
    calls += 1
    if event == "fails at the third" and calls == 3:
        raise ValueError("the third")
    return len(KEPT)
''',
    "slow_package.py": "import time\ntime.sleep(0.5)\nimport slow_inner\n",
    "slow_inner.py": "import time\ntime.sleep(0.2)\n",
    "broken.py": "import absent_module\ndef handler(event, context): return 1\n",
}


def setUpModule():
    projects.build_image(TAG, FILES, "app.handler", lab_environment())


class Case(unittest.TestCase):
    def tearDown(self):
        self.assertEqual(labelled_containers(), [])

    def run_envlift(self, *arguments, **options):
        return envlift.run(*arguments, **options, **lab_environment())


class Profile(Case):
    def test_the_time_is_where_it_is_spent(self):
        done = self.run_envlift("test", "--image", TAG, "--profile-init", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        profile = json.loads(done.stdout)
        parts = profile["parts"]
        self.assertAlmostEqual(sum(parts.values()), profile["profiled_ms"], delta=1)
        self.assertGreater(profile["init_ms"], 1000)
        self.assertGreater(parts["imports_ms"], 700)
        self.assertGreater(parts["handler_module_ms"], 300)
        self.assertLess(parts["handler_module_ms"], 700)
        self.assertGreater(parts["interpreter_ms"], 1)
        self.assertGreater(parts["runtime_client_ms"], 1)
        first, second = profile["packages"][:2]
        self.assertEqual((first["name"], second["name"]), ("slow_package", "slow_inner"))
        self.assertGreater(first["cumulative_ms"], first["own_ms"] + 190)
        tree = {one["name"]: one for one in profile["imports"]}
        self.assertIn("slow_inner", [one["name"] for one in tree["slow_package"]["imports"]])
        self.assertIn("tabulate", tree)
        self.assertTrue(any(one["name"].startswith("awslambdaric") for one in profile["runtime_client_imports"]))

    def test_a_budget_is_kept_or_ends_the_command(self):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder, "init.html")
            over = self.run_envlift("test", "--image", TAG, "--profile-init", "--max-init", "900", "-o", page)
            self.assertEqual(over.returncode, 5, over.stdout)
            self.assertRegex(over.stderr, r"error\[EL1019\]: the init took \d+ ms, and its budget is 900 ms; its most expensive "
                                          r"imports: slow_package 50\d ms, slow_inner 20\d ms, ")
            self.assertIn("slow_inner", page.read_text(encoding="utf-8"))
        within = self.run_envlift("test", "--image", TAG, "--profile-init", "--max-init", "10000")
        self.assertEqual(within.returncode, 0, within.stderr)
        self.assertIn("its budget is 10.00 s", within.stdout)

    def test_an_init_that_fails_has_its_reason(self):
        done = self.run_envlift("test", "--image", TAG, "--handler", "broken.handler", "--profile-init")
        self.assertEqual(done.returncode, 5, done.stdout)
        self.assertIn("error[EL1003]", done.stderr)


class Load(Case):
    def test_cold_and_warm_answers_and_memory(self):
        done = self.run_envlift("invoke", TAG, "--load", "30", "--concurrency", "2", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        run = json.loads(done.stdout)
        self.assertEqual(run["verdicts"], {"ok": 30})
        self.assertEqual((run["latency_ms"]["cold"]["count"], run["latency_ms"]["warm"]["count"]), (2, 28))
        self.assertGreater(run["latency_ms"]["cold"]["p50"], 1000)
        self.assertLess(run["latency_ms"]["warm"]["p50"], 500)
        self.assertEqual(sum(one["cold"] + one["warm"] for one in run["histogram"]), 30)
        if run["peak_memory_bytes"] is not None:
            self.assertGreater(run["peak_memory_bytes"], 40 << 20)

    def test_failures_are_counted_by_verdict(self):
        with tempfile.TemporaryDirectory() as folder:
            event = pathlib.Path(folder, "event.json")
            event.write_text('"fails at the third"', encoding="utf-8")
            done = self.run_envlift("invoke", TAG, "--load", "5", "--event", event)
        self.assertEqual(done.returncode, 5, done.stdout)
        self.assertIn("handler_error: 1\nok: 4\n", done.stdout)
        self.assertIn("the third", done.stderr)


if __name__ == "__main__":
    unittest.main()
