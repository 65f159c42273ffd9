/** Confidences and scores of the service in words. */

import { h } from './elements.js';
import { number, percent, say } from './language.js';

/**
 * @import { Word } from './language.js'
 * @typedef {[least: number, word: Word][]} Grades from the highest, the last for everything below
 */

/** @type {Grades} */
const CONFIDENCES = [
  [0.8, 'confidenceHigh'],
  [0.5, 'confidenceFair'],
  [0, 'confidenceLow'],
];
/** @type {Grades} */
const SCORES = [
  [0.75, 'scoreVery'],
  [0.5, 'scoreGood'],
  [0.25, 'scoreFair'],
  [0, 'scoreLow'],
];

/**
 * Say how likely an answer is right, in words and in percent: confidence is a calibrated share of right answers.
 * @param {number} value
 */
export function confidence(value) {
  const figure = percent(Math.min(Math.max(value, 0.01), 0.99)); // rounding must not make it certain
  return graded(value, CONFIDENCES, figure, say('confidenceHint'));
}

/**
 * Say how near a passage is to the question. The score orders passages and is no probability, as its title says.
 * @param {number} value
 */
export function score(value) {
  return graded(value, SCORES, number(value, 2), say('scoreHint'));
}

/**
 * @param {number} value
 * @param {Grades} grades
 * @param {string} figure
 * @param {string} hint
 */
function graded(value, grades, figure, hint) {
  const [, key] = grades.find(([least]) => value >= least) ?? grades[grades.length - 1];
  return h('span', { class: 'grade', title: hint }, say(key), ' ', h('span', { class: 'figure' }, figure));
}
