/** Facts about the service and its corpus, asked once and shared. */

import { overview as askOverview, info } from './service.js';

const FRESH_MS = 10_000; // another process may add articles

/** @type {Promise<Service.InfoOut> | null} */
let infoAsked = null;
/** @type {Promise<Service.OverviewOut> | null} */
let overviewAsked = null;
let overviewAskedAt = 0;

/** Return the bounds of the service: `limits` of `/v1/info`. */
export async function limits() {
  return (await service()).limits;
}

/** Return the formats of files that can be added: `formats` of `/v1/info`. */
export async function formats() {
  return (await service()).formats;
}

function service() {
  infoAsked ??= info().catch((error) => {
    infoAsked = null;
    throw error;
  });
  return infoAsked;
}

/**
 * Return `count`, or as many as the service gives at most.
 * @param {number} count
 */
export async function most(count) {
  return Math.min(count, (await limits()).max_limit);
}

/** Return what the corpus is made of, at most a few seconds old. */
export function overview() {
  if (overviewAsked === null || performance.now() - overviewAskedAt > FRESH_MS) {
    overviewAskedAt = performance.now();
    overviewAsked = askOverview().catch((error) => {
      overviewAsked = null;
      throw error;
    });
  }
  return overviewAsked;
}

/** Ask again next time: the corpus has changed. */
export function forgetOverview() {
  overviewAsked = null;
}
