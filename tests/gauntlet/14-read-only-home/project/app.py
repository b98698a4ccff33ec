import platformdirs


def handler(event, context):
    return platformdirs.user_cache_dir("rows", ensure_exists=True)
