import { setTimeout as pause } from 'node:timers/promises';
import { timeLeft } from '../core/review-words.ts';
import type { Api } from './api-client.ts';
import { type Answer, Request } from './contract.ts';
import { exitCodes } from './exit-codes.ts';
import { Failure, fault, Refused } from './failure.ts';
import { during } from './progress.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
/** So many failed looks in a row, each of several attempts, and we stop looking. */
const FAILED_LOOKS = 8;

/**
 * Looks at a request until it is settled, and returns the answer. `timeoutMs` undefined waits as long as it takes.
 * Throws a fault when the time is over (the request stays open) or nothing can be seen any more.
 */
export async function untilSettled(api: Api, id: string, timeoutMs: number | undefined): Promise<Answer> {
  const until = timeoutMs === undefined ? Number.POSITIVE_INFINITY : Date.now() + timeoutMs;
  return during('Waiting for the decision', async (progress) => {
    let failures = 0;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.5)) {
      const left = until - Date.now();
      if (left <= 0) throw outOfTime(id);
      await pause(Math.min(pauseMs * (0.8 + Math.random() * 0.4), left));
      const request = await look(api, id).catch((error: unknown) => {
        failures++;
        if (!(error instanceof Failure) || error instanceof Refused || failures >= FAILED_LOOKS) throw error;
        progress.say(`Waiting; the last look failed (${error.message})`);
        return undefined;
      });
      if (!request) continue;
      failures = 0;
      if (request.status === 'settled') {
        if (request.answer) return request.answer;
        throw fault(`Request ${id} is settled, and the API does not say how.`);
      }
      progress.say(inWords(request));
    }
  });
}

async function look(api: Api, id: string): Promise<Request> {
  return (await api.call({ method: 'GET', path: `/requests/${id}`, repeatable: true }, Request)).body;
}

function inWords(request: Request): string {
  if (request.status === 'granted') return 'Approved; waiting until it takes effect';
  const names = request.stages
    .flatMap(({ approvers }) => approvers)
    .filter(({ standing }) => standing === 'asked')
    .map(({ name }) => name);
  const left = request.deadline && timeLeft(new Date().toISOString(), request.deadline);
  return `Waiting for ${names.length > 0 ? names.slice(0, 3).join(', ') : 'the decision'}${left ? ` (${left} left)` : ''}`;
}

function outOfTime(id: string): Failure {
  return new Failure(exitCodes.fault, 'The time to wait is over and nobody has decided yet. The request stays open.', [
    `Look again: countersign show ${id}`,
    `Take it back: countersign cancel ${id} --reason …`,
  ]);
}
