"""Several worker processes behind one address: real processes, real sockets, the built-in model."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import httpx
import pytest
from contract import ARTICLE, hoidap
from problems import problem
from random_models import bert, save
from server import Server, free_port, running_server

WORKERS = 2


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("workers") / "data", HOIDAP_WORKERS=str(WORKERS)) as running:
        yield running


@contextmanager
def connections(server: Server, count: int) -> Iterator[list[httpx.Client]]:
    """Yield clients with a connection each, opened one after another."""
    with ExitStack() as stack:
        clients = [stack.enter_context(httpx.Client(base_url=server.client.base_url, timeout=60)) for _ in range(count)]
        for client in clients:
            assert client.get("/livez").status_code == 200
        yield clients


def until(true: Callable[[], bool], seconds: float = 30) -> bool:
    """Wait until something is true, and return whether it has become so."""
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def figure(client: httpx.Client, series: str) -> float:
    found = re.search(rf"^{re.escape(series)} (\S+)$", client.get("/metrics").text, re.MULTILINE)
    return 0.0 if found is None else float(found[1])


def test_what_one_worker_stored_every_worker_finds_at_once(server: Server) -> None:
    with connections(server, WORKERS) as (one, other):
        for number in range(5):
            text = f"Đội số {number} của làng Thượng thắng trận chung kết với tỉ số {number}-0."
            assert one.put(f"/v1/articles/a{number}", json={"text": text}).status_code == 201
            for client in (other, one):
                answer = client.post(
                    "/v1/ask", json={"question": f"Đội số {number} của làng Thượng thắng tỉ số bao nhiêu?"}
                )
                assert answer.json()["passages"][0]["article"]["id"] == f"a{number}"
            assert other.delete(f"/v1/articles/a{number}").status_code == 204
            problem(one.get(f"/v1/articles/a{number}"), 404)
            assert one.post("/v1/ask", json={"question": f"Đội số {number}?"}).json()["passages"] == []


def test_metrics_are_those_of_all_workers_whichever_is_asked(server: Server) -> None:
    asked = 'hoidap_requests_total{method="POST",route="/v1/ask",status="200"}'
    with connections(server, 2 * WORKERS) as clients:
        before = figure(clients[0], asked)
        stages = figure(clients[0], 'hoidap_stage_seconds_count{stage="encode"}')
        for client in clients:
            for _ in range(3):
                assert client.post("/v1/ask", json={"question": "Cầu dài bao nhiêu?"}).status_code == 200
        clients[0].put("/v1/articles/cau", json={"text": ARTICLE["text"]})
        for client in clients:
            assert figure(client, asked) == before + 3 * len(clients)
            assert figure(client, 'hoidap_stage_seconds_count{stage="encode"}') == stages + 3 * len(clients)
            assert figure(client, "hoidap_articles") == 1
            assert figure(client, 'hoidap_waiting{kind="asking"}') == 0
        clients[0].delete("/v1/articles/cau")


def test_connections_are_spread_evenly_and_a_killed_worker_is_replaced(server: Server) -> None:
    # Not httpx: it opens a connection anew where the old one was closed.
    host, port = server.client.base_url.host, server.client.base_url.port
    clients = [HTTPConnection(host, port, timeout=60) for _ in range(4 * WORKERS)]
    assert [_status_of(client) for client in clients] == [200] * len(clients)
    before = server.workers()
    assert len(before) == WORKERS
    victim = min(before)
    os.kill(victim, signal.SIGKILL)
    assert until(lambda: victim not in server.workers())
    assert [_status_of(client) for client in clients].count(None) == len(clients) // WORKERS
    assert until(lambda: len(server.workers()) == WORKERS)
    for client in clients:
        client.close()  # the next request opens it anew
        assert _status_of(client) == 200
        client.close()
    assert "another one takes its place" in server.log.read_text()


def _status_of(client: HTTPConnection) -> int | None:
    """Return the status that a request gets, None if the connection is closed."""
    try:
        client.request("GET", "/livez")
        response = client.getresponse()
        response.read()
    except (ConnectionError, HTTPException):
        return None
    return response.status


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_supervisor_and_workers(tmp_path: Path, number: int) -> None:
    with running_server(tmp_path / "data", HOIDAP_WORKERS="2") as server:
        workers = server.workers()
        assert len(workers) == 2
        assert server.client.get("/livez").status_code == 200  # a connection that stays open
        server.process.send_signal(number)
        server.process.wait(timeout=30)
        assert not any(map(is_alive, workers))


def test_workers_end_with_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    with running_server(tmp_path / "data", HOIDAP_WORKERS="2") as server:
        workers = server.workers()
        server.process.kill()
        server.process.wait()
        assert until(lambda: not any(map(is_alive, workers)))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_workers_share_a_model_of_pytorch_that_was_loaded_before_them(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    model = save(tmp_path / "model", bert)
    settings = {"HOIDAP_WORKERS": "2", "HOIDAP_MODEL": str(model), "OMP_NUM_THREADS": "2"}
    with running_server(tmp_path / "data", **settings) as server:
        assert server.client.post("/v1/articles", json=ARTICLE).status_code == 201
        with connections(server, 4) as clients, ThreadPoolExecutor(4) as pool:

            def ask(client: httpx.Client) -> list[int]:
                questions = [f"Cầu Sông Hiền dài {number} mét?" for number in range(5)]
                return [client.post("/v1/ask", json={"question": one}).status_code for one in questions]

            assert list(pool.map(ask, clients)) == [[200] * 5] * 4
        assert len(server.workers()) == 2


def test_the_supervisor_imports_none_of_what_its_workers_need() -> None:
    program = "import sys; import api.serving.supervisor; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "index.errors" in loaded
    assert loaded.isdisjoint({"numpy", "faiss", "tantivy", "tokenizers", "fastapi", "pydantic", "prometheus_client"})


def test_a_port_in_use_is_one_clear_error(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = hoidap(tmp_path / "data", "serve", "--port", port, status=1)
    assert done.stderr.splitlines()[-1].startswith(f"hoidap: cannot listen on 127.0.0.1:{port}: Address already")
    assert "Traceback" not in done.stderr


def test_a_corpus_that_cannot_be_opened_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    for workers in ("1", "2"):
        done = hoidap(tmp_path / "data", "serve", "--port", str(free_port()), "--workers", workers, status=1)
        assert done.stderr.splitlines()[-1].startswith("hoidap: ")
        assert str(tmp_path / "data") in done.stderr
        assert "Traceback" not in done.stderr


def test_it_listens_on_version_6_of_the_internet_protocol_too(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            pytest.skip("this machine has no ::1")
    port = free_port()
    command = [sys.executable, "-m", "api.commands.main", "serve", "--host", "::1", "--port", str(port)]
    environment = {**os.environ, "HOIDAP_WORKERS": "2", "HOIDAP_DATA": str(tmp_path / "data")}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        with httpx.Client(base_url=f"http://[::1]:{port}") as client:

            def answers() -> bool:
                try:
                    return client.get("/readyz").status_code == 200
                except httpx.TransportError:
                    return False

            assert until(answers, 60)
        process.terminate()


def test_questions_beyond_those_that_may_wait_are_refused(tmp_path: Path) -> None:
    text = "\n\n".join(f"Đoạn {number} nói về cầu và đường. " * 10 for number in range(200))
    with running_server(tmp_path / "data", HOIDAP_WORKERS="1", HOIDAP_MAX_WAITING="0") as server:

        def ask(_: int) -> httpx.Response:
            return httpx.post(f"{server.client.base_url}/v1/similar", json={"text": text}, timeout=60)

        with ThreadPoolExecutor(24) as pool:
            responses = list(pool.map(ask, range(24)))
        refused = [one for one in responses if one.status_code == 503]
        assert refused
        assert {one.status_code for one in responses} == {200, 503}
        for one in refused:
            problem(one, 503)
            assert one.headers["retry-after"] == "1"
        assert figure(server.client, 'hoidap_refused_total{kind="asking"}') == len(refused)
        assert server.client.get("/livez").status_code == 200


STARTED_WITHOUT_ROOM = """
import os, sys
fork, forks = os.fork, []
def fork_once():
    forks.append(0)
    if len(forks) > 1:
        raise BlockingIOError(11, "Resource temporarily unavailable")
    return fork()
os.fork = fork_once
from api.commands.main import main
sys.argv[1:] = sys.argv[2:]
main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
def test_a_start_without_room_for_every_worker_ends_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    arguments = ["-", "serve", "--data", str(tmp_path / "data"), "--port", str(free_port()), "--workers", "2"]
    done = subprocess.run(
        [sys.executable, "-c", STARTED_WITHOUT_ROOM, *arguments],
        env={**os.environ, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "Resource temporarily unavailable" in done.stderr
    assert list(folder.iterdir()) == []
