"""What was acknowledged is kept: killed servers, restarts, two writers."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

import httpx
import pytest
from server import running_server

from index.corpus import Corpus
from index.models.encoder import Encoder
from index.text.analysis import analyse

SENTENCES = 24


def text_of(article: str) -> str:
    """A text long enough for several passages, in which every sentence names its article."""
    return "\n\n".join(f"Bài {article} câu số {n} kể về làng ven sông và con đường mới mở." for n in range(SENTENCES))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_kill_9_during_ingest_loses_nothing_acknowledged(tmp_path: Path, builtin: Encoder, seed: int) -> None:
    data = tmp_path / "data"
    acknowledged: list[str] = []
    with running_server(data) as server:
        stopped = threading.Event()

        def ingest(writer: int) -> None:
            for n in range(10_000):
                article = f"w{writer}x{n}"
                try:
                    reply = server.client.post("/v1/articles", json={"id": article, "text": text_of(article)})
                except httpx.TransportError:
                    break
                if reply.status_code == 201:
                    acknowledged.append(article)
            stopped.set()

        writers = [threading.Thread(target=ingest, args=(n,)) for n in range(3)]
        for writer in writers:
            writer.start()
        time.sleep(random.Random(seed).uniform(0.8, 2.0))
        server.kill()
        for writer in writers:
            writer.join()
    assert len(acknowledged) > 3
    with running_server(data) as server:
        for article in acknowledged:
            stored = server.client.get(f"/v1/articles/{article}").json()
            assert stored["text"] == text_of(article)
            answer = server.client.post("/v1/ask", json={"question": f"bài {article} câu số 3"}).json()
            assert answer["passages"][0]["article"]["id"] == article
    with Corpus.open(data, builtin) as corpus:
        view = corpus.view()
        info = corpus.info()
        ids = [header.id for header in corpus.storage.page(10_000)]
        assert set(acknowledged) <= set(ids)
        assert all(corpus.article(article).text == text_of(article) for article in ids)
        assert view.count("dense", analyse("")) == info.counts.passages
        assert list(corpus.verify()) == []


def test_a_restart_keeps_everything(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running_server(data) as server:
        server.client.post("/v1/articles", json=[{"id": f"a{n}", "text": text_of(f"a{n}")} for n in range(5)])
        server.client.delete("/v1/articles/a2")
        server.client.put("/v1/articles/a3", json={"text": "Bài a3 đã viết lại."})
        assert server.stop() in (0, -15)
    with running_server(data) as server:
        listed = server.client.get("/v1/articles").json()
        assert [article["id"] for article in listed["articles"]] == ["a0", "a1", "a3", "a4"]
        assert server.client.get("/v1/articles/a3").json()["text"] == "Bài a3 đã viết lại."
        answer = server.client.post("/v1/ask", json={"question": "bài a2 câu số 5", "limit": 20}).json()
        assert "a2" not in [passage["article"]["id"] for passage in answer["passages"]]


def test_ingesting_beside_a_running_server(tmp_path: Path, builtin: Encoder) -> None:
    data = tmp_path / "data"
    with running_server(data) as server, Corpus.open(data, builtin) as corpus:
        from index.records import Draft

        list(corpus.add([Draft(id="ngoai", text="Bài viết từ ngoài vào nói về lễ hội đua thuyền.")]))
        answer = server.client.post("/v1/ask", json={"question": "lễ hội đua thuyền"}).json()
        assert answer["passages"][0]["article"]["id"] == "ngoai"
        server.client.post("/v1/articles", json={"id": "trong", "text": "Bài viết từ trong nói về chợ nổi."})
        assert corpus.article("trong").language == "vi"
        corpus.remove(["ngoai"])
        answer = server.client.post("/v1/ask", json={"question": "lễ hội đua thuyền"}).json()
        assert "ngoai" not in [passage["article"]["id"] for passage in answer["passages"]]
