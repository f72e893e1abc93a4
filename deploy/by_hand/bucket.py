"""The bucket server of the tests, for deploy/by_hand.sh. Prints the settings that lead to it."""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Event

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bucket import KEY, REGION, SECRET, serve_buckets

if __name__ == "__main__":
    with serve_buckets(*sys.argv[1:]) as server:
        print(f"AWS_ENDPOINT_URL={server.url}")
        print(f"AWS_ACCESS_KEY_ID={KEY}")
        print(f"AWS_SECRET_ACCESS_KEY={SECRET}")
        print(f"AWS_DEFAULT_REGION={REGION}", flush=True)
        Event().wait()
