import os


def handler(event, context):
    # What geospatial libraries look for: the package's activation script sets it.
    return open(os.path.join(os.environ["PROJ_DATA"], "proj.ini"), encoding="utf-8").read().strip()
