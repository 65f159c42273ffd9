/** Files on their way to the service, one after the other, each with its progress and its result. */

/**
 * @import { Child } from './elements.js'
 * @import { NamedFile } from './dropped.js'
 */

import { href } from './address.js';
import { fill, h } from './elements.js';
import { explain } from './failure.js';
import { limits } from './known.js';
import { say, size } from './language.js';
import { sendFile } from './service.js';

const STATUSES = /** @type {const} */ (['created', 'replaced', 'unchanged', 'superseded', 'failed']);
const MOST_RESULTS = 50;

const list = h('ol', { class: 'reports' });
let sending = Promise.resolve();

/** Return the list of reports; it stays while other views are shown. */
export function reports() {
  return list;
}

/**
 * Send files when those before them are done.
 * @param {NamedFile[]} files
 * @param {() => void} changed told after each file that stored something
 */
export function enqueue(files, changed) {
  for (const { file, name } of files) {
    const place = h('div', { class: 'state' }, say('waiting'));
    list.append(
      h(
        'li',
        {},
        h('p', { class: 'name' }, h('bdi', {}, name), ' ', h('span', { class: 'hint' }, size(file.size))),
        place,
      ),
    );
    sending = sending.then(() => sendOne(file, name, place, changed));
  }
}

/**
 * @param {File} file
 * @param {string} name
 * @param {HTMLElement} place where it is said what becomes of it
 * @param {() => void} changed
 */
async function sendOne(file, name, place, changed) {
  const bar = h('progress', { max: 1, value: 0, 'aria-label': name });
  const label = h('span', {}, say('sendingFile'));
  fill(place, bar, ' ', label);
  try {
    const { max_request_bytes: most } = await limits();
    if (file.size > most) {
      fill(place, h('strong', { class: 'bad' }, say('status_failed')), ' ', say('fileTooLarge', size(most)));
      return;
    }
    const report = await sendFile(file, name, (share) => {
      bar.value = share;
      if (share === 1) {
        bar.removeAttribute('value'); // nobody knows how long storing takes
        label.textContent = say('storing');
      }
    });
    fill(place, outcome(report));
    if (report.created + report.replaced > 0) changed();
  } catch (error) {
    const { title, detail } = explain(error);
    const again = () => {
      sending = sending.then(() => sendOne(file, name, place, changed));
    };
    fill(
      place,
      h('strong', { class: 'bad' }, title),
      ' ',
      detail,
      ' ',
      h('button', { type: 'button', class: 'link', onclick: again }, say('retry')),
    );
  }
}

/**
 * @param {Service.BatchResult} report
 * @returns {Child[]}
 */
function outcome(report) {
  const counted = STATUSES.filter((status) => report[status] > 0);
  const isOne = report.results.length === 1;
  const said = counted.map((status) =>
    h(
      'span',
      { class: status === 'failed' ? 'bad' : 'good' },
      isOne ? say(`status_${status}`) : say(`count_${status}`, report[status]),
    ),
  );
  const removed = report.results.flatMap((result) => result.removed);
  return [
    h(
      'p',
      { role: 'status' },
      said.flatMap((part, position) => [position > 0 && ', ', part]),
      '. ',
      isOne && openLink(report.results[0]),
    ),
    failures(report.results.filter(({ status }) => status === 'failed')),
    !isOne && report.failed < report.results.length && stored(report.results),
    removed.length > 0 &&
      h(
        'details',
        {},
        h('summary', {}, say('linesRemoved', removed.length)),
        h(
          'ul',
          { class: 'removed' },
          removed.slice(0, MOST_RESULTS).map(({ text }) => h('li', { dir: 'auto' }, text)),
          more(removed.length),
        ),
      ),
    noted(report.results, isOne),
  ];
}

/**
 * What reading had to put up with; of several articles each note names its own.
 * @param {Service.ArticleResult[]} results
 * @param {boolean} isOne
 */
function noted(results, isOne) {
  const notes = results.flatMap(({ id, notes }) => notes.map((note) => ({ id, note })));
  return (
    notes.length > 0 &&
    h(
      'details',
      {},
      h('summary', {}, say('notes', notes.length)),
      h(
        'ul',
        { class: 'notes' },
        notes
          .slice(0, MOST_RESULTS)
          .map(({ id, note }) =>
            h('li', {}, !isOne && [h('bdi', {}, id), ': '], h('span', { lang: 'en', dir: 'auto' }, note)),
          ),
        more(notes.length),
      ),
    )
  );
}

/** @param {Service.ArticleResult[]} failed */
function failures(failed) {
  return (
    failed.length > 0 &&
    h(
      'ul',
      { class: 'errors' },
      failed.slice(0, MOST_RESULTS).map(({ error }) => h('li', { lang: 'en', dir: 'auto' }, error)),
      more(failed.length),
    )
  );
}

/** @param {Service.ArticleResult[]} results */
function stored(results) {
  const kept = results.filter(({ status }) => status !== 'failed');
  return h(
    'details',
    {},
    h('summary', {}, say('articles', kept.length)),
    h(
      'ul',
      {},
      kept.slice(0, MOST_RESULTS).map((result) => h('li', {}, h('bdi', {}, result.id), ' ', openLink(result))),
      more(kept.length),
    ),
  );
}

/** @param {number} count */
function more(count) {
  return count > MOST_RESULTS && h('li', {}, say('andMore', count - MOST_RESULTS));
}

/** @param {Service.ArticleResult} result */
function openLink({ id, status }) {
  return (
    status !== 'failed' &&
    id !== null &&
    h('a', { href: href({ article: id }), 'data-inside': true }, say('readArticle'))
  );
}
