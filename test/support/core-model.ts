import type { Command } from '../../core/decide/decide.ts';
import type { Cast } from '../../core/decide/vote.ts';
import type { Entry } from '../../core/entry.ts';
import type { Gate, Outcome, Stage } from '../../core/gate.ts';
import { linkOf, shown } from './core-fixtures.ts';

/** Whom the fixtures' opening excludes: who asked, and an author. */
const excluded = ['alice', 'erin'];

/**
 * A request as somebody would keep it on a sheet of paper: no entries, no hashes, no fold. It says beforehand what a
 * command must come to, and is told afterwards what it did.
 */
export class PaperRequest {
  status: 'pending' | 'granted' | 'settled' = 'pending';
  outcome: Outcome | undefined;
  round = 1;
  stage = 0;
  gate: Gate;
  /** Votes of the current round, as `stage/person`. */
  votes = new Map<string, 'for' | 'against'>();
  reissued = new Map<string, number>();
  tasks = new Map<string, { state: string; holds: boolean }>();
  done = new Set<string>();
  deadlines: number[] = [];
  last: number;
  settledAt: number | undefined;

  constructor(gate: Gate, opened: number) {
    this.gate = gate;
    this.last = opened;
    this.begin(opened);
  }

  begin(at: number): void {
    const stage = this.openStage();
    this.deadlines.push(at + stage.timeout * 1000);
  }

  openStage(): Stage {
    const stage = this.gate.stages[this.stage];
    if (!stage) throw new Error('no such stage');
    return stage;
  }

  generation(person: string): number {
    return 1 + (this.reissued.get(person) ?? 0) + (this.reissued.get('') ?? 0);
  }

  deadline(): number {
    return this.deadlines.at(-1) ?? 0;
  }

  /** Does this vote count, when it is cast at this moment? */
  admits(cast: Cast, now: number): boolean {
    const at = Math.max(now, this.last);
    const { link } = cast;
    const person = this.openStage().approvers.find((one) => linkOf(one.person).person === link.person)?.person;
    return (
      this.status === 'pending' &&
      person !== undefined &&
      cast.holder?.person === person &&
      !excluded.includes(person) &&
      !cast.revoked &&
      link.round === this.round &&
      link.stage === this.stage &&
      link.generation >= this.generation(person) &&
      link.expires * 1000 > at &&
      this.deadline() > at &&
      !this.votes.has(`${this.stage}/${person}`) &&
      cast.shownDigest === shown(this.round) &&
      ['approve', 'reject', 'request_changes'].includes(cast.answer)
    );
  }

  /** Must this command append an entry now? Undefined where the model does not foretell it. */
  appends(command: Command, now: number): boolean | undefined {
    const at = Math.max(now, this.last);
    switch (command.type) {
      case 'vote':
        return !this.done.has(`${command.commandId}=${command.answer}`) && this.admits(command, now);
      case 'fall_due': {
        const due = this.status === 'pending' ? this.deadline() : Date.parse(this.gate.notBefore ?? '');
        return this.status !== 'settled' && at >= due;
      }
      case 'cancel':
        return !this.done.has(command.commandId) && this.status !== 'settled' && command.source.startsWith('events:');
      case 'leave':
        return !this.done.has(command.commandId) && this.tasks.get(command.task)?.state === 'waiting';
      case 'note_answered': {
        const known = this.tasks.has(command.task);
        return known && this.status === 'settled' && !this.done.has(`answered:${command.task}`);
      }
      case 'open':
        return (
          command.contentDigest !== 'other' &&
          command.tasks.some(({ key }) => !this.tasks.has(key)) &&
          now <= (this.settledAt ?? now) + 24 * 3_600_000
        );
      case 'delegate':
      case 'withdraw':
      case 'comment':
      case 'reissue':
      case 'open_round':
      case 'note_review':
      case 'note_unreachable':
      case 'note_not_notified':
      case 'note_refused':
        return undefined;
    }
  }

  /** Notes what a command has done. */
  does(command: Command, entry: Entry): void {
    this.last = Date.parse(entry.at);
    this.follows(command, entry);
    if (this.status === 'settled') this.settledAt ??= this.last;
  }

  private follows(command: Command, entry: Entry): void {
    switch (command.type) {
      case 'vote':
        this.done.add(`${command.commandId}=${command.answer}`);
        this.counts(command, this.last);
        break;
      case 'fall_due':
        if (this.status === 'pending') this.outcome = 'expired';
        this.status = 'settled';
        return;
      case 'cancel':
        this.done.add(command.commandId);
        this.settles('cancelled');
        return;
      case 'leave': {
        this.done.add(command.commandId);
        const task = this.tasks.get(command.task);
        if (task) task.state = 'left';
        const held = [...this.tasks.values()].some(({ state, holds }) => holds && state === 'waiting');
        if (task?.holds && !held && this.status !== 'settled') this.settles('cancelled');
        return;
      }
      case 'note_answered': {
        this.done.add(`answered:${command.task}`);
        const task = this.tasks.get(command.task);
        if (task) task.state = command.result;
        return;
      }
      case 'open':
        for (const { key, holds } of command.tasks)
          if (!this.tasks.has(key)) this.tasks.set(key, { state: 'waiting', holds });
        return;
      case 'reissue': {
        const whose = command.person ?? '';
        this.reissued.set(whose, (this.reissued.get(whose) ?? 0) + 1);
        return;
      }
      case 'open_round': {
        if (entry.type !== 'round_opened') throw new Error(`a round was opened by '${entry.type}'`);
        const kept = [...this.votes].filter(([, vote]) => vote === 'for' && command.carried.length > 0);
        Object.assign(this, {
          status: 'pending',
          outcome: undefined,
          round: entry.round,
          stage: 0,
          gate: command.gate,
        });
        this.votes = new Map(kept);
        this.reissued = new Map();
        while (this.passed(this.openStage())) this.stage += 1;
        this.begin(this.last);
        return;
      }
      case 'delegate':
      case 'withdraw':
      case 'comment':
      case 'note_review':
      case 'note_unreachable':
      case 'note_not_notified':
      case 'note_refused':
        return;
    }
  }

  private counts(cast: Cast, at: number): void {
    const stage = this.openStage();
    const person = cast.holder?.person ?? '';
    if (cast.answer === 'request_changes') {
      this.settles('changes_requested');
      return;
    }
    this.votes.set(`${this.stage}/${person}`, cast.answer === 'approve' ? 'for' : 'against');
    if (this.failed(stage)) this.settles('rejected');
    else if (this.passed(stage)) this.passes(at);
  }

  private passes(at: number): void {
    if (this.stage + 1 < this.gate.stages.length) {
      this.stage += 1;
      this.begin(at);
      return;
    }
    this.outcome = 'approved';
    this.status = this.gate.notBefore && Date.parse(this.gate.notBefore) > at ? 'granted' : 'settled';
  }

  private settles(outcome: Outcome): void {
    this.status = 'settled';
    this.outcome = outcome;
  }

  private of(stage: Stage, vote: 'for' | 'against'): number {
    const index = this.gate.stages.indexOf(stage);
    return stage.approvers.filter(({ person }) => this.votes.get(`${index}/${person}`) === vote).length;
  }

  private passed(stage: Stage): boolean {
    if (stage.rule === 'all') return this.of(stage, 'for') === stage.approvers.length;
    return this.of(stage, 'for') >= quorumOf(stage);
  }

  private failed(stage: Stage): boolean {
    const against = this.of(stage, 'against');
    if (stage.rule === 'all') return against > 0;
    if (stage.rule === 'any') return against === stage.approvers.length;
    return against > stage.approvers.length - quorumOf(stage);
  }
}

function quorumOf({ rule }: Stage): number {
  return typeof rule === 'object' ? rule.quorum : 1;
}
