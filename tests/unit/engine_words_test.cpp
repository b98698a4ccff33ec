// The engines' wordings, as docker 20.10 and 28, BuildKit, conda and pip print them.
#include "engine/engine_words.hpp"

#include "diag/codes.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using Lines = std::vector<std::string>;

namespace {

struct Case {
  std::string output;
  std::string code;
  std::string words;   // of the message
  ExitCode exit;
};

void check(const Error& error, const Case& expected)
{
  INFO(expected.output);
  CHECK(error.code == expected.code);
  CHECK_THAT(error.message, Catch::Contains(expected.words));
  CHECK(error.message.find('\n') == std::string::npos);
  CHECK(error.exit == expected.exit);
  CHECK_FALSE(error.hint.empty());
  CHECK_NOTHROW(diag::code_info(error.code));
}

constexpr auto k_unusable = ExitCode::engine_unusable;

}  // namespace

TEST_CASE("why a daemon is not reached")
{
  const Case cases[] = {
    {"Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n",
     "EL0802", "does not run", k_unusable},
    {"Got permission denied while trying to connect to the Docker daemon socket at "
     "unix:///var/run/docker.sock: Get "
     "\"http://%2Fvar%2Frun%2Fdocker.sock/v1.24/version\": dial unix /var/run/docker.sock: connect: "
     "permission denied\n",
     "EL0803", "may not use", k_unusable},
    {"permission denied while trying to connect to the docker API at unix:///var/run/docker.sock\n", "EL0803",
     "may not use", k_unusable},
    {"error during connect: Get \"http://nowhere.invalid:1/v1.24/version\": dial tcp: lookup nowhere.invalid "
     "on 10.0.0.1:53: no such host\n",
     "EL0805", "nowhere.invalid", k_unusable},
    {"unable to resolve docker endpoint: context \"x\": context not found: open "
     "/root/.docker/contexts/meta.json: no such file\n",
     "EL0805", "context not found", k_unusable},
    {"unable to resolve docker endpoint: context \"nope\" does not exist\n", "EL0805",
     "\"nope\" does not exist", k_unusable},
    {"Error response from daemon: client version 1.50 is too new. Maximum supported API version is 1.41\n",
     "EL0812", "too new", k_unusable},
    {"Error response from daemon: client version 1.22 is too old. Minimum supported API version is 1.24, "
     "please upgrade your client "
     "to a newer version\n",
     "EL0812", "too old", k_unusable},
    {"something that nobody has seen before\n", "EL0805",
     "/usr/bin/docker cannot reach a daemon: something that nobody has seen before", k_unusable},
  };
  for (const Case& expected : cases) {
    check(engine::unreachable("/usr/bin/docker", expected.output, ""), expected);
  }
}

TEST_CASE("the daemon that DOCKER_HOST names is the one that does not answer")
{
  const std::string output =
      "Cannot connect to the Docker daemon at tcp://build:2375. Is the docker daemon running?\n";
  const Error error = engine::unreachable("docker", output, "tcp://build:2375");
  CHECK(error.code == "EL0802");
  CHECK(error.message == "no docker daemon answers at tcp://build:2375, which DOCKER_HOST names");
  CHECK_THAT(error.hint, Catch::Contains("DOCKER_HOST"));
  CHECK(error.tail ==
        Lines{"Cannot connect to the Docker daemon at tcp://build:2375. Is the docker daemon running?"});
  CHECK(engine::unreachable("docker", output, "").message == "the docker daemon does not run");
}

TEST_CASE("why a container does not start")
{
  const Case cases[] = {
    {"docker: Error response from daemon: No such image: x:1.\nSee 'docker run --help'.\n", "EL0806",
     "no image x:1", ExitCode::input_error},
    {"Unable to find image 'x:1' locally\n", "EL0806", "no image x:1", ExitCode::input_error},
    {"docker: invalid reference format: repository name must be lowercase.\nSee 'docker run --help'.\n",
     "EL0813", "repository name must be lowercase", ExitCode::input_error},
    {"docker: Error response from daemon: driver failed programming external connectivity on endpoint x "
     "(bfbc): Error starting "
     "userland proxy: listen tcp4 127.0.0.1:18080: bind: address already in use.\n",
     "EL0808", "port is taken", k_unusable},
    {"docker: Error response from daemon: driver failed programming external connectivity on endpoint x: "
     "Bind for 127.0.0.1:9000 "
     "failed: port is already allocated.\n",
     "EL0808", "port is taken by another container", k_unusable},
    {"docker: Error response from daemon: mkdir /var/lib/docker/overlay2/x: no space left on device.\n",
     "EL0903", "disk is full", k_unusable},
    {"standard_init_linux.go:228: exec user process caused: exec format error\n", "EL0809",
     "another architecture", k_unusable},
    {"docker: Error response from daemon: OCI runtime create failed: exec: \"/nope\": stat /nope: no such "
     "file or directory: unknown.\n"
     "See 'docker run --help'.\n",
     "EL0809", "cannot be started: OCI runtime create failed: exec: \"/nope\"", k_unusable},
  };
  for (const Case& expected : cases) {
    check(engine::run_failed("x:1", expected.output), expected);
  }
}

TEST_CASE("why a build failed")
{
  constexpr auto failed = ExitCode::build_failed;
  constexpr auto transient = ExitCode::transient;
  const Case cases[] = {
    {"flightcontrol: exceeded retry timeout", "EL0901", "too busy", transient},
    {"failed to solve with frontend dockerfile.v0: failed to create LLB definition: failed to do request: "
     "Head "
     "\"https://public.ecr.aws/v2/lambda/python/manifests/3.11\": dial tcp: lookup public.ecr.aws: no such "
     "host",
     "EL0902", "not reached", transient},
    {"failed to solve with frontend dockerfile.v0: failed to create LLB definition: docker.io/library/x:1: "
     "not found",
     "EL0902", "cannot be had", failed},
    {"ERROR: failed to solve: x:1: failed to resolve source metadata for docker.io/library/x:1: not found",
     "EL0902", "cannot be had", failed},
    {"ERROR: failed to solve: x: pull access denied, repository does not exist or may require authorization: "
     "server message: "
     "insufficient_scope: authorization failed",
     "EL0902", "cannot be pulled", failed},
    {"ERROR: failed to solve: failed to resolve source metadata for r.example/x: unexpected status: 401 "
     "Unauthorized",
     "EL0902", "refuses", failed},
    {"manifest unknown: Requested image not found", "EL0902", "no such tag", failed},
    {"failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error "
     "line 2: unknown instruction: RNU",
     "EL0901", "unknown instruction: RNU", failed},
    {"invalid argument \"UPPER\" for \"-t, --tag\" flag: invalid reference format: repository name must be "
     "lowercase",
     "EL0813", "UPPER", ExitCode::input_error},
    {"could not parse secrets: [id=ca,src=/nonexistent]: failed to stat /nonexistent: stat /nonexistent: no "
     "such file or directory",
     "EL0911", "secret file is missing", failed},
    {"secret ca_bundle not found: not found", "EL0911", "secret that it was not given", failed},
    {"ERROR: failed to solve: secret ca_bundle: not found", "EL0911", "secret that it was not given", failed},
    {"ERROR: failed to solve: granting entitlement network.host is not allowed by build daemon configuration",
     "EL0913", "host's network", failed},
    {"OSError: [Errno 28] No space left on device", "EL0903", "full", failed},
    {"CondaToSNonInteractiveError: Terms of Service have not been accepted for the following channels.",
     "EL0906", "terms of service", failed},
    {"PackagesNotFoundInChannelsError: The following packages are not available from current channels:",
     "EL0904", "PackagesNotFoundInChannelsError", failed},
    {"ResolvePackageNotFound:", "EL0904", "ResolvePackageNotFound", failed},
    {"LibMambaUnsatisfiableError: Encountered problems while solving:", "EL0905", "Encountered problems",
     failed},
    {"ChecksumMismatchError: Conda detected a mismatch between the expected content and downloaded content",
     "EL0907", "mismatch", failed},
    {"UnavailableInvalidChannel: HTTP 404 NOT FOUND for channel nope <https://conda.anaconda.org/nope>",
     "EL0915", "channel nope", failed},
    {"CondaHTTPError: HTTP 000 CONNECTION FAILED for url <https://conda.anaconda.org/x>", "EL0910",
     "CONNECTION FAILED", transient},
    {"CondaHTTPError: HTTP 401 UNAUTHORIZED for url <https://conda.example.com/x/linux-64/repodata.json>",
     "EL0916", "conda.example.com", failed},
    {"UnavailableInvalidChannel: HTTP 403 FORBIDDEN for channel x <https://conda.example.com/x>", "EL0916",
     "conda.example.com", failed},
    {"ERROR: HTTP error 401 while getting https://pypi.example.com/files/a-1-py3-none-any.whl", "EL0916",
     "pypi.example.com", failed},
    {"CondaSSLError: Encountered an SSL error.", "EL0910", "SSL error", failed},
    {"ERROR: No matching distribution found for nopkg==9", "EL0908", "nopkg==9", failed},
    {"ERROR: ResolutionImpossible: for help visit https://pip.pypa.io", "EL0909", "contradict", failed},
    {"ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "EL0907", "hash", failed},
    {"  error: subprocess-exited-with-error", "EL0912", "no wheel", failed},
    {"executor failed running [/bin/sh -c x]: exit code: 137", "EL0914", "memory", failed},
    {"ERROR: failed to solve: process \"/bin/sh -c x\" did not complete successfully: exit code: 137",
     "EL0914", "memory", failed},
    {"executor failed running [/nope]: exit code: 1", "EL0901",
     "executor failed running [/nope]: exit code: 1", failed},
    {"ERROR: failed to solve: process \"/nope\" did not complete successfully: exit code: 1", "EL0901",
     "failed to solve: process", failed},
  };
  for (const Case& expected : cases) {
    check(engine::build_failed({"before", expected.output}), expected);
  }
}

TEST_CASE("the builder's own cause is the message, and known words in it give the code")
{
  const auto error = [](Lines lines) {
    lines.push_back("executor failed running [python build.py installer]: exit code: 1");
    return engine::build_failed(lines);
  };
  check(error({"envlift: error: the installer's SHA-256 is abc, not def: http://x"}),
        {"hash", "EL0907", "the installer's SHA-256 is abc, not def: http://x", ExitCode::build_failed});
  check(error({"envlift: error: the installer cannot be downloaded from http://x: timed out"}),
        {"download", "EL0910", "the installer cannot be downloaded from http://x: timed out",
         ExitCode::transient});
  check(error({"ERROR: No matching distribution found for x==1",
               "envlift: error: pypi.example.com refuses the credentials: HTTP 401 for "
               "https://pypi.example.com/simple/x/"}),
        {"credentials", "EL0916",
         "pypi.example.com refuses the credentials: HTTP 401 for https://pypi.example.com/simple/x/",
         ExitCode::build_failed});
  const Error other =
      error({"envlift: error: first", "envlift: error: the environment's activation failed (exit 3)"});
  CHECK(other.code == "EL0901");
  CHECK(other.message == "the environment's activation failed (exit 3)");
  CHECK(
      error({"CondaHTTPError: HTTP 401 UNAUTHORIZED for url <https://c.example/linux-64/repodata.json>",
             "HTTP status client error (401 Unauthorized) for url (https://c.example/linux-64/repodata.json)",
             "envlift: error: conda could not create the environment (exit 1)"})
          .code == "EL0916");
  const Error python =
      error({"noise", "envlift: error: the environment has no Python 3.11, which the base image runs"});
  CHECK(python.code == "EL0901");
  CHECK(python.message == "the environment has no Python 3.11, which the base image runs");
}

TEST_CASE("what conda says is better than that conda failed")
{
  const Error error =
      engine::build_failed({"PackagesNotFoundInChannelsError: not available: nopkg", "",
                            "envlift: error: conda could not create the environment (exit 1)"});
  CHECK(error.code == "EL0904");
  CHECK(error.message == "PackagesNotFoundInChannelsError: not available: nopkg");
  CHECK(error.tail.size() == 3);
}

TEST_CASE("what conda's solvers miss is named")
{
  const Error missing = engine::build_failed(
      {"PackagesNotFoundInChannelsError: The following packages are not available from current channels:",
       "  - nosuchthing=2.1", "  - conda-forge::scikit-lern",
       "Current channels:", "  - https://conda.anaconda.org/conda-forge",
       "envlift: error: conda could not create the environment (exit 1)"});
  CHECK(missing.code == "EL0904");
  CHECK(missing.message == "`nosuchthing=2.1`, `conda-forge::scikit-lern` are in none of the channels");
  CHECK(missing.packages == Lines{"nosuchthing=2.1", "conda-forge::scikit-lern"});

  const Error classic = engine::build_failed({"ResolvePackageNotFound: ", "  - nopkg==9"});
  CHECK(classic.message == "`nopkg==9` is in none of the channels");
}

TEST_CASE("libmamba's unsatisfiable is a missing package where it says so")
{
  const Error list = engine::build_failed(
      {"LibMambaUnsatisfiableError: Encountered problems while solving:",
       "  - nothing provides requested nopkg 9**", "Could not solve for environment specs",
       "The following package could not be installed",
       "└─ nopkg 9**  does not exist (perhaps a typo or a missing channel)."});
  CHECK(list.code == "EL0904");
  CHECK(list.message == "`nopkg 9**` is in none of the channels");

  const Error tree = engine::build_failed(
      {"LibMambaUnsatisfiableError: Encountered problems while solving:",
       "Could not solve for environment specs", "The following packages are incompatible",
       "├─ nopkg =* * does not exist (perhaps a typo or a missing channel);",
       "└─ pandas =* * is installable with the potential options",
       "   ├─ pandas 1.0, which can be installed;"});
  CHECK(tree.code == "EL0904");
  CHECK(tree.packages == Lines{"nopkg =* *"});

  const Error contradiction = engine::build_failed(
      {"LibMambaUnsatisfiableError: Encountered problems while solving:",
       "  - package pandas-2.2 requires numpy >=1.26, but none of the providers can be installed",
       "Could not solve for environment specs"});
  CHECK(contradiction.code == "EL0905");
  CHECK(contradiction.message ==
        "the conda packages contradict each other: package pandas-2.2 requires numpy >=1.26, but none of the "
        "providers can be installed");
}

TEST_CASE("pip's missing requirement is named")
{
  CHECK(engine::build_failed({"ERROR: No matching distribution found for nopkg[all]==9"}).packages ==
        Lines{"nopkg[all]==9"});
  CHECK(engine::build_failed({"ERROR: Could not find a version that satisfies the requirement nopkg==9 (from "
                              "versions: none)"})
            .packages == Lines{"nopkg==9"});
}

TEST_CASE("what was tried again with success is not the cause")
{
  const Error error = engine::build_failed(
      {"WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError(': Failed to "
       "establish a new connection",
       "Collecting x", "ERROR: ResolutionImpossible: for help visit https://pip.pypa.io",
       "envlift: error: pip could not install the requirements (exit 1)"});
  CHECK(error.code == "EL0909");
}

TEST_CASE("the builder's own known words count for more than what stands before them")
{
  const Error error =
      engine::build_failed({"PackagesNotFoundError: of an optional step", "  - x",
                            "envlift: error: the installer's SHA-256 is abc, not def: http://x"});
  CHECK(error.code == "EL0907");
  CHECK(error.packages.empty());
}

TEST_CASE("a full disk explains what failed after it")
{
  CHECK(engine::build_failed(
            {"OSError: [Errno 28] No space left on device", "ERROR: Failed building wheel for x"})
            .code == "EL0903");
}

TEST_CASE("without a network pip's last word is not the cause")
{
  const Error error =
      engine::build_failed({"WARNING: Retrying (Retry(total=0)) after connection broken by "
                            "'NewConnectionError(': Failed to establish a new connection: "
                            "[Errno -3] Temporary failure in name resolution')': /simple/x/",
                            "ERROR: No matching distribution found for x==1",
                            "envlift: error: pip could not install the requirements (exit 1)"});
  CHECK(error.code == "EL0910");
  CHECK(error.exit == ExitCode::transient);
}

TEST_CASE("the tail holds the last lines and no more")
{
  Lines lines;
  for (int i = 0; i < 100; ++i) {
    lines.push_back("line " + std::to_string(i));
  }
  const Error error = engine::build_failed(lines);
  CHECK(error.tail.size() == 15);
  CHECK(error.tail.back() == "line 99");
  CHECK(engine::build_failed({}).code == "EL0901");
}

TEST_CASE("why an image cannot be read")
{
  const Case cases[] = {
    {"Error response from daemon: reference does not exist\n", "EL0806", "no image x:1",
     ExitCode::input_error},
    {"Error response from daemon: No such image: x:1\n", "EL0806", "no image x:1", ExitCode::input_error},
    {"invalid reference format\n", "EL0813", "x:1 is no image reference", ExitCode::input_error},
    {"Error response from daemon: open /var/lib/docker/overlay2/l/x: permission denied\n", "EL0809",
     "does not hand out the image x:1: open /var/lib/docker", k_unusable},
  };
  for (const Case& expected : cases) {
    check(engine::reading_failed("x:1", expected.output), expected);
  }
}

TEST_CASE("no such image is not every failure")
{
  CHECK(engine::says_no_such_image("Error: No such image: x\n"));
  CHECK(engine::state_unknown("\nError: No such object: c0ffee\n").code == "EL0814");
  CHECK(engine::state_unknown("Error response from daemon: No such container: c0ffee").code == "EL0814");
  CHECK(engine::state_unknown("Cannot connect to the Docker daemon").code == "EL0807");
  CHECK_FALSE(engine::says_no_such_image("Cannot connect to the Docker daemon\n"));
}
