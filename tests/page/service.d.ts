// Written by `python -m docs.generate`; do not edit.

/** What the service takes and answers, by the names of `docs/http.md`. */
declare namespace Service {
  interface AnswerOut {
    question: string;
    /** False if the articles hold no answer; then the passages are the nearest. Null without calibration. */
    answerable: boolean | null;
    /** Probability that the answer is right, 0 to 1. Null with a reranker and no calibration. */
    confidence: number | null;
    /** Null if `answerable` is false or nothing can be quoted. */
    answer: AnswerTextOut | null;
    /** What each part of a question of several parts is answered. Empty if it asks for one thing. */
    parts: Array<PartOut>;
    passages: Array<PassageOut>;
    /** Milliseconds from question to answer. */
    took_ms: number;
    /** Only with `explain`, else missing. */
    explanation: ExplanationOut | null;
  }
  interface AnswerTextOut {
    text: string;
    citations: Array<CitationOut>;
  }
  interface ArticleBody {
    id?: string | null;
    title?: string | null;
    text: string;
    url?: string | null;
    source?: string | null;
    author?: string | null;
    published_at?: string | null;
    /** Language code, such as `vi`. Detected if not given. */
    language?: string | null;
    metadata?: Record<string, string | number | boolean | Array<string | number | boolean | null> | null>;
  }
  interface ArticleList {
    articles: Array<ArticleOut>;
    next_cursor: string | null;
    total: number;
  }
  interface ArticleOut {
    id: string;
    title: string;
    url: string | null;
    source: string | null;
    author: string | null;
    published_at: string | null;
    language: string;
    /** SHA-256 of the stored text in UTF-8, in hexadecimal. */
    sha256: string;
    metadata: Record<string, string | number | boolean | Array<string | number | boolean | null> | null>;
  }
  interface ArticleResult {
    line: number;
    id: string | null;
    /** `superseded`: a later article of the same request has its id. */
    status: "created" | "replaced" | "unchanged" | "superseded" | "failed";
    error: string | null;
    removed: Array<RemovedLineOut>;
    /** What reading had to put up with, such as a byte that was replaced. */
    notes: Array<string>;
  }
  interface ArticleWithText {
    id: string;
    title: string;
    url: string | null;
    source: string | null;
    author: string | null;
    published_at: string | null;
    language: string;
    /** SHA-256 of the stored text in UTF-8, in hexadecimal. */
    sha256: string;
    metadata: Record<string, string | number | boolean | Array<string | number | boolean | null> | null>;
    text: string;
    /** Pages and sections, in their order. Empty if the format has none. */
    places: Array<PlaceOut>;
  }
  interface AskBody {
    /** At most 2,000 characters by default. `/v1/info` shows the limit. */
    question: string;
    /** Number of passages. At most 100 by default; `/v1/info` shows the limit. */
    limit?: number;
    mode?: "hybrid" | "dense" | "lexical";
    /** Number of passages of one article, at most. */
    max_per_article?: number;
    /** Confidence below which there is no answer. By default the calibration's; no effect without one. */
    min_confidence?: number | null;
    /** Days after which age has half of its effect. Favours newer articles, in hybrid mode only. */
    recency_half_life_days?: number | null;
    filters?: FiltersBody;
    /** Whether the response says why it is as it is, in `explanation`. */
    explain?: boolean;
  }
  interface BatchResult {
    created: number;
    replaced: number;
    unchanged: number;
    superseded: number;
    failed: number;
    results: Array<ArticleResult>;
  }
  interface CandidateOut {
    /** Rank of the cited passage that holds it. Null if it is not cited, for example a reprint. */
    rank: number | null;
    article_id: string;
    /** Offset in Unicode code points into the article's stored text. */
    start: number;
    /** Offset in Unicode code points into the article's stored text. */
    end: number;
    scores: Scores;
    ranks: Ranks;
    /** Both scores joined, 0 to 1. */
    fused: number;
    /** How likely its best sentence answers, as a share of the best sentence's of all candidates, 0 to 1. */
    strength: number;
  }
  interface CitationOut {
    start: number;
    end: number;
    /** Rank of the passage that holds the source, or a row of the table whose header it is. */
    passage: number;
    article_id: string;
    /** Offset in Unicode code points into the article's stored text. */
    source_start: number;
    /** Offset in Unicode code points into the article's stored text. */
    source_end: number;
    /** Page of the original on which it begins, from 1. Null if the article has no pages. */
    page: number | null;
    /** Heading above its beginning. Null if there is none. */
    section: string | null;
  }
  interface ExampleList {
    examples: Array<ExampleOut>;
  }
  interface ExampleOut {
    question: string;
    language: string;
    article_id: string;
  }
  interface ExplanationOut {
    /** Milliseconds by stage: `encode`, `dense` and `lexical` search, `load` the passages, `judge` their sentences, `rerank`, `verify` the best of them, `compose` the answer, and `other`. Together they are `took_ms`; one that did not run is missing. */
    stages_ms: Record<string, number>;
    /** Syllables of the question, without accents, that no article holds; for scripts without spaces, pairs of characters. */
    unknown_words: Array<string>;
    /** Confidence below which there is no answer. Null without calibration. */
    threshold: number | null;
    /** The passages that were read, best first by `fused`. */
    candidates: Array<CandidateOut>;
  }
  interface FiltersBody {
    language?: Array<string>;
    source?: Array<string>;
    article_id?: Array<string>;
    /** Earliest date of publication, inclusive; a day is that of the article. */
    published_after?: string | null;
    /** Latest date of publication, exclusive. */
    published_before?: string | null;
    metadata?: Record<string, string | number | boolean | null>;
  }
  interface FormatOut {
    /** As `--format` takes it. */
    name: string;
    /** Of file names, in lower case with their dot; the usual one first. */
    endings: Array<string>;
  }
  interface Health {
    status: "ok";
  }
  interface IndexOut {
    /** How the base is searched: every vector is looked at, or short codes first and the best again. */
    kind: "exact" | "quantised";
    base_vectors: number;
    tail_vectors: number;
    /** Share of the ten nearest that was found when the base was measured on its own vectors, with queries that are sums of several; null if it is exact. */
    recall: number | null;
    /** Vectors that a search then compared; null if it is exact. */
    candidates: number | null;
  }
  interface InfoOut {
    version: string;
    model: ModelOut;
    /** Null unless `hoidap reindex` is unfinished. */
    reindex: ReindexOut | null;
    articles: number;
    passages: number;
    characters: number;
    languages: Record<string, number>;
    change: number;
    index: IndexOut;
    limits: LimitsOut;
    /** Of files that can be added. */
    formats: Array<FormatOut>;
  }
  interface LimitsOut {
    max_question_characters: number;
    max_limit: number;
    max_request_bytes: number;
    max_article_bytes: number;
    max_batch_articles: number;
  }
  interface ModelOut {
    name: string;
    dimensions: number;
    max_tokens: number | null;
    query_prompt: string;
    passage_prompt: string;
  }
  interface OverviewOut {
    articles: number;
    languages: Record<string, number>;
    /** Number of articles by source, for the 200 sources with most articles. */
    sources: Record<string, number>;
    /** Number of articles by month ("2017-04"), or by year if no month is known; the newest 1,200. */
    times: Record<string, number>;
    without_source: number;
    without_date: number;
    /** Articles that were published last. */
    latest: Array<ArticleOut>;
  }
  interface PartOut {
    /** The part, as it was asked. */
    question: string;
    /** False if the articles hold no answer to it. Null without calibration. */
    answerable: boolean | null;
    /** Probability that its answer is right, 0 to 1. */
    confidence: number | null;
    /** Null if `answerable` is false or nothing can be quoted. */
    answer: AnswerTextOut | null;
  }
  interface PassageOut {
    rank: number;
    /** Score that orders the passages: 0 to 1 in hybrid mode, a cosine in dense, BM25 in lexical. */
    score: number;
    scores: Scores;
    ranks: Ranks;
    article: ArticleOut;
    text: string;
    /** Offset in Unicode code points into the article's stored text. */
    start: number;
    /** Offset in Unicode code points into the article's stored text. */
    end: number;
    /** Page of the original on which it begins, from 1. Null if the article has no pages. */
    page: number | null;
    /** Heading above its beginning. Null if there is none. */
    section: string | null;
    /** Quotations that may answer, best first. Each is a sentence, or two neighbouring sentences, or a row of a table; the header of a row's table follows the row, if the passage holds it too. */
    quotes: Array<QuoteOut>;
    /** Address that opens the source at the first quotation, a PDF at its page. Null without a URL. */
    link: string | null;
    /** Reprints of the article that hold the same passage. */
    also_in: Array<ArticleOut>;
  }
  interface PlaceOut {
    /** Offset in Unicode code points into the article's stored text. */
    start: number;
    /** Page of the original, from 1. */
    page: number | null;
    /** Heading above. */
    section: string | null;
  }
  interface Problem {
    /** Name of the kind of problem. */
    type: string;
    /** Kind of problem, in words. */
    title: string;
    /** HTTP status. */
    status: number;
    /** What is wrong with this request, and what to do. */
    detail: string;
  }
  interface QuoteOut {
    text: string;
    /** Offset in Unicode code points into the article's stored text. */
    start: number;
    /** Offset in Unicode code points into the article's stored text. */
    end: number;
    /** Page of the original on which it begins, from 1. Null if the article has no pages. */
    page: number | null;
    /** Heading above its beginning. Null if there is none. */
    section: string | null;
  }
  interface Ranks {
    dense: number | null;
    lexical: number | null;
  }
  interface ReindexOut {
    /** Name of the new model. */
    model: string;
    /** Number of passages that have their new vector. */
    encoded: number;
    /** Number of all passages. */
    passages: number;
  }
  interface RemovedLineOut {
    number: number;
    text: string;
    reason: string;
  }
  interface Scores {
    dense: number | null;
    lexical: number | null;
  }
  interface SearchOut {
    passages: Array<PassageOut>;
    /** Number of passages that have a score in this mode and pass the filters. */
    total: number;
    /** `eq` if `total` is exact, `gte` if it is a lower bound. */
    total_relation: "eq" | "gte";
    /** Milliseconds from query to result. */
    took_ms: number;
  }
  interface SimilarBody {
    text: string;
    /** Number of articles. At most 100 by default; `/v1/info` shows the limit. */
    limit?: number;
  }
  interface SimilarList {
    articles: Array<SimilarOut>;
  }
  interface SimilarOut {
    rank: number;
    /** Similarity, 0 to 1: how well the two articles cover each other. */
    score: number;
    /** Whether one is a reprint, an edited copy or a part of the other. */
    near_duplicate: boolean;
    /** Share of the shorter article's words that the other has too, 0 to 1. Small shares are given as 0. */
    shared_share: number;
    article: ArticleOut;
    /** Sentences that both have, apart from a few words, as slices of this article. At most 20. */
    shared: Array<QuoteOut>;
  }
  interface StoryArticleOut {
    article: ArticleOut;
    /** Id of the fuller article of the story whose text this one repeats. Null for an original. */
    near_duplicate_of: string | null;
  }
  interface StoryList {
    stories: Array<StoryOut>;
    /** Number of stories in the window. */
    total: number;
    /** Time of the oldest article that was compared. */
    since: string | null;
    /** Time of the newest article. */
    until: string | null;
    /** Number of articles in the window. */
    articles: number;
    /** Number of articles that were compared: at most the newest 5,000. */
    compared: number;
  }
  interface StoryOut {
    /** Article nearest to the centre of the story, or the fuller one whose text it repeats. */
    representative: ArticleOut;
    /** Articles of the story, newest first. At most the newest 100. */
    articles: Array<StoryArticleOut>;
    /** Number of articles of the story. */
    size: number;
    /** Time in UTC when the newest article was published, or else added. */
    newest: string;
    /** Time in UTC when the oldest article was published, or else added. */
    oldest: string;
    languages: Array<string>;
    /** Closeness of the articles to each other, 0 to 1. It is 1 for a single article. */
    score: number;
  }
}
