# Reads names of directories, one a line; answers with a line each: "config" or "refused", and in Base64 what
# docker-compose makes of the project in it, or says.
import base64
import logging
import os
import sys

sys.path.append("/usr/lib/python3/dist-packages")
logging.disable(logging.CRITICAL)

from compose.cli.command import get_config_from_options  # noqa: E402
from compose.config import errors, serialize  # noqa: E402

for line in sys.stdin:
    directory = line.rstrip("\n")
    files = sorted(name for name in os.listdir(directory) if name.startswith("compose"))
    options = {"--file": [os.path.join(directory, name) for name in files], "--project-directory": directory}
    try:
        config = get_config_from_options(directory, options)
        answer = "config", serialize.serialize_config(config)
    except errors.ConfigurationError as refused:
        answer = "refused", str(refused.msg)
    print(answer[0], base64.b64encode(answer[1].encode()).decode(), flush=True)
