"""The core beside its peers in Python, on one thread, in one run: prints figures and ratios.

    make bench-core
"""

import json
import subprocess
import sys
import time

SECONDS = 3.0

CHART = """
statechart:
  name: core
  preamble: |
    n = 0
    m = 0
  root state:
    name: root
    initial: running
    states:
      - name: running
        parallel states:
          - name: left
            initial: even
            states:
              - name: even
                transitions: [{target: odd, event: tick, guard: n >= 0, action: n = n + 1}]
              - name: odd
                transitions: [{target: even, event: tick, guard: n >= 0, action: n = n + 1}]
          - name: right
            initial: low
            states:
              - name: low
                transitions: [{target: high, event: flip, guard: m < 1000000000, action: m = m + 1}]
              - name: high
                transitions: [{target: low, event: flip, guard: m < 1000000000, action: m = m + 1}]
"""

EXPRESSIONS = [
    "context.trl >= 4",
    "context.score > 60.0 && context.kind in ['device', 'process']",
    "context.items.filter(i, i.ok).size() >= 2",
    "context.title.startsWith('Membrane') || context.title.size() > 40",
]
CONTEXT = {
    "trl": 5, "score": 81.5, "kind": "process", "title": "Membrane for lithium extraction",
    "items": [{"ok": True}, {"ok": False}, {"ok": True}],
}


def rate(body):
    """Calls a second."""
    for turn in range(200):
        body(turn)
    count, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < SECONDS:
        for turn in range(100):
            body(turn)
        count += 100
    return count / (time.perf_counter() - begin)


def sismic():
    from sismic.interpreter import Interpreter
    from sismic.io import import_from_yaml

    interpreter = Interpreter(import_from_yaml(CHART))
    interpreter.execute()

    def body(turn):
        interpreter.queue("tick" if turn % 2 == 0 else "flip")
        interpreter.execute_once()

    result = rate(body)
    assert interpreter.context["n"] > 100 and interpreter.context["m"] > 100
    return result


def python_statemachine():
    from statemachine import State, StateChart

    class Core(StateChart):
        class running(State.Parallel):
            class left(State.Compound):
                even = State(initial=True)
                odd = State()
                tick = even.to(odd, cond="may_tick", on="count_n") | odd.to(even, cond="may_tick", on="count_n")

            class right(State.Compound):
                low = State(initial=True)
                high = State()
                flip = low.to(high, cond="may_flip", on="count_m") | high.to(low, cond="may_flip", on="count_m")

        def __init__(self):
            self.n = 0
            self.m = 0
            super().__init__()

        def may_tick(self):
            return self.n >= 0

        def may_flip(self):
            return self.m < 1000000000

        def count_n(self):
            self.n += 1

        def count_m(self):
            self.m += 1

    machine = Core()
    result = rate(lambda turn: machine.send("tick" if turn % 2 == 0 else "flip"))
    assert machine.n > 100 and machine.m > 100
    return result


def rust_cel():
    import cel

    programs = [cel.compile(text) for text in EXPRESSIONS]
    variables = {"context": CONTEXT}
    assert all(program.execute(variables) is True for program in programs)
    return rate(lambda turn: programs[turn % 4].execute(variables))


def cel_python():
    import celpy

    environment = celpy.Environment()
    programs = [environment.program(environment.compile(text)) for text in EXPRESSIONS]
    variables = {"context": celpy.json_to_cel(CONTEXT)}
    assert all(program.evaluate(variables) for program in programs)
    return rate(lambda turn: programs[turn % 4].evaluate(variables))


def main():
    output = subprocess.run(
        [sys.argv[1], "bench", "core", "--seconds", str(SECONDS), "--json"], check=True, capture_output=True, text=True
    ).stdout
    ours = {figure["name"]: figure for figure in map(json.loads, output.splitlines())}
    for figure in ours.values():
        print(f"{figure['name']:<40} {figure['perSecond']:>12,.0f} {figure['unit']}/s")
    peers = [
        ("sismic", sismic, ["interpreter, in memory", "interpreter, snapshot read and written"]),
        ("python-statemachine", python_statemachine, ["interpreter, in memory", "interpreter, snapshot read and written"]),
        ("common-expression-language (Rust)", rust_cel, ["expressions"]),
        ("cel-python", cel_python, ["expressions"]),
    ]
    for name, measure, figures in peers:
        theirs = measure()
        print(f"{name:<40} {theirs:>12,.0f}/s")
        for figure in figures:
            print(f"    {figure}: {ours[figure]['perSecond'] / theirs:.1f} times")


if __name__ == "__main__":
    main()
