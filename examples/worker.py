#!/usr/bin/env python3
"""A worker for the topic `greetings`: asks for work, does it, reports the result.

    SILIAN_URL=http://127.0.0.1:8080 SILIAN_TOKEN=… python3 examples/worker.py

The token's user needs the role `worker`, or `worker.greetings` for this topic alone. A workflow gives such work with
    invoke: {src: worker, topic: greetings, input: {name: context.name}, onDone: greeted}
and sees what is returned here as `event.data`. Each attempt has a lease of 60 seconds; longer work sends
`POST /api/jobs/{id}/heartbeat` in time. A lease that runs out gives the job to the next worker, so work may be done
twice: pass the job's id on as a key where that matters. Python 3.8 or later, standard library only.
"""
import json, os, socket, time, urllib.error, urllib.request

URL = os.environ.get("SILIAN_URL", "http://127.0.0.1:8080")
TOKEN = os.environ.get("SILIAN_TOKEN", "")
ME = f"{socket.gethostname()}-{os.getpid()}"


def post(path, body):
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
    request = urllib.request.Request(URL + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=90) as answer:
        return json.loads(answer.read() or b"null")


def work(job):
    return {"text": f"Hello, {job['input']['name']}!"}


while True:
    try:
        topics = [{"topic": "greetings", "lease": 60}]
        for job in post("/api/jobs/acquire", {"topics": topics, "worker": ME, "max": 1, "wait": 30}):
            report = {"worker": ME, "attempt": job["attempt"]}
            try:
                verb, report["result"] = "complete", work(job)
            except Exception as error:  # Tried again by the workflow's `retry`.
                verb, report["message"] = "fail", str(error)
            post(f"/api/jobs/{job['id']}/{verb}", report)
    except urllib.error.HTTPError as error:
        print(error.code, error.read().decode())  # 409: the lease was lost.
        time.sleep(5 if error.code != 409 else 0)
    except OSError as error:
        print(error)
        time.sleep(5)
