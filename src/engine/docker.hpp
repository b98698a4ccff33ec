// The docker command line behind Engine.
#pragma once

#include "engine/engine.hpp"

namespace envlift::engine {

class DockerEngine : public Engine {
public:
  DockerEngine(sys::Processes& processes, ProbeFacts facts) : processes_(processes), facts_(std::move(facts)) {}

  const ProbeFacts& facts() const override { return facts_; }
  Result<Image> build(const BuildRequest& request, report::Talk& talk) override;
  Result<Image> inspect(const std::string& reference) override;
  Result<unsigned long long> added_bytes(const std::string& reference, std::size_t instructions) override;
  Result<std::unique_ptr<Container>> run(const RunRequest& request) override;

private:
  sys::Processes& processes_;
  ProbeFacts facts_;
};

// Runs the client with these arguments within a time limit; the Error when it could not run or was interrupted.
Result<sys::ProcessResult> run_client(sys::Processes& processes, const std::string& client,
                                      std::vector<std::string> arguments);

// stdout and stderr as one text, for words that may stand in either.
std::string all_output(const sys::ProcessResult& result);

}  // namespace envlift::engine
