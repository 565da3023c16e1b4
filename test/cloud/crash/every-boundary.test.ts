import { allMails } from '../../support/cloud/mailbox.ts';
import { type Handler, theHandlers } from '../../support/crash/handlers.ts';
import { type Crash, crashesAt, type Played, play, sideBySide } from '../../support/crash/play.ts';
import { type Scenario, scenarios } from '../../support/crash/scenarios.ts';
import { kindOf } from '../../support/crash/world.ts';

/** Runs side by side: enough to keep a slow cloud busy. */
const HANDS = 12;
/** Fewer than this, and something is no longer looked at. */
const BOUNDARIES = 250;

let handlers: Record<string, Handler>;
let restore: () => void;
const logged: string[] = [];
const played: Played[] = [];
const boundaries: { scenario: Scenario; boundary: string; handler: string }[] = [];

beforeAll(async () => {
  for (const level of ['error', 'warn', 'info'] as const)
    jest.spyOn(console, level).mockImplementation((...said) => void logged.push(JSON.stringify(said)));
  ({ handlers, restore } = await theHandlers());
});
afterAll(() => restore?.());

test('undisturbed, every scenario comes to its end; what it calls on its way are the boundaries', async () => {
  const failures = await sideBySide(scenarios, HANDS, async (scenario) => {
    const one = await play(scenario, handlers);
    played.push(one);
    boundaries.push(...one.run.boundaries.map((passed) => ({ ...passed, scenario })));
  });
  expect(failures).toEqual([]);
  expect(boundaries.length).toBeGreaterThan(BOUNDARIES);
  expect(new Set(boundaries.map(({ handler }) => handler)).size).toBe(10);
});

test('R16 R37 crashed at any of them, no decision is lost, none doubled, and no task goes unanswered', async () => {
  const began = Date.now();
  const crashes = boundaries.flatMap(({ scenario, boundary }) =>
    crashesAt(boundary).map((crash): [Scenario, Crash] => [scenario, crash]),
  );
  const failures = await sideBySide(crashes, HANDS, async ([scenario, crash]) => {
    played.push(await play(scenario, handlers, crash));
  });
  const of = new Set(boundaries.map(({ handler }) => handler)).size;
  process.stdout.write(
    `crashed at ${boundaries.length} boundaries of ${of} handlers, ${crashes.length} times in all, in ${Math.round((Date.now() - began) / 1000)} s\n`,
  );
  expect(failures.map(({ message }) => message)).toEqual([]);
}, 900_000);

test('R23 wherever it crashed, one mail went out to each: or two, where it went out and was not yet marked', async () => {
  const box = await allMails();
  const wrong: string[] = [];
  for (const { what, title, mails, maybeTwice } of played) {
    const got = new Map<string, number>();
    for (const mail of box.filter(({ text }) => text.includes(title))) {
      const to = `${mail.to.join()} ${kindOf(mail)}`;
      got.set(to, (got.get(to) ?? 0) + 1);
    }
    const wanted = Object.entries(mails).flatMap(([to, counts]) =>
      Object.entries(counts).map(([kind, count]): [string, number] => [`${to} ${kind}`, count]),
    );
    for (const [to, count] of wanted) {
      const extra = (got.get(to) ?? 0) - count;
      if (extra !== 0 && !(extra === 1 && maybeTwice.has(to))) wrong.push(`${what}: ${to} got ${count + extra}`);
      got.delete(to);
    }
    for (const [to, count] of got) wrong.push(`${what}: ${to} got ${count}, and should not have`);
  }
  expect(wrong).toEqual([]);
});

test('R12 nothing that was logged on the way holds a task token', () => {
  const everything = logged.join('\n');
  const tokens = played.flatMap((one) => one.tokens);
  expect(tokens.length).toBeGreaterThan(played.length / 2);
  expect(tokens.filter((token) => everything.includes(token))).toEqual([]);
});
