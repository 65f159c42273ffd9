"""Routes for readers who have not asked yet: an overview of the corpus, and example questions."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request

from api.routes.dependencies import AskingGiven, EngineGiven, engine_of
from api.schemas.overview import ExampleList, ExampleOut, OverviewOut
from qa.examples import Examples

router = APIRouter(tags=["service"])

_LATEST = 12


@router.get("/v1/overview")
def overview(engine: EngineGiven) -> OverviewOut:
    """Count the articles by language, source and month, and list the newest."""
    return OverviewOut.of(engine.corpus.overview(), engine.corpus.storage.latest(_LATEST))


@router.get("/v1/examples", dependencies=[Depends(engine_of)])
async def examples(request: Request, asking: AskingGiven) -> ExampleList:
    """Return example questions that this corpus answers."""
    made: Examples = request.app.state.examples
    found = await asking.run(request, made.latest)
    return ExampleList(
        examples=[ExampleOut(question=e.question, language=e.language, article_id=e.article_id) for e in found]
    )
