/** The service over HTTP: every request of the page goes through here. */

/**
 * @import { AskedFilters } from './address.js'
 *
 * @typedef {object} Sent
 * @property {object} [json]
 * @property {Blob} [content]
 * @property {string | null} [key]
 * @property {AbortSignal} [signal]
 * @property {(share: number) => void} [progress] told how much of it has been sent, 0 to 1
 */

import { askForKey, forgetKey, keptKey } from './key.js';

/** An error that the service answered with, as in RFC 9457. */
export class Problem extends Error {
  /** @param {Partial<Service.Problem> & {status: number}} problem */
  constructor({ title, detail, status, type }) {
    super(detail ?? title ?? String(status));
    this.title = title ?? String(status);
    this.detail = detail ?? '';
    this.status = status;
    this.kind = type ?? 'about:blank';
  }
}

/** An answer that never came: the service does not run, or the network is down. */
export class Unreachable extends Error {}

/** A key that was asked for and not given. */
export class NoKey extends Error {}

/** @param {string} id */
const articlePath = (id) => `/v1/articles/${encodeURIComponent(id)}`;

/**
 * Ask a question.
 * @param {string} question
 * @param {AskedFilters} filters
 * @param {number} limit
 * @param {AbortSignal} [signal]
 * @returns {Promise<Service.AnswerOut>}
 */
export function ask(question, filters, limit, signal) {
  return send('POST', '/v1/ask', { json: { question, filters, limit }, signal });
}

/**
 * Read an article with its text.
 * @param {string} id
 * @param {AbortSignal} [signal]
 * @returns {Promise<Service.ArticleWithText>}
 */
export function article(id, signal) {
  return send('GET', articlePath(id), { signal });
}

/**
 * Find the articles similar to one.
 * @param {string} id
 * @param {number} limit
 * @param {AbortSignal} signal
 * @returns {Promise<Service.SimilarList>}
 */
export function similar(id, limit, signal) {
  return send('GET', `${articlePath(id)}/similar?limit=${limit}`, { signal });
}

/**
 * List a page of articles without their texts.
 * @param {AskedFilters} filters
 * @param {string | null} cursor
 * @param {number} limit
 * @param {AbortSignal} signal
 * @returns {Promise<Service.ArticleList>}
 */
export function articles(filters, cursor, limit, signal) {
  return send('GET', `/v1/articles?${queryOf({ ...filters, ...(cursor && { cursor }), limit })}`, { signal });
}

/**
 * Find the events that several articles tell; `days` is left out where `filters` say when the window begins.
 * @param {AskedFilters} filters
 * @param {number} days
 * @param {number} limit
 * @param {number} offset
 * @param {AbortSignal} signal
 * @returns {Promise<Service.StoryList>}
 */
export function stories(filters, days, limit, offset, signal) {
  const bounded = 'published_after' in filters ? filters : { ...filters, days };
  return send('GET', `/v1/stories?${queryOf({ ...bounded, limit, offset })}`, { signal });
}

/**
 * Say what the corpus is made of.
 * @returns {Promise<Service.OverviewOut>}
 */
export function overview() {
  return send('GET', '/v1/overview');
}

/**
 * Offer questions to begin with.
 * @param {AbortSignal} signal
 * @returns {Promise<Service.ExampleList>}
 */
export function examples(signal) {
  return send('GET', '/v1/examples', { signal });
}

/**
 * Say what the service is and what it takes.
 * @param {AbortSignal} [signal]
 * @returns {Promise<Service.InfoOut>}
 */
export function info(signal) {
  return send('GET', '/v1/info', { signal });
}

/**
 * Store one article; return its result.
 * @param {Service.ArticleBody} fields
 * @param {boolean} clean whether to look for the article inside a scraped page
 * @returns {Promise<Service.ArticleResult>}
 */
export function store(fields, clean) {
  return write('POST', `/v1/articles${clean ? '?clean=true' : ''}`, { json: fields });
}

/**
 * Store an article under its own id again, as it was read before.
 * @param {Service.ArticleWithText} article
 */
export function restore({ id, title, text, url, source, author, published_at, language, metadata }) {
  const json = { id, title, text, url, source, author, published_at, language, metadata };
  return write('PUT', articlePath(id), { json });
}

/**
 * Remove an article.
 * @param {string} id
 */
export function remove(id) {
  return write('DELETE', articlePath(id));
}

/**
 * Store the articles of a file; return the result of each.
 * @param {Blob} content
 * @param {string} name with its path in the folder it was dropped with
 * @param {(share: number) => void} progress told how much has been sent, 0 to 1
 * @returns {Promise<Service.BatchResult>}
 */
export function sendFile(content, name, progress) {
  return write('POST', `/v1/files?name=${encodeURIComponent(name)}`, { content, progress });
}

/**
 * Send a request that writes. The person is asked for a key, where the service wants one, until it fits.
 * @param {string} method
 * @param {string} path
 * @param {Sent} [options]
 */
async function write(method, path, options = {}) {
  for (;;) {
    try {
      return await send(method, path, { ...options, key: keptKey() });
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      const wasGiven = keptKey() !== null;
      forgetKey();
      if (!(await askForKey(wasGiven))) throw new NoKey();
    }
  }
}

/**
 * Send a request and return the JSON of its answer. Only XMLHttpRequest tells how much has been sent.
 * @param {string} method
 * @param {string} path
 * @param {Sent} [options]
 * @returns {Promise<any>} what the service answers, so who asks says its type
 */
function send(method, path, { json, content, key, signal, progress } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, path);
    if (json) request.setRequestHeader('Content-Type', 'application/json');
    if (content) request.setRequestHeader('Content-Type', 'application/octet-stream');
    if (key) request.setRequestHeader('Authorization', `Bearer ${key}`);
    request.upload.onprogress = ({ loaded, total }) => progress?.(total ? loaded / total : 1);
    request.onerror = () => reject(new Unreachable());
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    request.onload = () => {
      const answer = parsed(request.responseText);
      const isReport = Array.isArray(answer?.results); // has status 422 when no article of a file was stored
      if (request.status < 400 || isReport) resolve(answer);
      else reject(new Problem({ ...answer, status: request.status }));
    };
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    if (signal?.aborted) request.abort();
    else request.send(json ? JSON.stringify(json) : (content ?? null));
  });
}

/** @param {Record<string, string | number | string[] | null | undefined>} values */
function queryOf(values) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    for (const one of [value ?? []].flat()) query.append(name, String(one));
  return query;
}

/**
 * @param {string} text
 * @returns {any}
 */
function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null; // a proxy in between may answer with a page
  }
}
