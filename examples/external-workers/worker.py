"""Labels images with the standard library of Python alone.

    LIGASE_TOKEN=... python3 worker.py http://127.0.0.1:7474

While it works on an image another thread gives signs of life; when the server says that the task is somebody else's, or
that nobody needs it any more, the worker goes on with the next one.
"""

import json
import os
import sys
import threading
import time
import urllib.error
import urllib.request

URL = sys.argv[1]
TOKEN = os.environ["LIGASE_TOKEN"]
WORKER = f"python-{os.getpid()}"
LEASE_MS = 30_000


class Refused(Exception):
    """The server's problem: code, message and remedy."""

    def __init__(self, status, problem):
        super().__init__(f"{problem['message']} {problem['remedy']}")
        self.status = status


def request(path, body=None):
    """The bytes of an answer. Raises Refused, and URLError when the server cannot be reached."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    asked = urllib.request.Request(URL + path, data=data, headers=headers)
    try:
        with urllib.request.urlopen(asked, timeout=90) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        if error.code >= 500:
            raise urllib.error.URLError(error) from error
        raise Refused(error.code, json.loads(error.read())) from error


def say(task, what, body):
    return json.loads(request(f"/api/v1/external-tasks/{task}/{what}", body))


def patiently(ask, *args):
    """Asks until the server answers: it does not mind to be told a thing twice."""
    while True:
        try:
            return ask(*args)
        except urllib.error.URLError:
            print("the server does not answer", file=sys.stderr)
            time.sleep(2)


class SignsOfLife:
    """Keeps the lease of a task until the work on it is over."""

    def __init__(self, task, token):
        self.task, self.token = task, token
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while not self.over.wait(LEASE_MS / 3_000):
            try:
                say(self.task, "heartbeat", {"token": self.token})
            except Refused:
                return  # What comes of the task is refused then, too.
            except urllib.error.URLError:
                pass  # The next sign of life may be in time.

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def label_of(image):
    """Brightness of a plain PGM image. Raises ValueError for anything else."""
    kind, _width, _height, most, *greys = image.split()
    if kind != b"P2" or not greys:
        raise ValueError("this is not an image")
    mean = sum(int(grey) for grey in greys) / len(greys) / int(most)
    return {"label": "bright" if mean > 0.5 else "dark", "mean": round(mean, 4)}


def work_on(task, files, token):
    image = patiently(request, files[0]["href"])
    try:
        value = label_of(image)
    except ValueError as error:
        patiently(say, task, "fail", {"token": token, "message": str(error), "retry": False})
    else:
        patiently(say, task, "complete", {"token": token, "value": value})


def main():
    wanted = {"topics": ["images"], "worker": WORKER, "lastsMs": LEASE_MS, "waitMs": 60_000}
    while True:
        leased = json.loads(patiently(request, "/api/v1/external-tasks/lease", wanted))
        for one in leased["tasks"]:
            task, token = one["task"]["id"], one["token"]
            try:
                with SignsOfLife(task, token):
                    work_on(task, one["files"], token)
                print(task, flush=True)
            except Refused as error:
                if error.status != 409:
                    raise
                print(error, file=sys.stderr)


if __name__ == "__main__":
    main()
