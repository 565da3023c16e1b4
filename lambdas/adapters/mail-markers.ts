import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { MailMarker, MailMarkers } from '../services.ts';
import { fromItem, type Item } from './attributes.ts';
import { itemsBySdk } from './items-by-sdk.ts';
import { itemsOf } from './pages.ts';

/** Days a marker is kept: longer than any request lives. */
const KEPT_DAYS = 400;
/** What a marker's `item` begins with. */
const PREFIX = 'mail#';
const NEVER = new Date(0).toISOString();

/** The claim of a mail that this process holds: under which name, and whether it is the first or the second. */
interface Claim {
  by: string;
  tries: number;
}

/**
 * Mail markers in the table of the read model (`item` is `mail#…`): `at` of the latest claim, `by` whom, `n` claims so
 * far, `msg` once sent, `left` where it is left to a digest. Each claim has a name of its own (`by`), so that a write whose reply was lost finds itself, and a
 * slow sender cannot give back a claim that is somebody else's by now.
 */
export function dynamoMailMarkers(client: DynamoDBClient, table: string): MailMarkers {
  const ours = new Map<string, Claim>();

  /** A conditional write: what the item holds where the condition fails, `done` where it was written. */
  async function attempt(write: () => Promise<unknown>): Promise<'done' | { there: Item | undefined }> {
    try {
      await write();
      return 'done';
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { there: error.Item };
    }
  }

  const claimFirst = (id: string, mail: string, now: string, by: string) =>
    attempt(() =>
      client.send(
        new PutItemCommand({
          TableName: table,
          Item: { ...keyOf(id, mail), at: { S: now }, by: { S: by }, n: { N: '1' }, ttl: { N: lifetime(now) } },
          ConditionExpression: 'attribute_not_exists(#id)',
          ExpressionAttributeNames: { '#id': 'id' },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );

  const claimAgain = (id: string, mail: string, now: string, by: string, before: string) =>
    attempt(() =>
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyOf(id, mail),
          UpdateExpression: 'SET #at = :now, #by = :by, #n = :two',
          ConditionExpression: '#by = :before AND #n = :one AND attribute_not_exists(#msg)',
          ExpressionAttributeNames: { '#at': 'at', '#by': 'by', '#n': 'n', '#msg': 'msg' },
          ExpressionAttributeValues: {
            ':now': { S: now },
            ':by': { S: by },
            ':before': { S: before },
            ':one': { N: '1' },
            ':two': { N: '2' },
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );

  return {
    async claim(id, mail, now, staleAfterSeconds) {
      const by = randomUUID();
      const name = nameOf(id, mail);
      const first = await claimFirst(id, mail, now, by);
      const there = first === 'done' ? { by, tries: 1, sent: false, at: now } : markerOf(first.there);
      if (there?.by === by) {
        ours.set(name, { by, tries: 1 });
        return 'claimed';
      }
      // Given back between our write and its answer: whoever asks next finds it free.
      if (!there) return 'held';
      if (there.sent) return 'sent';
      if (Date.parse(now) - Date.parse(there.at) <= staleAfterSeconds * 1000) return 'held';
      if (there.tries >= 2) return 'lost';
      const again = await claimAgain(id, mail, now, by, there.by);
      const after = again === 'done' ? { by, sent: false } : markerOf(again.there);
      if (after?.by !== by) return after?.sent ? 'sent' : 'held';
      ours.set(name, { by, tries: 2 });
      return 'again';
    },

    async sent(id, mail, messageId, now) {
      // Unconditional: whoever sent it, it went out, and nobody may send it again.
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyOf(id, mail),
          UpdateExpression: 'SET #msg = :msg, #sent = :now, #ttl = :ttl',
          ExpressionAttributeNames: { '#msg': 'msg', '#sent': 'sent', '#ttl': 'ttl' },
          ExpressionAttributeValues: { ':msg': { S: messageId }, ':now': { S: now }, ':ttl': { N: lifetime(now) } },
        }),
      );
      ours.delete(nameOf(id, mail));
    },

    async release(id, mail) {
      const claim = ours.get(nameOf(id, mail));
      if (!claim) return;
      const ifStillOurs = {
        TableName: table,
        Key: keyOf(id, mail),
        ConditionExpression: '#by = :by AND attribute_not_exists(#msg)',
        ExpressionAttributeNames: { '#by': 'by', '#msg': 'msg' },
        ExpressionAttributeValues: { ':by': { S: claim.by } },
      };
      if (claim.tries === 1) {
        await attempt(() => client.send(new DeleteItemCommand(ifStillOurs)));
      } else {
        // The first claim's mail may have gone out: what is given back is the second try, not both.
        const names = { ...ifStillOurs.ExpressionAttributeNames, '#at': 'at', '#n': 'n' };
        const values = { ...ifStillOurs.ExpressionAttributeValues, ':never': { S: NEVER }, ':one': { N: '1' } };
        await attempt(() =>
          client.send(
            new UpdateItemCommand({
              ...ifStillOurs,
              UpdateExpression: 'SET #at = :never, #n = :one',
              ExpressionAttributeNames: names,
              ExpressionAttributeValues: values,
            }),
          ),
        );
      }
      ours.delete(nameOf(id, mail));
    },

    async look(id, mail) {
      const got = await client.send(
        new GetItemCommand({ TableName: table, Key: keyOf(id, mail), ConsistentRead: true }),
      );
      return got.Item && knownOf(got.Item);
    },

    async lookAt(id) {
      const known = new Map<string, MailMarker>();
      const query = {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: '#id = :id AND begins_with(#item, :mail)',
        ExpressionAttributeNames: { '#id': 'id', '#item': 'item' },
        ExpressionAttributeValues: { ':id': { S: id }, ':mail': { S: PREFIX } },
      };
      for await (const item of itemsOf(itemsBySdk(client), query))
        known.set(String(item.item?.S).slice(PREFIX.length), knownOf(item));
      return known;
    },

    async leave(id, mail, now) {
      await attempt(() =>
        client.send(
          new PutItemCommand({
            TableName: table,
            Item: { ...keyOf(id, mail), at: { S: now }, left: { BOOL: true }, ttl: { N: lifetime(now) } },
            ConditionExpression: 'attribute_not_exists(#id)',
            ExpressionAttributeNames: { '#id': 'id' },
          }),
        ),
      );
    },

    async countIn(id) {
      let count = 0;
      let from: Item | undefined;
      do {
        const page: QueryCommandOutput = await client.send(
          new QueryCommand({
            TableName: table,
            ConsistentRead: true,
            Select: 'COUNT',
            KeyConditionExpression: '#id = :id',
            ExpressionAttributeNames: { '#id': 'id' },
            ExpressionAttributeValues: { ':id': { S: id } },
            ...(from && { ExclusiveStartKey: from }),
          }),
        );
        count += page.Count ?? 0;
        from = page.LastEvaluatedKey;
      } while (from);
      return count;
    },
  };
}

const nameOf = (id: string, mail: string) => `${id} ${mail}`;
const keyOf = (id: string, mail: string) => ({ id: { S: id }, item: { S: `${PREFIX}${mail}` } });

function markerOf(item: Item | undefined) {
  if (!item) return undefined;
  const { by, n } = fromItem(item);
  return { ...knownOf(item), by: String(by), tries: Number(n ?? 1) };
}

function knownOf(item: Item): MailMarker {
  const { at, msg, left } = fromItem(item);
  return { at: String(at), sent: msg !== undefined, left: left === true };
}

/** When DynamoDB may drop what is noted of a mail, in Unix seconds. */
export function lifetime(now: string): string {
  return String(Math.ceil(Date.parse(now) / 1000) + KEPT_DAYS * 24 * 3600);
}
