import sqlite3


def handler(event, context):
    # The operator -> came with SQLite 3.38; the environment has a newer one, the base an older one.
    return sqlite3.connect(":memory:").execute("""SELECT '{"rows": 3}' -> 'rows'""").fetchone()[0]
