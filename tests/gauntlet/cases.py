"""The cases: tests/gauntlet/NN-NAME/case.json, one for a failure of the field.

  row, title      its number and name in the list of failures met most
  in_lambda       what is seen in Lambda
  answer          prevented (envlift's own image of the same input does not have it) or named (with code and cure)
  codes           the diagnostics that name it
  envlift         what envlift does, in a sentence or two
  unguarded       how the failure is shown without envlift, and `says`: the texts that are observed
      build       "fails": the text is the build's, of unguarded/Dockerfile
      invoke      "fails": the text is that of an invocation in a sandbox like Lambda's
      run         a program in the image and its arguments, as root: the text is its output
      script      a Python file of the case that prints the text, or that writes an image into the folder it is given
      with        files of tests/gauntlet that unguarded/Dockerfile takes
      conda       true: unguarded/Dockerfile builds on the image of conda/Dockerfile
      note        what the observation cannot show here
  guarded         `answer`: what envlift's image of project/ answers in the same sandbox
      arguments   more arguments of `envlift build`
      modes       modes that files of project/ are given, which git does not keep
      environment "conda" or "pip": the environment file that cases share, conda/environment.yml or pip/requirements.txt
  named           commands of envlift, each with the codes and texts that it has to print; {image} is the unguarded
                  image, {written} what the script wrote, {project} and {base} what they say
"""
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
ANSWERS = ("prevented", "named")


def names():
    return sorted(path.parent.name for path in HERE.glob("[0-9]*/case.json"))


def case(name):
    data = json.loads((HERE / name / "case.json").read_text(encoding="utf-8"))
    assert data["answer"] in ANSWERS, data["answer"]
    assert int(name.split("-")[0]) == data["row"], name
    return data
