"""Parse 10,000 damaged mails and print the worst time and the peak memory (goal: 2 s and 512 MiB for one mail).

Run from the root of the repository:  python -m bench.malformed [COUNT] [SEED]
Ends with status 1 when a goal is missed or an envelope is unsound.
"""

import resource
import sys
import time

from channels_intake.mime.parsing import parse_message
from tests.channels_intake.mutations import make_corpus
from tests.channels_intake.test_malformed_corpus import MAX_SECONDS, check_envelope

COUNT = 10_000
MAX_MEBIBYTES = 512


def run(count: int, seed: int) -> bool:
    """Parse and check the corpus, print the figures, and tell whether the goals hold."""
    worst, worst_name, total, unsound = 0.0, "", 0.0, 0
    for name, raw in make_corpus(count, seed):
        started = time.process_time()
        mail = parse_message(raw)
        seconds = time.process_time() - started
        total += seconds
        if seconds > worst:
            worst, worst_name = seconds, f"{name} ({len(raw):,} bytes)"
        try:
            check_envelope(mail)
        except AssertionError as error:
            unsound += 1
            print(f"unsound: {name}: {error!r}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count:,} mails, seed {seed}: {count - unsound:,} sound")
    print(f"mean {1000 * total / max(count, 1):.2f} ms, worst {worst:.3f} s: {worst_name}")
    print(f"peak memory of the whole run {peak:.0f} MiB")
    return unsound == 0 and worst <= MAX_SECONDS and peak <= MAX_MEBIBYTES


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:3]]
    sys.exit(0 if run(*(arguments + [COUNT, 1][len(arguments) :])) else 1)
