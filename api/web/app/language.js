/** The language of the interface, Vietnamese or English: words, numbers, dates, names of languages. */

import en from './words/en.js';
import vi from './words/vi.js';

/** The words of each language; they have the same keys. */
export const WORDS = { vi, en };

const KEPT_AS = 'hoidap.language';
let current = initial();

function initial() {
  const chosen = remembered();
  if (chosen in WORDS) return chosen;
  const known = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in WORDS);
  return known ?? 'en';
}

function remembered() {
  try {
    return localStorage.getItem(KEPT_AS) ?? '';
  } catch {
    return ''; // storage can be forbidden
  }
}

/** How numbers and dates are written: as the browser's own variant of the language in use, such as British English. */
function locale() {
  return navigator.languages.find((tag) => tag.slice(0, 2).toLowerCase() === current) ?? current;
}

/** Use another language from now on, on this browser. */
export function switchLanguage(language) {
  current = language;
  try {
    localStorage.setItem(KEPT_AS, language);
  } catch {
    // it is then forgotten with the page
  }
}

/**
 * Say something in the language in use.
 * @param {keyof typeof vi} key
 * @param {...unknown} values what the sentence is about
 * @returns {string}
 */
export function say(key, ...values) {
  const words = WORDS[current][key];
  if (words === undefined) throw new Error(`no words for ${key}`);
  return typeof words === 'function' ? words(...values) : words;
}

/** Write the fixed text of the document: elements name their words in `data-say`, `data-say-label`, `-placeholder`. */
export function sayAll(root = document) {
  document.documentElement.lang = current;
  for (const element of root.querySelectorAll('[data-say]')) element.textContent = say(element.dataset.say);
  for (const element of root.querySelectorAll('[data-say-label]'))
    element.setAttribute('aria-label', say(element.dataset.sayLabel));
  for (const element of root.querySelectorAll('[data-say-placeholder]'))
    element.setAttribute('placeholder', say(element.dataset.sayPlaceholder));
  for (const button of root.querySelectorAll('[data-language]'))
    button.setAttribute('aria-pressed', String(button.dataset.language === current));
}

/** Join the parts of an enumeration. */
export function listed(parts) {
  return new Intl.ListFormat(locale()).format(parts);
}

/** Write a number with as many decimals as it should have. */
export function number(value, decimals = 0) {
  return new Intl.NumberFormat(locale(), { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(
    value,
  );
}

/** Write a share, 0 to 1, in percent. */
export function percent(share) {
  return new Intl.NumberFormat(locale(), { style: 'percent' }).format(share);
}

/** Write a size in bytes. */
export function size(bytes) {
  const [value, unit] = bytes < 1e3 ? [bytes, 'B'] : bytes < 1e6 ? [bytes / 1e3, 'kB'] : [bytes / 1e6, 'MB'];
  const maximumFractionDigits = unit === 'B' || value >= 100 ? 0 : 1;
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits }).format(value)} ${unit}`;
}

/** Name a language by its code. */
export function languageName(code) {
  if (code === 'und') return say('languageUnknown');
  try {
    const name = new Intl.DisplayNames([current], { type: 'language' }).of(code) ?? code;
    return name[0].toLocaleUpperCase(current) + name.slice(1);
  } catch {
    return code;
  }
}

/**
 * Write a publication date at the precision it has: a year, a month, a day; of a time only the day, as its zone saw it.
 * @param {string} text as the service gives it
 */
export function date(text) {
  const moment = momentOf(text);
  return moment === null ? text : dateFormat(text).format(moment);
}

/** Write a span of time by its first and last publication date, which are named once where they are the same. */
export function dates(first, last) {
  const [from, to] = [momentOf(first), momentOf(last)];
  const isSpan = from !== null && to !== null && from <= to && precision(first) === precision(last);
  if (isSpan) return dateFormat(last).formatRange(from, to);
  const [one, other] = [date(first), date(last)];
  return one === other ? one : `${one} – ${other}`;
}

/** How many characters of a date say its day, month or year. */
function precision(text) {
  return Math.min(text.length, 10);
}

/** The first moment of a date, null when it is none. */
function momentOf(text) {
  const [year, month, day] = text.slice(0, 10).split('-');
  const moment = new Date(`${year}-${month ?? '01'}-${day ?? '01'}T00:00:00Z`);
  return Number.isNaN(moment.getTime()) ? null : moment;
}

function dateFormat(text) {
  const parts = { year: 'numeric', timeZone: 'UTC' };
  if (precision(text) >= 7) parts.month = 'long';
  if (precision(text) >= 10) parts.day = 'numeric';
  return new Intl.DateTimeFormat(locale(), parts);
}
