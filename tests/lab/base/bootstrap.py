"""Behaves as the published bootstrap of the base: the base's own packages come before those of
the interpreter that runs it, and PYTHONPATH is exported to every child of the handler."""

import os
import site
import sys

import awslambdaric.__main__ as client

VERSION = "python{}.{}".format(*sys.version_info[:2])
OPT_SITE = f"/opt/python/lib/{VERSION}/site-packages"
OPT = "/opt/python"
# Bases before 3.11 do not insert this one.
LANG_SITE = [f"/var/lang/lib/{VERSION}/site-packages"] if sys.version_info >= (3, 11) else []


def main():
    task_root = os.environ["LAMBDA_TASK_ROOT"]
    own_path = "PYTHONPATH" not in os.environ
    if own_path:
        sys.path[:0] = [OPT_SITE, OPT, *LANG_SITE]
    sys.path.insert(0, task_root)
    # Site folders, so that their .pth files are read.
    site.addsitedir(task_root)
    if own_path:
        site.addsitedir(OPT_SITE)
        site.addsitedir(OPT)
        os.environ["PYTHONPATH"] = os.environ["LAMBDA_RUNTIME_DIR"]
    client.main([task_root, os.environ["_HANDLER"]])


if __name__ == "__main__":
    main()
