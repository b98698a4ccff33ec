// The docker command line behind Engine.
#pragma once

#include "engine/daemon.hpp"
#include "engine/engine.hpp"

#include <chrono>

namespace envlift::engine {

class DockerEngine : public Engine {
public:
  DockerEngine(sys::Processes& processes, ProbeFacts facts, Daemon daemon = {})
      : processes_(processes),
        facts_(std::move(facts)),
        daemon_(std::move(daemon))
  {}

  const ProbeFacts& facts() const override { return facts_; }
  Result<Image> build(const BuildRequest& request, report::Talk& talk) override;
  Result<> export_stage(const ExportRequest& request, report::Talk& talk) override;
  bool completes_archives() override;
  Result<Image> load(const std::string& archive, const std::string& tag) override;
  Result<Image> fetch(const std::string& reference, const std::string& platform, report::Talk& talk) override;
  Result<Image> inspect(const std::string& reference) override;
  std::optional<unsigned long long> added_bytes(const std::string& reference,
                                                std::size_t instructions) override;
  Result<> save(const std::string& reference, const std::function<Result<>(image::ByteSource&)>& read) override;
  Result<std::unique_ptr<Container>> run(const RunRequest& request) override;
  void remove(const std::string& reference) override;
  std::optional<int> cores() override;
  void remove_abandoned() override;

private:
  Result<> run_build(std::vector<std::string> arguments, report::Talk& talk);

  sys::Processes& processes_;
  ProbeFacts facts_;
  Daemon daemon_;
};

// A question to a daemon that answers takes milliseconds; a loaded one seconds; a hung one for ever.
inline constexpr std::chrono::seconds k_question_limit{60};

// Runs a client's command line to its exit, whatever that is. Errors: no such client (EL0801), no end within the
// command's time limit (EL0810), envlift was interrupted (EL0811).
Result<sys::ProcessResult> run_command(sys::Processes& processes, const sys::Command& command);
// The same for a question that is answered within a time limit.
Result<sys::ProcessResult> run_client(sys::Processes& processes, const std::string& client,
                                      std::vector<std::string> arguments,
                                      std::chrono::milliseconds limit = k_question_limit);

Error interrupted_error();

// stdout and stderr as one text, for words that may stand in either.
std::string all_output(const sys::ProcessResult& result);

}   // namespace envlift::engine
