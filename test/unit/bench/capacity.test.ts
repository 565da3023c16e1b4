import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { capacityLedger } from '../../../bench/capacity.ts';
import type { Call } from '../../../bench/recording.ts';

const rows: TableDescription = {
  TableName: 'countersign-RecordsRequestsA37EBC62-X',
  KeySchema: [
    { AttributeName: 'id', KeyType: 'HASH' },
    { AttributeName: 'item', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'open',
      KeySchema: [
        { AttributeName: 'open', KeyType: 'HASH' },
        { AttributeName: 'id', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};

function call(operation: string, input: object, output?: object, failed?: string): Call {
  const TableName = rows.TableName;
  return {
    service: 'dynamodb',
    operation,
    input: { TableName, ...input },
    output: output && { ...output },
    failed,
    attempts: 1,
    start: 0,
    end: 1,
  };
}

const put = (more: object) => call('PutItem', { Item: { id: { S: 'i' }, item: { S: 'row' }, ...more } }, {});
const open = { open: { S: 'y0' } };
const units = (lines: { index: string; computed: number }[]) => lines.map(({ index, computed }) => [index, computed]);

test('an index is written when its entry comes, goes or moves, and not when nothing of it changes', () => {
  const ledger = capacityLedger([rows]);
  expect(units(ledger(put(open)))).toEqual([
    ['', 1],
    ['open', 1],
  ]);
  expect(units(ledger(put({ ...open, seq: { N: '2' } })))).toEqual([['', 1]]);
  expect(units(ledger(put({ open: { S: 'y1' } })))).toEqual([
    ['', 1],
    ['open', 2],
  ]);
  expect(units(ledger(put({})))).toEqual([
    ['', 1],
    ['open', 1],
  ]);
});

test('a write is billed by the larger of what was there and what comes', () => {
  const ledger = capacityLedger([rows]);
  expect(units(ledger(put({ text: { S: 'x'.repeat(2_100) } })))).toEqual([['', 3]]);
  expect(units(ledger(put({})))).toEqual([['', 3]]);
  expect(units(ledger(put({})))).toEqual([['', 1]]);
});

test('a conditional write that is refused is billed all the same, and changes nothing', () => {
  const ledger = capacityLedger([rows]);
  ledger(put({}));
  const refused = call('PutItem', put(open).input, undefined, 'ConditionalCheckFailedException');
  expect(ledger(refused)).toMatchObject([{ index: '', computed: 1, refused: true, asked: undefined }]);
  expect(units(ledger(put({})))).toEqual([['', 1]]);
});

test('what the cloud says it consumed stands beside what is computed', () => {
  const ConsumedCapacity = {
    TableName: rows.TableName,
    CapacityUnits: 3,
    Table: { CapacityUnits: 2 },
    GlobalSecondaryIndexes: { open: { CapacityUnits: 1 } },
  };
  const lines = capacityLedger([rows])(call('PutItem', put(open).input, { ConsumedCapacity }));
  expect(lines.map(({ table, asked }) => [table, asked])).toEqual([
    ['Requests', 2],
    ['Requests', 1],
  ]);
});

test('a query is billed for all it reads together, a batch for each item by itself', () => {
  const big = { id: { S: 'x'.repeat(2_500) } };
  const ledger = capacityLedger([rows]);
  expect(units(ledger(call('Query', { ConsistentRead: true }, { Items: [big, big] })))).toEqual([['', 2]]);
  const asked = { [rows.TableName ?? '']: { Keys: [{}, {}, {}], ConsistentRead: true } };
  const found = { [rows.TableName ?? '']: [big, big] };
  expect(units(ledger(call('BatchGetItem', { RequestItems: asked }, { Responses: found })))).toEqual([['', 3]]);
});
