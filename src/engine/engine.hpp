// A rendered context -> an image -> a container, through the docker command line.
#pragma once

#include "base/result.hpp"
#include "image/bytes.hpp"
#include "report/talk.hpp"
#include "sys/process.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::engine {

struct ProbeFacts {
  std::string client;            // path of the client taken
  std::string client_version;
  std::string server_version;
  std::string arch;              // of the daemon: x86_64 | arm64
  std::string socket;            // of the daemon on this machine; "" where it is not known
  std::vector<std::string> passed_over;   // "/usr/local/bin/docker 28.2.2: no buildx", one each
};

struct BuildRequest {
  std::string folder;                      // the context
  std::vector<std::string> arguments;      // render::build_arguments
  std::string tag;
};

// A stage of a context whose files are handed out.
struct ExportRequest {
  std::string folder;                      // the context
  std::vector<std::string> arguments;      // render::build_arguments, without a tag
  std::string stage;
  std::string destination;                 // a folder here; made where it is missing
};

struct Image {
  std::string id;
  std::string tag;
  unsigned long long size_bytes = 0;
  std::string arch;                        // x86_64 | arm64
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
  std::vector<std::string> layers;         // diffIDs, lowest first
  std::string config;                      // JSON: the part `config` of the image's configuration
};

// What surrounds a function in Lambda: a root that cannot be written, a /tmp of its own, a user whom the image does not
// know, no shared memory, no rights, 1,024 files and processes.
struct Sandbox {
  int tmp_mb = 512;
  bool tmp_in_memory = false;              // its pages count against the memory then, and it cannot be filled further
  double vcpus = 1;                        // share of the processor
};

struct RunRequest {
  std::string image;                       // runs on its own platform
  std::vector<std::string> entrypoint;     // overrides ENTRYPOINT when not empty; the first word is a path
  std::vector<std::string> command;        // overrides CMD when not empty
  std::map<std::string, std::string> environment;
  int memory_mb = 0;                       // 0 = no limit
  int host_port = 0;                       // 0 = the engine chooses; 8080 in the container, loopback only
  std::optional<Sandbox> sandbox;          // nothing = as the engine runs any container
  std::string code;   // a folder here that lies over k_code_path, read-only; "" = the image's own
  std::string emulator;                    // a program here that is put to k_emulator_path; "" = none
};

inline constexpr const char* k_emulator_path = "/envlift-rie";
inline constexpr const char* k_code_path = "/var/task";

struct ContainerState {
  bool running = false;
  int exit_code = 0;
  bool out_of_memory = false;
};

// One limit of the sandbox: what was asked of the engine, and what it says that the container has.
struct Limit {
  std::string name;                        // "memory_mb"
  std::string asked;                       // "512"
  std::string value;                       // "512"; "none" where there is no limit
  std::string why = {};   // they differ
  bool is_usual = false;   // they differ with every engine and emulator: no news for the user
};

// Of a container's memory, as its cgroup counts it; nothing where that is not told.
struct MemoryUse {
  std::optional<unsigned long long> peak_bytes;
  std::optional<int> kills;                // processes that were killed because memory ran out
};

// A running container; removed when the object goes, on a signal as well.
// Every question may fail with EL0801 (the client is gone), EL0810 (no answer in time) and EL0811 (an interrupt).
class Container {
public:
  virtual ~Container() = default;
  virtual const std::string& id() const = 0;
  // The host port that 8080 has; EL0807 when the engine names none, as of a container that has ended.
  virtual Result<int> port() = 0;
  // EL0814 when there is no such container any longer; EL0807 when the engine does not tell.
  virtual Result<ContainerState> state() = 0;
  // Bytes that the container has written: into /tmp where it has a sandbox, else into its own file system. Nothing when
  // the engine does not tell.
  virtual std::optional<unsigned long long> written_bytes() = 0;
  // Free for everybody on the disk that the sandbox's /tmp is on; nothing where that is another machine's.
  virtual std::optional<unsigned long long> disk_free_bytes() = 0;
  // The limits of its sandbox; none without one.
  virtual std::vector<Limit> limits() = 0;
  // Another share of the processor.
  virtual void set_vcpus(double vcpus) = 0;
  virtual MemoryUse memory() = 0;
  // The same where the counters lie on this machine, in some microseconds; nothing elsewhere.
  virtual MemoryUse memory_here() = 0;
  // stdout and stderr so far; "" when the engine does not tell.
  virtual std::string log() = 0;
  // The same, each line behind the RFC 3339 time at which the engine had it, and a space.
  virtual std::string timed_log() = 0;
  // Hands on each line of stdout and stderr, from the first one on, as it comes and until the container is gone. They
  // come from a thread of their own; call once.
  virtual void follow(std::function<void(std::string_view)> on_line) = 0;
};

// Every call may fail with EL0801 (the client is gone) and EL0811 (an interrupt), every call but build() with EL0810
// (no answer in time).
class Engine {
public:
  virtual ~Engine() = default;
  virtual const ProbeFacts& facts() const = 0;
  // EL09xx with the output's last lines: exit 4, or 75 where a retry may help; EL0813 for a tag that is none. Steps are
  // told to `talk`; where the build fails, the tag stays with the image that had it.
  virtual Result<Image> build(const BuildRequest& request, report::Talk& talk) = 0;
  // Builds one stage and writes its files into a folder. Fails as build() does.
  virtual Result<> export_stage(const ExportRequest& request, report::Talk& talk) = 0;
  // Whether load() takes an archive that lacks the files of layers that are there.
  virtual bool completes_archives() = 0;
  // Loads the image of docker's archive at a path here, and looks at it by its tag or ID. EL0903 the disk is full, EL0809
  // for every other reason.
  virtual Result<Image> load(const std::string& archive, const std::string& reference) = 0;
  // The image; pulled where it is not there for the platform (`render::platform`). Fails as inspect() does, or with the
  // reason that a build would give.
  virtual Result<Image> fetch(const std::string& reference, const std::string& platform, report::Talk& talk) = 0;
  // EL0806 when there is no such image, EL0813 when the reference is none (exit 1 both); EL0807 when the answer cannot
  // be read; EL0809 for what else the engine says.
  virtual Result<Image> inspect(const std::string& reference) = 0;
  // Bytes of the topmost layers, unpacked: of the last `instructions` steps of the image's history. Nothing when the
  // engine does not tell: a figure for the user is no reason to fail.
  virtual std::optional<unsigned long long> added_bytes(const std::string& reference,
                                                        std::size_t instructions) = 0;
  // Hands the image to `read` as docker's archive, in a stream; its error is returned. EL0806 when there is no such
  // image, EL0809 for what else the engine says.
  virtual Result<> save(const std::string& reference, const std::function<Result<>(image::ByteSource&)>& read) = 0;
  // Never pulls. EL0806 no such image, EL0813 no reference (exit 1 both), EL0808 the port is taken, EL0903 the disk is
  // full, EL0809 for every other reason (exit 3). No container is left where it fails.
  virtual Result<std::unique_ptr<Container>> run(const RunRequest& request) = 0;
  // Removes the image, and the tag where the reference is one. Whether it is gone is not told.
  virtual void remove(const std::string& reference) = 0;
  // Cores of the engine's machine; nothing when it does not tell.
  virtual std::optional<int> cores() = 0;
  // Removes the containers of runs of this machine that were killed before they could.
  virtual void remove_abandoned() = 0;
};

// What an engine is looked for: only builds need BuildKit.
enum class Need { run, build };

// What was found out about clients before, by key; what is not there is found out anew.
class ClientRecords {
public:
  virtual ~ClientRecords() = default;
  virtual std::optional<std::string> get(const std::string& key) = 0;
  virtual void keep(const std::string& key, const std::string& text) = 0;
};

// Looks for a client that works: binary, daemon and, for builds, BuildKit really usable. `wanted` is the setting
// ("" = every `docker` on PATH in turn). The failure is the first client's: EL0801 no binary, EL0802 daemon down,
// EL0803 no permission, EL0804 every client was passed over (EL0801 where BuildKit is not needed), EL0805 not reached as
// configured, EL0810 no answer in time, EL0812 no API version in common (exit 3 all); EL0811 an interrupt. With records, a client
// that was found before is not started while all that it was found by is as it was.
Result<std::unique_ptr<Engine>> connect(sys::Processes& processes, const std::string& wanted,
                                        Need need = Need::build, ClientRecords* records = nullptr);

}  // namespace envlift::engine
