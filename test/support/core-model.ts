import type { Command } from '../../core/decide/decide.ts';
import type { OpenRound } from '../../core/decide/open-round.ts';
import type { Cast } from '../../core/decide/vote.ts';
import type { Entry } from '../../core/entry.ts';
import type { Gate, Outcome } from '../../core/gate.ts';
import { payloadText } from './core-fixtures.ts';
import { awaited, failed, onPaper, type PaperStage, type PaperVotes, passed } from './paper-stage.ts';

/** A vote as it is noted: where, by whom, from when until when it may take effect. */
export interface PaperVote {
  stage: number;
  person: string;
  vote: 'for' | 'against';
  seq: number;
  from?: number;
  until?: number;
}

/**
 * A request as somebody would keep it on a sheet of paper: no entries, no hashes, no fold. It is told what each command
 * has done; `appends` says beforehand what one must come to.
 */
export class PaperRequest {
  status: 'pending' | 'granted' | 'settled' = 'pending';
  outcome: Outcome | undefined;
  round = 1;
  stage = 0;
  gate: Gate;
  stages: PaperStage[];
  votes: PaperVote[] = [];
  /** Whom the fixtures' opening excludes, who asked and an author, and whoever joined them since. */
  excluded = ['alice', 'erin'];
  payload = payloadText;
  reissued = new Map<string, number>();
  tasks = new Map<string, { state: string; holds: boolean }>();
  done = new Set<string>();
  stageEnds: number;
  effectAt = 0;
  /** The round in which those who agreed were found to be too few. */
  unreachable = 0;
  readonly opened: number;
  last: number;
  settledAt: number | undefined;

  constructor(gate: Gate, opened: number) {
    this.gate = gate;
    this.stages = gate.stages.map(onPaper);
    this.opened = opened;
    this.last = opened;
    this.stageEnds = this.endOf(opened);
  }

  openStage(): PaperStage {
    const stage = this.stages[this.stage];
    if (!stage) throw new Error('no such stage');
    return stage;
  }

  votesOf(stage: number): PaperVotes {
    return new Map(this.votes.filter((one) => one.stage === stage).map(({ person, vote }) => [person, vote]));
  }

  /** Who is asked now. */
  asked(): string[] {
    return this.status === 'pending' ? awaited(this.openStage(), this.votesOf(this.stage)) : [];
  }

  generation(person: string): number {
    return 1 + (this.reissued.get(person) ?? 0) + (this.reissued.get('') ?? 0);
  }

  deadline(): number {
    return Math.min(this.stageEnds, this.until());
  }

  /** Four eyes: themselves, or anybody whose seat it was. */
  isBarred(person: string): boolean {
    const before = this.openStage().seats.find((seat) => seat.person === person)?.before ?? [];
    return [person, ...before].some((one) => this.excluded.includes(one));
  }

  /** Notes what a command has done. */
  does(command: Command, entry: Entry): void {
    this.last = Date.parse(entry.at);
    if ('commandId' in command) this.done.add(doneAs(command));
    this.follows(command, entry);
    if (this.status === 'settled') this.settledAt ??= this.last;
  }

  private follows(command: Command, entry: Entry): void {
    switch (command.type) {
      case 'vote':
        this.counts(command, entry.seq);
        return;
      case 'delegate': {
        const { seats, gone } = this.openStage();
        const seat = seats.find(({ person }) => person === command.holder?.person);
        if (!seat) throw new Error('nobody sits there');
        gone.push(seat.person);
        seat.before.push(seat.person);
        seat.person = command.to.person;
        return;
      }
      case 'withdraw':
        this.settles('rejected');
        return;
      case 'fall_due':
        if (this.status === 'pending' || this.isTooLate(this.last) || this.unreachable === this.round)
          this.outcome = 'expired';
        this.status = 'settled';
        return;
      case 'cancel':
        this.settles('cancelled');
        return;
      case 'leave': {
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
        if (command.verified.person !== undefined) this.excluded.push(command.verified.person);
        return;
      case 'reissue': {
        const whose = command.person ?? '';
        this.reissued.set(whose, (this.reissued.get(whose) ?? 0) + 1);
        return;
      }
      case 'open_round':
        this.opens(command);
        return;
      case 'note_unreachable':
        this.unreachable = this.round;
        return;
      default:
        return;
    }
  }

  private opens({ gate, carried, payload }: OpenRound): void {
    const names = this.stages.map(({ name }) => name);
    const stages = gate.stages.map(onPaper);
    this.votes = this.votes
      .filter(({ seq }) => carried.includes(seq))
      .map((vote) => ({ ...vote, stage: stages.findIndex(({ name }) => name === names[vote.stage]) }));
    Object.assign(this, { status: 'pending', outcome: undefined, round: this.round + 1, stage: 0, gate, stages });
    this.reissued = new Map();
    if ('text' in payload) this.payload = payload.text;
    while (passed(this.openStage(), this.votesOf(this.stage))) this.stage += 1;
    this.stageEnds = this.endOf(this.last);
  }

  private counts({ answer, holder, notBefore, notAfter }: Cast, seq: number): void {
    if (answer === 'request_changes') {
      this.settles('changes_requested');
      return;
    }
    const isFor = answer === 'approve';
    this.votes.push({
      stage: this.stage,
      person: holder?.person ?? '',
      vote: isFor ? 'for' : 'against',
      seq,
      ...(isFor && notBefore !== undefined && { from: Date.parse(notBefore) }),
      ...(isFor && notAfter !== undefined && { until: Date.parse(notAfter) }),
    });
    const votes = this.votesOf(this.stage);
    if (failed(this.openStage(), votes)) this.settles('rejected');
    else if (passed(this.openStage(), votes)) this.passes();
  }

  private passes(): void {
    if (this.stage + 1 < this.stages.length) {
      this.stage += 1;
      this.stageEnds = this.endOf(this.last);
      return;
    }
    this.outcome = this.gate.bypass?.kind === 'emergency_override' ? 'bypassed' : 'approved';
    this.effectAt = this.from();
    this.status = this.effectAt > this.last ? 'granted' : 'settled';
  }

  private settles(outcome: Outcome): void {
    this.status = 'settled';
    this.outcome = outcome;
  }

  private endOf(begins: number): number {
    return begins + this.openStage().plan.timeout * 1000;
  }

  /** No earlier than anybody asked for. */
  from(): number {
    return Math.max(0, Date.parse(this.gate.notBefore ?? '') || 0, ...this.votes.map(({ from }) => from ?? 0));
  }

  until(): number {
    const never = Number.POSITIVE_INFINITY;
    return Math.min(Date.parse(this.gate.notAfter ?? '') || never, ...this.votes.map(({ until }) => until ?? never));
  }

  isTooLate(at: number): boolean {
    return at > this.until() || (at === this.until() && at < this.effectAt);
  }
}

/** Commands that are found again: a page sends its vote, its comment and its handing on under one id. */
export function doneAs(command: Extract<Command, { commandId: string }>): string {
  const { type, commandId } = command;
  if (type === 'vote') return `${type} ${commandId} ${command.answer}`;
  return type === 'delegate' ? `${type} ${commandId} ${command.to.person}` : `${type} ${commandId}`;
}
