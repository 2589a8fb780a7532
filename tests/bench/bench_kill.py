"""kill -9 of web, worker and database under load, against a running `manage.py up`. Run by hand.

    MADAR_STATE=… WHATSAPP_APP_SECRET=… python tests/bench/bench_kill.py --port 8000 --seconds 60

Prints the recovery after each kill, and what was lost or doubled.
"""

import argparse
import os
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.kills import PARTS, Load, kill_nine, reckon, wait_until_taken_in  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--state", default=os.environ.get("MADAR_STATE", str(ROOT / ".madar")))
    parser.add_argument("--secret", default=os.environ.get("WHATSAPP_APP_SECRET", ""))
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--number-id", default="100001")
    parser.add_argument("--rate", type=float, default=20, help="messages a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=6, help="seconds between kills, on average")
    parser.add_argument("--parts", default=",".join(PARTS))
    options = parser.parse_args()
    state = Path(options.state)
    load = Load(options.port, options.secret, options.number_id, options.rate)
    kills: list[tuple[str, float]] = []
    load.start()
    end = time.time() + options.seconds
    while time.time() < end:
        time.sleep(options.pause * random.uniform(0.5, 1.5))
        part = random.choice(options.parts.split(","))
        if at := kill_nine(state, part):
            kills.append((part, at))
    time.sleep(6)
    load.stop()
    wait_until_taken_in(state, load, 60)
    result = reckon(state, load, kills)
    for part, seconds in result.recoveries:
        print(f"{part:10} works again after {seconds:.2f} s")
    print(result)


if __name__ == "__main__":
    main()
