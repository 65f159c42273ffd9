/** The answer to a question: cut from the articles, numbered, with the passages it stands in below. */

/**
 * @import { Address } from './address.js'
 * @import { Child } from './elements.js'
 */

import { countFilters, forService, href, NO_FILTERS } from './address.js';
import { articleLink } from './articles.js';
import { confidence } from './confidence.js';
import { h, languageTag } from './elements.js';
import { explain } from './failure.js';
import { most } from './known.js';
import { say } from './language.js';
import { announce, notify } from './notices.js';
import { unitsOf } from './offsets.js';
import { card } from './passage.js';
import { ask } from './service.js';

const PASSAGES = 5;
const MORE_PASSAGES = 20;
const KEPT_ANSWERS = 20;
/** @type {Map<string, Service.AnswerOut>} */
const kept = new Map();

/** Forget the answers that were kept: the corpus has changed. */
export function forgetAnswers() {
  kept.clear();
}

/**
 * Show the answer to the question of `address`.
 * @param {Address} address
 * @param {AbortSignal} signal
 */
export async function answer(address, signal) {
  const given = await answerTo(address, PASSAGES, signal);
  announce(summary(given));
  return { title: address.q, nodes: shown(given, address) };
}

/**
 * Return the answer, the kept one where there is one, so that going back is quick and shows the same.
 * @param {Address} address
 * @param {number} limit
 * @param {AbortSignal} [signal]
 */
async function answerTo({ q, filters }, limit, signal) {
  const key = JSON.stringify([q, filters, limit]);
  const before = kept.get(key);
  if (before) return before;
  const given = await ask(q, forService(filters), await most(limit), signal);
  const [oldest] = kept.keys();
  if (kept.size >= KEPT_ANSWERS) kept.delete(oldest);
  kept.set(key, given);
  return given;
}

/** @param {Service.AnswerOut} given */
function summary({ answerable, answer: text, passages }) {
  if (passages.length === 0) return say('nothingTitle');
  if (answerable === false || text === null)
    return `${say('refusalTitle')} ${say('nearest')}: ${say('passages', passages.length)}`;
  return `${say('answered')} ${text.text}`;
}

/**
 * @param {Service.AnswerOut} given
 * @param {Address} address
 */
function shown(given, address) {
  const { answerable, answer: text, passages } = given;
  if (passages.length === 0) return [nothing(address)];
  const isAnswered = answerable !== false && text !== null;
  const list = h(
    'ol',
    { id: 'passages' },
    passages.map((passage) => card(passage, address)),
  );
  return [
    isAnswered ? answerBlock(text, given, address) : refusal(),
    isAnswered && missing(given),
    h(
      'section',
      { class: 'passages', 'aria-labelledby': 'passages-title' },
      h('h2', { id: 'passages-title' }, say(isAnswered ? 'sources' : 'nearest')),
      list,
      passages.length === PASSAGES && moreButton(list, address),
    ),
  ];
}

/**
 * @param {Service.AnswerTextOut} answer
 * @param {Service.AnswerOut} given
 * @param {Address} address
 */
function answerBlock({ text, citations }, { answerable, confidence: sure, passages }, address) {
  const first = passages.find((passage) => passage.rank === citations[0]?.passage) ?? passages[0];
  return h(
    'section',
    { class: 'answer', 'aria-labelledby': 'answer-title' },
    h('h1', { id: 'answer-title' }, say('answer')),
    h(
      'blockquote',
      { lang: languageTag(first.article.language), dir: 'auto' },
      h('p', {}, cited(text, citations, passages, address)),
    ),
    h('p', { class: 'verdict' }, say('wordForWord'), answerable === true && sure !== null && [' ', confidence(sure)]),
  );
}

/**
 * Put a number behind each part of the answer that is cited; it opens the article at that sentence.
 * @param {string} text
 * @param {Service.CitationOut[]} citations
 * @param {Service.PassageOut[]} passages
 * @param {Address} address
 */
function cited(text, citations, passages, address) {
  const units = unitsOf(
    text,
    citations.flatMap(({ start, end }) => [start, end]),
  );
  const ordered = [...citations].sort((one, other) => one.start - other.start);
  /** @type {Child[]} */
  const parts = [];
  let position = 0;
  for (const citation of ordered) {
    const [start, end] = [units(citation.start), units(citation.end)];
    const between = text.slice(position, start);
    parts.push(between.includes('\n') ? h('br', {}) : between); // a row of a table has a line of its own
    parts.push(text.slice(start, end), citationLink(citation, passages, address));
    position = end;
  }
  return [...parts, text.slice(position)];
}

/**
 * @param {Service.CitationOut} citation
 * @param {Service.PassageOut[]} passages
 * @param {Address} address
 */
function citationLink(citation, passages, address) {
  const passage = passages.find(({ rank }) => rank === citation.passage);
  if (passage === undefined) return null;
  const at = { start: citation.source_start, end: citation.source_end };
  const label = say('citation', citation.passage, passage.article.title || passage.article.id);
  return h(
    'sup',
    {},
    articleLink(passage.article, address, { at }, { class: 'cite', 'aria-label': label }, String(citation.passage)),
  );
}

/**
 * The parts of a question of several parts that no article answers.
 * @param {Service.AnswerOut} given
 */
function missing({ parts }) {
  const missed = parts.filter(({ answer }) => answer === null);
  if (missed.length === 0) return null;
  return h(
    'section',
    { class: 'answer refusal' },
    h('h2', {}, say('refusalTitle')),
    h(
      'ul',
      {},
      missed.map(({ question }) => h('li', { dir: 'auto' }, question)),
    ),
  );
}

function refusal() {
  return h('section', { class: 'answer refusal' }, h('h1', {}, say('refusalTitle')), h('p', {}, say('refusalDetail')));
}

/** @param {Address} address */
function nothing(address) {
  const filtered = countFilters(address.filters) > 0;
  const wider = href({ ...address, filters: NO_FILTERS });
  return h(
    'section',
    { class: 'message' },
    h('h1', {}, say('nothingTitle')),
    h('p', {}, say(filtered ? 'nothingFiltered' : 'nothingDetail')),
    filtered && h('p', {}, h('a', { class: 'button primary', href: wider, 'data-inside': true }, say('clearFilters'))),
  );
}

/**
 * @param {HTMLOListElement} list
 * @param {Address} address
 */
function moreButton(list, address) {
  const button = h('button', { type: 'button', class: 'more', onclick: () => more() }, say('morePassages'));
  async function more() {
    button.disabled = true;
    try {
      const { passages } = await answerTo(address, MORE_PASSAGES);
      const further = passages.slice(PASSAGES).map((passage) => card(passage, address));
      list.append(...further);
      further[0]?.querySelector('a')?.focus();
      button.remove();
    } catch (error) {
      button.disabled = false;
      notify([explain(error).title], { label: say('retry'), run: more });
    }
  }
  return button;
}
