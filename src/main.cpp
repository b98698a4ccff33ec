#include "cli/cli.hpp"

int main(int argc, char** argv)
{
  return envlift::cli::run(argc, argv);
}
