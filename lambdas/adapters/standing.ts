import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { StandingStore } from '../services.ts';
import { alikeKey } from './alike-requests.ts';
import { fromItem, type Item, toItem } from './attributes.ts';

/*
 * Items of the read model that span requests; sort key `standing`. `load#<person>`: the open requests that wait for them, as
 * a set, so that saying it again changes nothing. `history#<kind>`: the latest waits. `windows`: maintenance windows in force,
 * by request, and as a set those that are asked for.
 */
const ITEM = 'standing';
const loadKey = (person: string) => `load#${person}`;
const historyKey = (kind: string) => `history#${kind}`;
const WINDOWS = 'windows';
/** Keys one BatchGetItem takes. */
const KEYS = 100;
/** Seconds for which a request that waits is listed past its time. */
const KEPT_AFTER = 3600;
/** Waits kept of a kind. */
const KEPT = 20;

const Window = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  environments: z.array(z.string()),
  sources: z.array(z.string()),
});
const Windows = z.object({ windows: z.record(z.string(), Window) });
const History = z.object({ waits: z.array(z.object({ id: z.string(), seconds: z.number() })), version: z.int() });

export function dynamoStanding(client: DynamoDBClient, table: string): StandingStore {
  const keyOf = (id: string): Item => ({ id: { S: id }, item: { S: ITEM } });
  const named = (items: readonly Item[], id: string) => items.find((item) => item.id?.S === id);

  async function itemsAt(ids: readonly string[]): Promise<Item[]> {
    const got = await client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: ids.map(keyOf) } } }));
    return got.Responses?.[table] ?? [];
  }

  async function changeWindows(change: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>): Promise<void> {
    await client.send(new UpdateItemCommand({ TableName: table, Key: keyOf(WINDOWS), ...change }));
  }

  return {
    async read({ people, histories = [] }) {
      const asked = people.slice(0, KEYS - 1 - histories.length);
      const items = await itemsAt([...asked.map(loadKey), WINDOWS, ...histories.map(historyKey)]);
      // Windows let people through, so that what was not read must not look like a window that is not there ... which is
      // the stricter of the two. The rest is a help: what is left out counts as nothing.
      const windows = named(items, WINDOWS);
      return {
        load: Object.fromEntries(asked.map((person) => [person, loadOf(named(items, loadKey(person)))])),
        windows: windows?.windows ? Object.values(Windows.parse(fromItem({ windows: windows.windows })).windows) : [],
        waits: Object.fromEntries(histories.map((kind) => [kind, waitsIn(named(items, historyKey(kind)))])),
      };
    },

    async waitsFor(person, id, waits, at) {
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyOf(loadKey(person)),
          UpdateExpression: waits ? 'SET #last = :at ADD #open :id' : 'DELETE #open :id',
          ExpressionAttributeNames: { '#open': 'waiting', ...(waits && { '#last': 'last' }) },
          ExpressionAttributeValues: { ':id': { SS: [id] }, ...(waits && { ':at': { S: at } }) },
        }),
      );
    },

    async took(kind, id, seconds) {
      const key = keyOf(historyKey(kind));
      const { Item: there } = await client.send(
        new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }),
      );
      const { waits, version } = there ? History.parse(fromItem(there)) : { waits: [], version: 0 };
      if (waits.some((wait) => wait.id === id)) return;
      const next = { waits: [...waits, { id, seconds }].slice(-KEPT), version: version + 1 };
      try {
        await client.send(
          new PutItemCommand({
            TableName: table,
            Item: { ...key, ...toItem(next) },
            ConditionExpression: 'attribute_not_exists(#id) OR #version = :version',
            ExpressionAttributeNames: { '#id': 'id', '#version': 'version' },
            ExpressionAttributeValues: { ':version': { N: String(version) } },
          }),
        );
      } catch (error) {
        // Another request was noted at the same moment: one wait more or less says nothing.
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },

    async windowIs(state, window) {
      // What lies in a map is changed only where the map is there: one call sees to that, the next changes it.
      await changeWindows({
        UpdateExpression: `SET #windows = if_not_exists(#windows, :none) ${state === 'over' ? 'DELETE' : 'ADD'} #asked :id`,
        ExpressionAttributeNames: { '#windows': 'windows', '#asked': 'asked' },
        ExpressionAttributeValues: { ':none': { M: {} }, ':id': { SS: [window.id] } },
      });
      if (state === 'asked') return;
      await changeWindows({
        UpdateExpression: state === 'over' ? 'REMOVE #windows.#id' : 'SET #windows.#id = :window',
        ExpressionAttributeNames: { '#windows': 'windows', '#id': window.id },
        ...(state === 'in_force' && { ExpressionAttributeValues: toItem({ ':window': { ...window } }) }),
      });
    },

    async isAlike(likeness, id, until) {
      const key = toItem(alikeKey(likeness, id));
      // One that a slow writer put back after it was over goes by itself.
      const ttl = { N: String(Math.ceil(Date.parse(until ?? '') / 1000) + KEPT_AFTER) };
      if (until) await client.send(new PutItemCommand({ TableName: table, Item: { ...key, ttl } }));
      else await client.send(new DeleteItemCommand({ TableName: table, Key: key }));
    },

    async windowsAsked() {
      const [windows] = await itemsAt([WINDOWS]);
      return windows?.asked?.SS ?? [];
    },
  };
}

function waitsIn(item: Item | undefined): number[] {
  return item ? History.parse(fromItem(item)).waits.map(({ seconds }) => seconds) : [];
}

function loadOf(item: Item | undefined): { open: number; last?: string } {
  const last = item?.last?.S;
  return { open: item?.waiting?.SS?.length ?? 0, ...(last !== undefined && { last }) };
}
