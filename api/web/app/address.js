/**
 * The address bar, read and written. Everything shown follows from it, so it can be shared and the back button works:
 * `/?q=…&language=vi&source=…&from=2017-04-11&to=2017-12-31&article=…&at=10-42&sha=…`, `/?view=stories&days=30`.
 */

/**
 * @typedef {object} Filters
 * @property {string[]} language
 * @property {string[]} source
 * @property {string} from first day, inclusive, "" when any
 * @property {string} to last day, inclusive, "" when any
 *
 * @typedef {Pick<Service.FiltersBody, 'language' | 'source' | 'published_after' | 'published_before'>} AskedFilters
 *
 * @typedef {{start: number, end: number}} Span in code points
 *
 * @typedef {object} Address
 * @property {(typeof VIEWS)[number]} view
 * @property {string} q the question, "" when none
 * @property {Filters} filters
 * @property {number} days length of the window of stories, 0 when not chosen
 * @property {string} article id of the article that is open, "" when none
 * @property {Span | null} at what is cited in it
 * @property {string} sha how the checksum of the text began that was cited
 */

const VIEWS = /** @type {const} */ (['ask', 'stories', 'corpus', 'add']);
/** The longest window of stories that the service takes. */
export const MOST_DAYS = 36_525;
const DAY = /^\d{4}-\d\d-\d\d$/;
const SPAN = /^(\d{1,9})-(\d{1,9})$/;

/**
 * Filters that ask for nothing.
 * @type {Readonly<Filters>}
 */
export const NO_FILTERS = Object.freeze({ language: [], source: [], from: '', to: '' });

/**
 * Read a query string; parts that make no sense are left out.
 * @param {string} search
 * @returns {Address}
 */
export function read(search) {
  const query = new URLSearchParams(search);
  /** @param {string} name */
  const given = (name) => query.get(name) ?? '';
  /** @param {string} name */
  const day = (name) => (DAY.test(given(name)) && !Number.isNaN(Date.parse(given(name))) ? given(name) : '');
  const span = SPAN.exec(given('at'));
  return {
    view: VIEWS.find((view) => view === given('view')) ?? 'ask',
    q: given('q').trim(),
    filters: { language: query.getAll('language'), source: query.getAll('source'), from: day('from'), to: day('to') },
    days: /^\d{1,5}$/.test(given('days')) ? Math.min(Number(given('days')), MOST_DAYS) : 0,
    article: given('article'),
    at: span && Number(span[1]) < Number(span[2]) ? { start: Number(span[1]), end: Number(span[2]) } : null,
    sha: given('sha'),
  };
}

/**
 * Return the link to an address; parts that are left out are as on the front page.
 * @param {Partial<Address>} address
 */
export function href({ view = 'ask', q = '', filters = NO_FILTERS, days = 0, article = '', at = null, sha = '' }) {
  const query = new URLSearchParams();
  if (view !== 'ask') query.set('view', view);
  if (q) query.set('q', q);
  for (const language of filters.language) query.append('language', language);
  for (const source of filters.source) query.append('source', source);
  if (filters.from) query.set('from', filters.from);
  if (filters.to) query.set('to', filters.to);
  if (days) query.set('days', String(days));
  if (article) query.set('article', article);
  if (article && at) query.set('at', `${at.start}-${at.end}`);
  if (article && at && sha) query.set('sha', sha.slice(0, 12));
  const text = query.toString();
  return text ? `/?${text}` : '/';
}

/**
 * Count the conditions that filters set.
 * @param {Filters} filters
 */
export function countFilters(filters) {
  return filters.language.length + filters.source.length + Number(Boolean(filters.from)) + Number(Boolean(filters.to));
}

/**
 * Return filters as the service takes them. Its upper bound is exclusive, so the day after the last is sent.
 * @param {Filters} filters
 * @returns {AskedFilters}
 */
export function forService(filters) {
  /** @type {AskedFilters} */
  const asked = {};
  if (filters.language.length) asked.language = filters.language;
  if (filters.source.length) asked.source = filters.source;
  if (filters.from) asked.published_after = filters.from;
  if (filters.to) asked.published_before = dayAfter(filters.to);
  return asked;
}

/** @param {string} day */
function dayAfter(day) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}
