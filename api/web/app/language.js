/** The language of the interface, Vietnamese or English: words, numbers, dates, names of languages. */

/**
 * @import { Words } from './words/vi.js'
 *
 * @typedef {keyof Words} Word
 * @typedef {keyof typeof WORDS} Language
 */

/**
 * What a sentence is about.
 * @template {Word} Key
 * @typedef {Words[Key] extends (...values: infer Values extends (string | number)[]) => string ? Values : []} About
 */

import en from './words/en.js';
import vi from './words/vi.js';

/** The words of each language; they have the same keys. */
export const WORDS = { vi, en };

const KEPT_AS = 'hoidap.language';
let current = initial();

/** @returns {Language} */
function initial() {
  const chosen = remembered();
  if (isLanguage(chosen)) return chosen;
  const known = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage);
  return known ?? 'en';
}

/**
 * Tell whether the interface has a language.
 * @param {string | undefined} code
 * @returns {code is Language}
 */
export function isLanguage(code) {
  return code !== undefined && code in WORDS;
}

/**
 * @param {string | undefined} key
 * @returns {Word}
 */
function word(key) {
  if (key !== undefined && key in vi) return /** @type {Word} */ (key);
  throw new Error(`no words for ${key}`);
}

function remembered() {
  try {
    return localStorage.getItem(KEPT_AS) ?? '';
  } catch {
    return ''; // storage can be forbidden
  }
}

/** Return the browser's own variant of the language in use, such as British English, for numbers and dates. */
function locale() {
  return navigator.languages.find((tag) => tag.slice(0, 2).toLowerCase() === current) ?? current;
}

/**
 * Use another language from now on, on this browser.
 * @param {Language} language
 */
export function switchLanguage(language) {
  current = language;
  try {
    localStorage.setItem(KEPT_AS, language);
  } catch {
    // storage can be forbidden; the choice then lasts as long as the page
  }
}

/**
 * Say something in the language in use.
 * @template {Word} Key
 * @param {Key} key
 * @param {About<Key>} values
 * @returns {string}
 */
export function say(key, ...values) {
  /** @type {string | ((...values: (string | number)[]) => string)} */
  const words = WORDS[current][key];
  return typeof words === 'function' ? words(...values) : words;
}

/** Write the fixed text of the document. Elements name their words in `data-say`, `data-say-label`, `-placeholder`. */
export function sayAll() {
  document.documentElement.lang = current;
  for (const element of named('data-say')) element.textContent = say(word(element.dataset.say));
  for (const element of named('data-say-label'))
    element.setAttribute('aria-label', say(word(element.dataset.sayLabel)));
  for (const element of named('data-say-placeholder'))
    element.setAttribute('placeholder', say(word(element.dataset.sayPlaceholder)));
  for (const button of named('data-language'))
    button.setAttribute('aria-pressed', String(button.dataset.language === current));
}

/**
 * @param {string} attribute
 * @returns {NodeListOf<HTMLElement>}
 */
function named(attribute) {
  return document.querySelectorAll(`[${attribute}]`);
}

/**
 * Write an enumeration, such as "a, b and c".
 * @param {string[]} parts
 */
export function listed(parts) {
  return new Intl.ListFormat(locale()).format(parts);
}

/**
 * Write a number with as many decimals as it should have.
 * @param {number} value
 */
export function number(value, decimals = 0) {
  return new Intl.NumberFormat(locale(), { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(
    value,
  );
}

/**
 * Write a share in percent.
 * @param {number} share 0 to 1
 */
export function percent(share) {
  return new Intl.NumberFormat(locale(), { style: 'percent' }).format(share);
}

/**
 * Write a size.
 * @param {number} bytes
 */
export function size(bytes) {
  const unit = bytes < 1e3 ? 'B' : bytes < 1e6 ? 'kB' : 'MB';
  const value = bytes / { B: 1, kB: 1e3, MB: 1e6 }[unit];
  const maximumFractionDigits = unit === 'B' || value >= 100 ? 0 : 1;
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits }).format(value)} ${unit}`;
}

/**
 * Name a language.
 * @param {string} code
 */
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
 * Write a publication date as precisely as it is given: a year, a month or a day. A time is written as its day.
 * @param {string} text as the service gives it
 */
export function date(text) {
  const moment = momentOf(text);
  return moment === null ? text : dateFormat(text).format(moment);
}

/**
 * Write a span of time by its first and last publication date. Two equal dates are written once.
 * @param {string} first
 * @param {string} last
 */
export function dates(first, last) {
  const [from, to] = [momentOf(first), momentOf(last)];
  const isSpan = from !== null && to !== null && from <= to && precision(first) === precision(last);
  if (isSpan) return dateFormat(last).formatRange(from, to);
  const [one, other] = [date(first), date(last)];
  return one === other ? one : `${one} – ${other}`;
}

/**
 * Return how many characters of a date say its day, month or year.
 * @param {string} text
 */
function precision(text) {
  return Math.min(text.length, 10);
}

/**
 * Return the first moment of a date, null when it is none.
 * @param {string} text
 */
function momentOf(text) {
  const [year, month, day] = text.slice(0, 10).split('-');
  const moment = new Date(`${year}-${month ?? '01'}-${day ?? '01'}T00:00:00Z`);
  return Number.isNaN(moment.getTime()) ? null : moment;
}

/** @param {string} text */
function dateFormat(text) {
  /** @type {Intl.DateTimeFormatOptions} */
  const parts = { year: 'numeric', timeZone: 'UTC' };
  if (precision(text) >= 7) parts.month = 'long';
  if (precision(text) >= 10) parts.day = 'numeric';
  return new Intl.DateTimeFormat(locale(), parts);
}
