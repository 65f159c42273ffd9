// Written by `python -m docs.generate`; do not edit.

/** What the service takes and answers, by the names of `docs/http.md`. */
declare namespace Service {
  interface AnswerOut {
    question: string;
    /** False: not in these articles, the passages are only near. Null where the model has no calibration. */
    answerable: boolean | null;
    /** How likely the answer holds what was asked for, 0 to 1. Null where the model has no calibration. */
    confidence: number | null;
    /** Null when not answerable or nothing can be quoted. */
    answer: AnswerTextOut | null;
    passages: Array<PassageOut>;
    took_ms: number;
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
    /** Detected when not given. */
    language?: string | null;
    metadata?: Record<string, string | number | boolean | null>;
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
    /** Of the stored text in UTF-8. */
    sha256: string;
    metadata: Record<string, string | number | boolean | null>;
  }
  interface ArticleResult {
    line: number;
    id: string | null;
    status: "created" | "replaced" | "unchanged" | "failed";
    error: string | null;
    removed: Array<RemovedLineOut>;
  }
  interface ArticleWithText {
    id: string;
    title: string;
    url: string | null;
    source: string | null;
    author: string | null;
    published_at: string | null;
    language: string;
    /** Of the stored text in UTF-8. */
    sha256: string;
    metadata: Record<string, string | number | boolean | null>;
    text: string;
  }
  interface AskBody {
    /** At most 2,000 characters by default; see `limits` of `/v1/info`. */
    question: string;
    /** At most 100 by default; see `limits` of `/v1/info`. */
    limit?: number;
    mode?: "hybrid" | "dense" | "lexical";
    /** Most passages of one article. */
    max_per_article?: number;
    /** Least confidence of an answer, by default the calibration's; no effect while confidence is null. */
    min_confidence?: number | null;
    /** Favour newer articles: after so many days age has taken half of what it can. Hybrid mode only. */
    recency_half_life_days?: number | null;
    filters?: FiltersBody;
  }
  interface BatchResult {
    created: number;
    replaced: number;
    unchanged: number;
    failed: number;
    results: Array<ArticleResult>;
  }
  interface CitationOut {
    start: number;
    end: number;
    passage: number;
    article_id: string;
    /** Unicode code points into the article's stored text. */
    source_start: number;
    /** Unicode code points into the article's stored text. */
    source_end: number;
  }
  interface ExampleList {
    examples: Array<ExampleOut>;
  }
  interface ExampleOut {
    question: string;
    language: string;
    article_id: string;
  }
  interface FiltersBody {
    language?: Array<string>;
    source?: Array<string>;
    article_id?: Array<string>;
    /** Inclusive. */
    published_after?: string | null;
    /** Exclusive. */
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
    kind: string;
    base_vectors: number;
    tail_vectors: number;
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
    /** The 200 with most articles. */
    sources: Record<string, number>;
    /** By month ("2017-04"), or year where no month is known; the newest 1,200. */
    times: Record<string, number>;
    without_source: number;
    without_date: number;
    /** Those published last. */
    latest: Array<ArticleOut>;
  }
  interface PassageOut {
    rank: number;
    /** Orders the passages: 0 to 1 in hybrid mode, cosine in dense, BM25 in lexical. */
    score: number;
    scores: Scores;
    ranks: Ranks;
    article: ArticleOut;
    text: string;
    /** Unicode code points into the article's stored text. */
    start: number;
    /** Unicode code points into the article's stored text. */
    end: number;
    /** The sentence that answers, or two beside each other, and perhaps one more; best first. */
    quotes: Array<QuoteOut>;
    /** Opens the source page at the first quote. */
    link: string | null;
    /** Reprints of the article that have the same passage. */
    also_in: Array<ArticleOut>;
  }
  interface Problem {
    /** Names the kind of problem. */
    type: string;
    /** The kind of problem in words. */
    title: string;
    /** The HTTP status. */
    status: number;
    /** What was wrong with this request, and what to do. */
    detail: string;
  }
  interface QuoteOut {
    text: string;
    /** Unicode code points into the article's stored text. */
    start: number;
    /** Unicode code points into the article's stored text. */
    end: number;
  }
  interface Ranks {
    dense: number | null;
    lexical: number | null;
  }
  interface ReindexOut {
    /** Name of the model that the corpus is changed to. */
    model: string;
    /** Passages that have their new vector. */
    encoded: number;
    /** Passages in all. */
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
    /** How many passages have a score in this mode and pass the filters. */
    total: number;
    /** Whether `total` is exact or a lower bound. */
    total_relation: "eq" | "gte";
    took_ms: number;
  }
  interface SimilarBody {
    text: string;
    /** At most 100 by default. */
    limit?: number;
  }
  interface SimilarList {
    articles: Array<SimilarOut>;
  }
  interface SimilarOut {
    rank: number;
    /** How well the two articles cover each other, 0 to 1. */
    score: number;
    /** One is a reprint, an edited copy or a part of the other. */
    near_duplicate: boolean;
    /** Share of the words of the shorter one that the other has too, 0 to 1; 0 where it is small. */
    shared_share: number;
    article: ArticleOut;
    /** Sentences that both have, a few words aside, as slices of this article; at most 20. */
    shared: Array<QuoteOut>;
  }
  interface StoryArticleOut {
    article: ArticleOut;
    /** The id of the fuller article of the story whose text this one repeats; null for an original. */
    near_duplicate_of: string | null;
  }
  interface StoryList {
    stories: Array<StoryOut>;
    /** How many stories the window has. */
    total: number;
    /** The oldest article that was compared is of this instant. */
    since: string | null;
    /** The newest article is of this instant. */
    until: string | null;
    /** How many articles the window has. */
    articles: number;
    /** How many of them were compared: the newest 5,000 at most. */
    compared: number;
  }
  interface StoryOut {
    /** The article nearest the centre, or the fuller one whose text it repeats. */
    representative: ArticleOut;
    /** Newest first; the newest 100 at most. */
    articles: Array<StoryArticleOut>;
    /** How many articles there are. */
    size: number;
    /** When the newest was published, else added, as an instant in UTC. */
    newest: string;
    /** When the oldest was. */
    oldest: string;
    languages: Array<string>;
    /** How close the articles are to each other, 0 to 1; 1 for a single one. */
    score: number;
  }
}
