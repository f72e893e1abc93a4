"""Parse 10,000 malformed emails; print the worst time and the peak memory.

`python -m bench.malformed [COUNT] [SEED]`. Limits: 2 s for one email, 512 MiB. The command fails if
a limit is missed or an envelope is invalid.
"""

import resource
import sys
import time

import bench.ready  # noqa: F401 (starts the servers and sets up Django)

# isort: split
from channels_intake.mime.parsing import parse_message
from tests.channels_intake.mutations import make_corpus
from tests.channels_intake.test_malformed_corpus import check_envelope

COUNT = 10_000
MAX_SECONDS = 2.0  # of CPU, for one email
MAX_MEBIBYTES = 512


def run(count: int, seed: int) -> bool:
    """Parse and check the corpus and print the figures. Return True if the limits hold."""
    worst, worst_name, total, invalid = 0.0, "", 0.0, 0
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
            invalid += 1
            print(f"invalid: {name}: {error!r}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count:,} emails, seed {seed}: {count - invalid:,} valid")
    print(f"mean {1000 * total / max(count, 1):.2f} ms, worst {worst:.3f} s: {worst_name}")
    print(f"peak memory of the whole run {peak:.0f} MiB")
    return invalid == 0 and worst <= MAX_SECONDS and peak <= MAX_MEBIBYTES


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:3]]
    sys.exit(0 if run(*(arguments + [COUNT, 1][len(arguments) :])) else 1)
