"""What Lambda measures of a zip: the bytes of its files, unpacked."""
import os
import sys

LIMIT = 250 * 1024 * 1024   # AWS: "deployment package size, unzipped"
size = sum(os.lstat(os.path.join(folder, name)).st_size for folder, _, names in os.walk(sys.argv[1]) for name in names)
print(f"{size} bytes unzipped:", "over" if size > LIMIT else "below", f"Lambda's {LIMIT}")
