/** Numbers of the service in words. */

import { h } from './elements.js';
import { number, say } from './language.js';

const CONFIDENCES = [
  [0.9, 'confidenceVery'],
  [0.7, 'confidenceGood'],
  [0.5, 'confidenceFair'],
  [0, 'confidenceLow'],
];
const SCORES = [
  [0.75, 'scoreVery'],
  [0.5, 'scoreGood'],
  [0.25, 'scoreFair'],
  [0, 'scoreLow'],
];

/** How sure the service is of its answer: a calibrated share of right answers, in words and as a number. */
export function confidence(value) {
  return graded(value, CONFIDENCES, say('confidenceHint'));
}

/** How near a passage is to the question. It orders passages and is no probability, and its title says so. */
export function score(value) {
  return graded(value, SCORES, say('scoreHint'));
}

function graded(value, grades, hint) {
  const [, key] = grades.find(([least]) => value >= least) ?? grades.at(-1);
  return h('span', { class: 'grade', title: hint }, say(key), ' ', h('span', { class: 'figure' }, number(value, 2)));
}
