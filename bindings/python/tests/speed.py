"""How fast the wheel reads a folder, beside the program: the best of rounds that take turns, since other work on
the machine comes and goes. Arguments: the folder, the program."""

import collections
import subprocess
import sys
import time

import msilog

ROUNDS = 7


def drain(values):
    collections.deque(values, maxlen=0)


def main():
    folder, program = sys.argv[1:3]

    def run(*options):
        return lambda: subprocess.run(
            [program, *options, folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )

    pairs = {
        "outcome and signature, beside -q": (
            lambda: drain((report.outcome, report.signature) for report in msilog.scan(folder)),
            run("-q"),
        ),
        "table, beside --format csv": (lambda: drain(msilog.scan(folder).to_batches()), run("--format", "csv")),
        "JSON lines, beside --format ndjson": (
            lambda: drain(report.to_json() for report in msilog.scan(folder)),
            run("--format", "ndjson"),
        ),
        "dicts, beside --format ndjson": (
            lambda: drain(report.to_dict() and None for report in msilog.scan(folder)),
            run("--format", "ndjson"),
        ),
    }
    count = sum(1 for _ in msilog.scan(folder))
    print(f"{count} logs, msilog {msilog.__version__}")
    for name, both in pairs.items():
        best = [float("inf")] * 2
        for _ in range(ROUNDS):
            for place, one in enumerate(both):
                begin = time.perf_counter()
                one()
                best[place] = min(best[place], time.perf_counter() - begin)
        wheel, other = (count / seconds for seconds in best)
        print(f"{name}: {wheel:.0f} logs/s, the program {other:.0f}: {100 * wheel / other:.0f} %")


if __name__ == "__main__":
    main()
