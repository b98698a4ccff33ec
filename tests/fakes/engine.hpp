// An engine whose containers are made by the test.
#pragma once

#include "base/text.hpp"
#include "engine/engine.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace envlift::fakes {

// What the containers of one engine do, and what became of them.
struct World {
  Result<engine::ContainerState> state = engine::ContainerState{.running = true};
  Result<int> port = 49153;
  std::string archive;   // of every image
  std::string log = "(rapid) INVOKE RTDONE(status: success)\nREPORT RequestId: 1\n";
  std::string timed_log;
  std::vector<engine::RunRequest> started;
  std::optional<unsigned long long> written_bytes = 0;
  std::optional<unsigned long long> disk_free_bytes;
  std::vector<engine::Limit> limits;
  std::optional<double> vcpus;   // that a container was given after its start
  engine::MemoryUse memory;
  std::optional<int> cores = 8;
  int removed = 0;
};

class Container : public engine::Container {
public:
  explicit Container(World& world) : world_(world) {}
  Container(const Container&) = delete;
  Container& operator=(const Container&) = delete;
  ~Container() override { ++world_.removed; }

  const std::string& id() const override { return id_; }
  Result<int> port() override { return world_.port; }
  Result<engine::ContainerState> state() override { return world_.state; }
  std::optional<unsigned long long> written_bytes() override { return world_.written_bytes; }
  std::optional<unsigned long long> disk_free_bytes() override { return world_.disk_free_bytes; }
  std::vector<engine::Limit> limits() override { return world_.limits; }
  void set_vcpus(double vcpus) override { world_.vcpus = vcpus; }
  engine::MemoryUse memory() override { return world_.memory; }
  engine::MemoryUse memory_here() override { return world_.memory; }
  std::string log() override { return world_.log; }
  std::string timed_log() override { return world_.timed_log; }
  void follow(std::function<void(std::string_view)> on_line) override
  {
    for (const std::string_view line : text::lines(world_.log)) {
      on_line(line);
    }
  }

private:
  World& world_;
  std::string id_ = "c0ffee";
};

class Engine : public engine::Engine {
public:
  explicit Engine(World& world) : world_(world) {}

  const engine::ProbeFacts& facts() const override { return facts_; }
  Result<engine::Image> build(const engine::BuildRequest&, report::Talk&) override { return engine::Image{}; }
  Result<> export_stage(const engine::ExportRequest&, report::Talk&) override { return {}; }
  bool completes_archives() override { return false; }
  Result<engine::Image> load(const std::string&, const std::string&) override { return engine::Image{}; }
  Result<engine::Image> fetch(const std::string&, const std::string&, report::Talk&) override { return engine::Image{}; }
  Result<engine::Image> inspect(const std::string&) override { return engine::Image{}; }
  std::optional<unsigned long long> added_bytes(const std::string&, std::size_t) override { return 0ULL; }
  Result<> save(const std::string&, const std::function<Result<>(image::ByteSource&)>& read) override
  {
    image::TextSource archive(world_.archive);
    return read(archive);
  }
  Result<std::unique_ptr<engine::Container>> run(const engine::RunRequest& request) override
  {
    world_.started.push_back(request);
    return std::make_unique<Container>(world_);
  }

  void remove(const std::string&) override {}
  std::optional<int> cores() override { return world_.cores; }
  void remove_abandoned() override {}

private:
  World& world_;
  engine::ProbeFacts facts_;
};

}  // namespace envlift::fakes
