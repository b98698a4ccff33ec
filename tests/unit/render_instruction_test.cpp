#include "render/instruction.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using render::instruction_line;

TEST_CASE("exec forms are JSON arrays", "[render]")
{
  CHECK(instruction_line(plan::Entrypoint{{"/lambda-entrypoint.sh"}}) ==
        R"(ENTRYPOINT ["/lambda-entrypoint.sh"])");
  CHECK(instruction_line(plan::Cmd{{"app.handler", "it's \"x\" \\"}}) ==
        R"(CMD ["app.handler", "it's \"x\" \\"])");
  CHECK(instruction_line(plan::Run{{"python", "-c", "pass"}, {}}) == R"(RUN ["python", "-c", "pass"])");
}

TEST_CASE("mounts stand before the arguments, secrets are required", "[render]")
{
  const plan::Run run{{"python"}, {plan::CacheMount{"/var/cache/x"}, plan::SecretMount{"ca_bundle"}}};
  CHECK(instruction_line(run) == "RUN --mount=type=cache,target=/var/cache/x,sharing=locked \\\n"
                                 "    --mount=type=secret,id=ca_bundle,required=true \\\n"
                                 "    [\"python\"]");
}

TEST_CASE("the values of ENV are quoted against the builder's expansion", "[render]")
{
  CHECK(instruction_line(plan::Env{{{"HOME", "/tmp"}, {"A", R"(a $b "c" \d)"}}}) ==
        "ENV HOME=\"/tmp\" \\\n"
        "    A=\"a \\$b \\\"c\\\" \\\\d\"");
}

TEST_CASE("COPY names its stage, and is broken where it is long", "[render]")
{
  CHECK(instruction_line(plan::Copy{{"code/"}, "/build/code/", ""}) == "COPY code/ /build/code/");
  CHECK(instruction_line(plan::Copy{{"/opt/env"}, "/opt/env", "builder"}) ==
        "COPY --from=builder /opt/env /opt/env");
  const std::string long_name(60, 'x');
  CHECK(instruction_line(plan::Copy{{long_name, long_name}, "/build/", ""}) ==
        "COPY " + long_name + " \\\n    " + long_name + " \\\n    /build/");
  CHECK(instruction_line(plan::Workdir{"/build"}) == "WORKDIR /build");
}
