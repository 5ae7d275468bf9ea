#!/usr/bin/python3
"""The table of faults: which cases there are (cases.json), and which tests play them.

  faultmatrix.py write             makes README.md of cases.json and of the tests' marks
  faultmatrix.py check [PROGRAMS]  fails when a case has no test, a mark names no case, README.md is out of date, or a
                                   marked function is in no built test program; PROGRAMS lists "program|source" lines

A C++ test says FAULT_CASE("E19", Real); in its body, a Python test has @fault_case("E19", REAL) before it."""
import ast
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TABLE = os.path.join(HERE, "README.md")
FUNCTION = re.compile(r"^void (?:\w+::)*(\w+)::(\w+)\(\)\n\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
MARK = re.compile(r'^ *FAULT_CASE\("([^"]*)", (Real|Fake)\);$', re.MULTILINE)


class Test:
    def __init__(self, path, group, function, play):
        self.path, self.group, self.function, self.play = path, group, function, play.lower()


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def marks_in_cpp(path, text):
    found = []
    for group, function, body in FUNCTION.findall(text):
        found += [(case, Test(path, group, function, play)) for case, play in MARK.findall(body)]
    if len(found) != text.count("FAULT_CASE("):
        raise SystemExit("%s: a FAULT_CASE is written in a way that cannot be read" % path)
    return found


def marks_in_python(path, text):
    found = []
    for group in ast.parse(text).body:
        for function in group.body if isinstance(group, ast.ClassDef) else []:
            for mark in getattr(function, "decorator_list", []):
                if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "fault_case":
                    if not function.name.startswith("test"):
                        raise SystemExit("%s: %s is marked, but never run" % (path, function.name))
                    found.append((mark.args[0].value, Test(path, group.name, function.name, mark.args[1].id)))
    return found


def all_marks():
    """Pairs of a case and a test, in the order of the files."""
    found = []
    for folder, folders, names in os.walk(os.path.join(ROOT, "tests")):
        folders.sort()
        for name in sorted(names):
            path = os.path.relpath(os.path.join(folder, name), ROOT)
            if name.startswith("tst_") and name.endswith(".cpp"):
                found += marks_in_cpp(path, read(os.path.join(ROOT, path)))
            elif name.endswith("_test.py"):
                found += marks_in_python(path, read(os.path.join(ROOT, path)))
    return found


def table(cases, pending, marks):
    lines = [
        "# Faults that are played",
        "",
        "Made by `tests/faults/faultmatrix.py write` from `cases.json` and the marks in the tests; a test fails when this page",
        "is out of date. Each case is something that goes wrong around a converter; E: in the engine, B: a bug that other",
        "batch converters had. *real*: the system itself misbehaves (processes, disks, limits); *fake*: a stand-in from",
        "`tests/fake/` says that it does.",
        "",
        "| | What happens | What is expected | Played by |",
        "|---|---|---|---|",
    ]
    for case in cases:
        tests = ["`%s::%s` (%s)" % (os.path.basename(test.path), test.function, test.play)
                 for name, test in marks if name == case["id"]]
        if case["id"] in pending:
            tests.append("*to come: %s*" % pending[case["id"]])
        lines.append("| %s | %s | %s | %s |" % (case["id"], case["case"], case["expected"], "<br>".join(tests)))
    return "\n".join(lines) + "\n"


def functions_of(program, group):
    """What a built test program has of that class; the argument of a program with one class only is ignored by it."""
    done = subprocess.run([program, group, "-functions"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60,
                          env=dict(os.environ, QT_QPA_PLATFORM="offscreen"))
    return {line.strip().rstrip("()") for line in done.stdout.splitlines()}


def mistakes(cases, pending, marks, programs):
    ids = [case["id"] for case in cases]
    found = ["%s is in cases.json twice" % name for name in sorted(set(ids)) if ids.count(name) > 1]
    played = {name for name, _ in marks}
    found += ["%s marks %s as %s, which is not in cases.json" % (test.path, test.function, name)
              for name, test in marks if name not in ids]
    found += ["%s is played by no test" % name for name in ids if name not in played and name not in pending]
    found += ["%s is pending, but not in cases.json" % name for name in pending if name not in ids]
    found += ["%s has an empty field" % case["id"] for case in cases if not (case["case"] and case["expected"])]
    if read(TABLE) != table(cases, pending, marks):
        found.append("README.md is out of date: tests/faults/faultmatrix.py write")
    if programs is not None:
        known = {}
        for test in {(test.path, test.group): test for _, test in marks if test.path.endswith(".cpp")}.values():
            if test.path not in programs:
                found.append("%s is in no test program" % test.path)
            else:
                known[test.path, test.group] = functions_of(programs[test.path], test.group)
        found += ["%s has no function %s" % (programs[test.path], test.function) for _, test in marks
                  if (test.path, test.group) in known and test.function not in known[test.path, test.group]]
    return found


def main():
    content = json.loads(read(os.path.join(HERE, "cases.json")))
    cases, pending = content["cases"], content["pending"]
    marks = all_marks()
    if sys.argv[1:] == ["write"]:
        with open(TABLE, "w", encoding="utf-8") as file:
            file.write(table(cases, pending, marks))
        return 0
    if sys.argv[1:2] != ["check"]:
        print(__doc__)
        return 2
    programs = None
    if sys.argv[2:]:
        programs = {os.path.relpath(source, ROOT): program
                    for program, source in (line.split("|") for line in read(sys.argv[2]).split())}
    found = mistakes(cases, pending, marks, programs)
    for mistake in found:
        print(mistake)
    for name, reason in pending.items():
        print("to come: %s: %s" % (name, reason))
    print("%d cases, %d marks in %d tests" % (len(cases), len(marks), len({(test.path, test.function) for _, test in marks})))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
