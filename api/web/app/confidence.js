/** Numbers of the service in words. */

import { h } from './elements.js';
import { number, percent, say } from './language.js';

const CONFIDENCES = [
  [0.8, 'confidenceHigh'],
  [0.5, 'confidenceFair'],
  [0, 'confidenceLow'],
];
const SCORES = [
  [0.75, 'scoreVery'],
  [0.5, 'scoreGood'],
  [0.25, 'scoreFair'],
  [0, 'scoreLow'],
];

/** How likely an answer is right: the calibrated share of right answers, in words and in percent, as no score is. */
export function confidence(value) {
  const figure = percent(Math.min(Math.max(value, 0.01), 0.99)); // rounding must not make it sure
  return graded(value, CONFIDENCES, figure, say('confidenceHint'));
}

/** How near a passage is to the question. It orders passages and is no probability, and its title says so. */
export function score(value) {
  return graded(value, SCORES, number(value, 2), say('scoreHint'));
}

function graded(value, grades, figure, hint) {
  const [, key] = grades.find(([least]) => value >= least) ?? grades.at(-1);
  return h('span', { class: 'grade', title: hint }, say(key), ' ', h('span', { class: 'figure' }, figure));
}
