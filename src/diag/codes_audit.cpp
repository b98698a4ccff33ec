// Codes 11: a finished image.
#include "diag/code_rows.hpp"

namespace envlift::diag {

std::vector<CodeInfo> rows_of_audit()
{
  using enum Severity;
  // clang-format off: one shape for every row
  return {
    {"EL1101", error, "the image's bytes are damaged",
     "The archive, or a layer in it, is no tar, or ends before its end.",
     "Save or export the image again.",
     {k_shell, "envlift audit docker-archive:image.tar          # its download ended early",
       "docker save -o image.tar my-function\nenvlift audit docker-archive:image.tar"}},
    {"EL1102", error, "there is no image in the archive or folder",
     "It is neither what `docker save` writes nor an OCI layout, or its manifest or configuration cannot be read.",
     "Name a file of `docker save`, or the folder of an OCI layout.",
     {k_shell, "envlift audit oci:build",
       "envlift audit oci:build/image"}},
    {"EL1103", error, "there are several images in the archive or folder",
     "An audit is of one image.",
     "Name one by its tag or platform, or save it alone.",
     {k_shell, "envlift audit oci:images                         # orders:1 and prices:1",
       "envlift audit oci:images:orders:1"}},
    {"EL1104", error, "a part of the image is not what its digest says",
     "The bytes of a blob do not have the digest by which the manifest names it: it was changed or damaged.",
     "Export the image again."},
    {"EL1105", error, "a file cannot be put into the image",
     "The image is put together from the function's files and from the layers that the builder wrote. One of them "
     "changed while it was read, or is not what its name says.",
     "Run the command again; when it stays, remove the folder `layers` of envlift's cache."},
    {"EL1106", error, "the images are for other platforms",
     "The folder holds no image for the architecture that the function is for.",
     "Build one for it, or correct `arch`.",
     {k_shell, "envlift audit oci:arm-image",
       "envlift audit oci:arm-image --arch arm64"}},
    // ELF files
    {"EL1111", error, "a program or library is for another machine",
     "The file was built for another processor than the image: Python says `cannot open shared object file` or "
     "`exec format error` when it is used. Most often it was installed on the host and copied.",
     "Install the package in the build, for the image's platform."},
    {"EL1112", error, "a shared library is not found",
     "The file asks for a library which the loader finds neither by the file's own run path nor on the image's library "
     "path nor in the system's folders: importing it fails.",
     "Add the package that brings the library, or put its folder on the library path."},
    {"EL1113", warning, "a library of an optional part is not found",
     "The library belongs to desktops, graphics cards or terminals, or the package itself has to load it by its path "
     "first. Only what needs it fails.",
     "Nothing, unless the function uses that part; invoke the image once to be sure."},
    {"EL1114", error, "a library is too old for what needs it",
     "The file needs symbols of a version (GLIBC_2.28, GLIBCXX_3.4.29) which the library that the loader finds in the "
     "image does not define: importing it fails with `version ... not found`.",
     "Build on the base that the finding names, choose an older build of the package, or put the environment's own "
     "library first."},
    {"EL1115", warning, "the base's library is loaded in place of the environment's",
     "The environment brings the library, and the library path leads to another copy first. It works as long as both "
     "are alike.",
     "Put the environment's folder first on the library path, or clear LD_LIBRARY_PATH for Python, as envlift's "
     "launcher does."},
    // Python
    {"EL1116", error, "a program or library is cut off",
     "The file has fewer bytes than its own headers tell of. The loader refuses it (`file too short`), or the process ends "
     "with SIGBUS when it touches what is missing.",
     "Install the package again, with enough space."},
    {"EL1121", error, "the swap of interpreters is not complete",
     "The base's entry script starts /var/runtime/bootstrap, and that /var/lang/bin/python3.X. For the environment to "
     "answer, that name, python3 and python have to lead to the environment's interpreter, and the bootstrap in "
     "/opt/envlift and the environment's activate.env have to be there.",
     "Build the image again, and let no later step write to these places."},
    {"EL1122", error, "the runtime client is missing or has no native part for this Python",
     "awslambdaric asks Lambda for events through a compiled module. Without it the function fails at its first poll, "
     "with an error that does not name the cause.",
     "Install awslambdaric with the environment's own interpreter."},
    {"EL1123", error, "a package is for another Python",
     "The tag of the wheel, the build string of the conda package or the name of the extension module is of another "
     "Python than the one that answers: its modules are not found.",
     "Install the package with the image's Python."},
    {"EL1124", warning, "bytecode is not used",
     "Python compares a .pyc with its source's time and size, or its magic number with its own. What does not agree is "
     "compiled again at every cold start, for Lambda's file system is read-only.",
     "Compile with `--invalidation-mode unchecked-hash` as the last step."},
    {"EL1125", warning, "modules have no bytecode",
     "Python compiles them at every cold start, for Lambda's file system is read-only: a start takes two to three times "
     "as long.",
     "Compile the environment with `python -m compileall --invalidation-mode unchecked-hash`."},
    {"EL1126", warning, "a distribution is installed twice in one place",
     "Two records of one package lie in the same folder: one of them is of files that are gone or mixed.",
     "Make the environment anew."},
    {"EL1127", warning, "pip wrote over a conda package's files",
     "conda's record names files that are pip's now: one of the two packages is not what its version says.",
     "Take the package from conda or from pip, not from both."},
    {"EL1128", note, "the base has the package too",
     "Base and environment both have the distribution. With envlift's import order the environment's is imported.",
     "Nothing."},
    {"EL1129", note, "the runtime has the AWS SDK already",
     "boto3 and what it needs are part of the base: a copy in the environment costs space and time.",
     "Leave them out, unless the function needs these versions."},
    {"EL1130", warning, "the base's package is imported in place of the environment's",
     "The base's bootstrap puts the packages of the base before those of the interpreter that it starts. The function "
     "runs with another version than the one that was installed for it.",
     "Build with `envlift build`, whose bootstrap puts the environment first, or put the environment's site-packages "
     "first on PYTHONPATH."},
    // Lambda
    {"EL1131", error, "the entry point cannot be started",
     "Lambda starts the entry point by its path: absolute, a regular file, no symbolic link, executable for every user, "
     "with the interpreter that its first line names. Otherwise it says Runtime.InvalidEntrypoint.",
     "Correct ENTRYPOINT or the file.",
     {k_dockerfile, "ENTRYPOINT [\"start.sh\"]",
       "ENTRYPOINT [\"/start.sh\"]"}},
    {"EL1132", warning, "the entry point is reached through a linked folder",
     "AWS asks for an entry point that is no symbolic link. A link among its folders is not known to fail.",
     "Write the path that the link leads to.",
     {k_dockerfile, "RUN ln -s /opt/app-2.1 /opt/app\nENTRYPOINT [\"/opt/app/start\"]",
       "ENTRYPOINT [\"/opt/app-2.1/start\"]"}},
    {"EL1133", error, "CMD is not one word",
     "The base's entry script takes exactly one argument, the handler. A CMD in its shell form is three.",
     "Write it in its JSON form.",
     {k_shell, "CMD app.handler",
       "CMD [\"app.handler\"]"}},
    {"EL1134", warning, "the image names no handler",
     "CMD is empty: every function made of the image has to name its own.",
     "Set CMD, or name the handler with --handler for the audit.",
     {k_dockerfile, "CMD []",
       "CMD [\"app.handler\"]"}},
    {"EL1135", error, "the image is larger than Lambda takes",
     "Lambda takes images of up to 10 GB, unpacked, all layers together.",
     "Remove packages, or keep large data in S3 or EFS."},
    {"EL1136", error, "the image has more layers than engines take",
     "The kernel's overlay and docker's store of layers end at 127.",
     "Join steps."},
    {"EL1137", note, "the largest packages",
     "What the image's size is made of.",
     "Leave out what the function does not import."},
    {"EL1138", note, "the image has many layers",
     "Each costs a request when the image is pushed or pulled, and images built on this one have fewer left.",
     "Join steps, or group packages."},
    {"EL1139", error, "the manifest is one that Lambda refuses",
     "Lambda takes a single manifest (Docker v2 schema 2 or OCI) for linux/amd64 or linux/arm64: no index, no several "
     "platforms, no attestations.",
     "Build for one platform and without attestations.",
     {k_shell, "docker buildx build --push .",
       "docker buildx build --push --provenance=false --sbom=false --platform linux/amd64 ."}},
    {"EL1140", error, "a layer has an encoding that Lambda refuses",
     "Lambda's loader is known to take gzip layers alone (UnsupportedImageLayerDetected), whatever engines take.",
     "Export the image with gzip layers.",
     {k_shell, "docker buildx build --output type=oci,dest=image,tar=false,compression=uncompressed .",
       "docker buildx build --output type=oci,dest=image,tar=false,compression=gzip ."}},
    {"EL1141", error, "a layer lacks the folders that its files lie in",
     "Engines make missing parent folders; Lambda's loader refuses the layer (MissingParentDirectory).",
     "Write the layer with an entry for each parent folder."},
    // files
    {"EL1142", error, "Lambda's user cannot read what it needs",
     "Lambda runs functions as a user without rights: folders need o+rx, files o+r.",
     "Set the modes in the build: `chmod -R o+rX FOLDER`.",
     {k_dockerfile, "COPY --chmod=600 app.py /var/task/",
       "COPY --chmod=644 app.py /var/task/"}},
    {"EL1143", warning, "files in root's home",
     "Lambda's user does not see /root: caches of tools, or an environment that will not be found.",
     "Remove them in the step that makes them, or install elsewhere.",
     {k_dockerfile, "# leaves /root/.cache/pip\nRUN pip install numpy",
       "RUN pip install --no-cache-dir numpy"}},
    {"EL1144", warning, "a link leads nowhere",
     "What the symbolic link names is not in the image.",
     "Bring it, or remove the link.",
     {k_dockerfile, "RUN ln -s /home/ada/data /var/task/data",
       "COPY data /var/task/data"}},
    {"EL1145", error, "a file holds what looks like a secret",
     "Whoever has the image has the secret, also when a later layer removes the file.",
     "Mount secrets while building, hold them in the function's configuration or Secrets Manager, and make this one "
     "anew. A false alarm can be accepted in a baseline.",
     {k_dockerfile, "# .env: AWS_SECRET_ACCESS_KEY=...\nCOPY app.py .env /var/task/",
       "COPY app.py /var/task/"}},
    {"EL1146", error, "the image's configuration holds what looks like a secret",
     "Variables, labels and the history of build steps are part of the image: `docker inspect` shows them.",
     "Mount secrets while building (`RUN --mount=type=secret`), and make this one anew.",
     {k_shell, "docker build --build-arg TOKEN=s3cr3t .",
       "docker build --secret id=token,env=TOKEN ."}},
    {"EL1147", warning, "the code needs shared memory, which Lambda has not",
     "Lambda has no /dev/shm. Python's locks and queues between processes lie there, and so pools of processes: making "
     "one raises OSError.",
     "Use threads (ThreadPoolExecutor), or `Process` and `Pipe`, which need no shared memory.",
     {k_code, "from multiprocessing import Pool\ndef handler(event, context):\n    return Pool(2).map(abs, event)",
       "from concurrent.futures import ThreadPoolExecutor\ndef handler(event, context):\n"
       "    return list(ThreadPoolExecutor(2).map(abs, event))"}},
    {"EL1148", warning, "a file of a package is not as it was installed",
     "RECORD and conda-meta say how many bytes each file had, RECORD the sums of sources too. Fewer or others are a copy "
     "that was cut off, or a later step that wrote into the package; so is a module that a later layer removes. Stripped "
     "libraries and the texts that conda writes its prefix into do not count.",
     "Install the package again, and let no later step change its files."},
    {"EL1149", error, "bytecode is cut off",
     "The .pyc has Python's header, and its code ends before its end, or it has nothing and there is no source. Importing "
     "the module raises EOFError or ImportError.",
     "Compile again, with enough space."},
    {"EL1150", warning, "bytecode is of another text than its source",
     "A .pyc with an unchecked hash is used whatever its source says. The source was changed after it was compiled: the "
     "change has no effect.",
     "Compile after the last step that changes sources."},
    {"EL1151", error, "the baseline cannot be read",
     "A baseline lists accepted findings: `accepted`, a list of maps with `code`, and `path`, `package` and `reason` "
     "where wanted.",
     "Correct it.",
     {k_shell, "accepted: [{codes: EL1144}]",
       "accepted: [{code: EL1144, path: /opt/env/*}]"}},
    {"EL1152", warning, "the history is not of the image's layers",
     "Each step of the history that is not marked as empty stands for one layer. Docker refuses to load an image whose "
     "history tells of more layers than there are, and other tools one that tells of fewer.",
     "Export the image again, or push it with another tool."},
    {"EL1153", warning, "the working folder is not in the image",
     "Docker makes an absent WORKDIR when a container starts. Lambda's root is read-only and its /tmp begins empty; it has "
     "an error for functions whose folder is not there, InvalidWorkingDirectory.",
     "Make the folder in the build, outside of /tmp.",
     {k_dockerfile, "WORKDIR /tmp/work",
       "WORKDIR /var/task"}},
    {"EL1154", note, "an accepted finding is not met any more",
     "The baseline accepts what the image has not, so that it would hide the same fault when it comes back.",
     "Take the entry out of the baseline."},
  };
  // clang-format on
}

}  // namespace envlift::diag
