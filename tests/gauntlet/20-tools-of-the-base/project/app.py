import shutil


def handler(event, context):
    return [shutil.which(name) for name in ("yum", "tar", "gzip", "find", "xargs", "awk")]
