#!/usr/bin/env python3
"""A worker in another language: does the duplicate checks of the workflow `achievement`, over HTTP.

    silian users worker1 --roles worker.duplicate-check
    SILIAN_TOKEN=$(silian tokens --create --user worker1 --label example) python3 examples/worker.py duplicate-check

The token's user needs the role `worker.TOPIC`, or `worker` or `admin` for jobs of every topic. An attempt is leased for 60 seconds; when a worker
dies, the next one gets its job after the lease has run out, so work may be done twice, and its result counts once. The protocol is in
docs/http.md. Python 3.8 or later, standard library only.
"""
import json, os, socket, sys, time, urllib.error, urllib.parse, urllib.request

URL, TOKEN = os.environ.get("SILIAN_URL", "http://127.0.0.1:8080"), os.environ.get("SILIAN_TOKEN", "")
TOPIC, ME = sys.argv[1] if len(sys.argv) > 1 else "duplicate-check", f"{socket.gethostname()}-{os.getpid()}"


def call(path, body=None):
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(URL + path, data, headers), timeout=90) as answer:
        return json.loads(answer.read() or b"null")


def work(job):
    found = call("/api/instances?workflow=achievement&q=" + urllib.parse.quote(job["input"]["title"]))["items"]
    return {"number": "CG-" + job["instance"][:8], "duplicates": [row["title"] for row in found if row["id"] != job["instance"]]}


while True:
    try:
        for job in call("/api/jobs/acquire", {"topics": [{"topic": TOPIC, "lease": 60}], "worker": ME, "max": 1, "wait": 30}):
            report = {"worker": ME, "attempt": job["attempt"]}
            try:
                verb, report["result"] = "complete", work(job)
            except Exception as error:  # tried again by the workflow's `retry`
                verb, report["message"] = "fail", str(error)
            call(f"/api/jobs/{job['id']}/{verb}", report)
            print(verb, job["id"], flush=True)
    except (urllib.error.URLError, OSError) as error:
        print("waiting:", error, file=sys.stderr, flush=True)
        time.sleep(2)
