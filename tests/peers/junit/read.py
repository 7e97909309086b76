"""What somebody else's reader of JUnit XML finds in a file, a line each, to be compared.

    read.py junit.xml       a line a case: outcome, class name, name
    read.py --sums FILE     sums as the file says them, then as the reader counts them
"""
import sys

from junitparser import Error, Failure, JUnitXml, Skipped, TestSuite

OUTCOMES = {Failure: "failure", Error: "error", Skipped: "skipped"}


def outcome(case):
    """The one outcome that a reader would show; None of them is a pass."""
    found = [OUTCOMES[type(r)] for r in case.result if type(r) in OUTCOMES]
    assert len(found) <= 1, f"{case.name}: {found}"
    for result in case.result:
        assert result.message and result.text and result.text.startswith(result.message), case.name
        assert len(result.message) <= 203 and "\n" not in result.message, case.name
        assert isinstance(result, Skipped) or result.type, case.name
    return found[0] if found else "pass"


def main():
    sums = sys.argv[1] == "--sums"
    doc = JUnitXml.fromfile(sys.argv[-1])
    suites = [doc] if isinstance(doc, TestSuite) else list(doc)
    for suite in suites:
        cases = list(suite)
        assert suite.name and cases, "a suite without name or cases"
        if sums:
            said = suite.tests, suite.failures, suite.errors, suite.skipped, round(suite.time, 3)
            suite.update_statistics()
            counted = suite.tests, suite.failures, suite.errors, suite.skipped, round(suite.time, 3)
            print(suite.name, *said)
            print(suite.name, *counted)
            continue
        for case in cases:
            assert case.time >= 0, case.name
            print(outcome(case), case.classname, case.name, sep="\t")


main()
