import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { isPersonItem } from '../../../lambdas/adapters/policy-items.ts';
import { dynamoWaitingChanges } from '../../../lambdas/adapters/waiting-changes.ts';

const dynamodb = mockClient(DynamoDBClient);
const changes = dynamoWaitingChanges(new DynamoDBClient({ region: 'us-east-1' }), 'Policy');
beforeEach(() => dynamodb.reset());

test('what waits is one item of the policy table, which is nobody of the directory', async () => {
  await changes.replace(['a', 'b']);
  const Item = dynamodb.commandCalls(PutItemCommand)[0]?.args[0].input.Item ?? {};
  expect(Item).toEqual({ key: { S: 'changes' }, ids: { L: [{ S: 'a' }, { S: 'b' }] } });
  expect(isPersonItem(Item)).toBe(false);
  dynamodb.on(GetItemCommand).resolves({ Item });
  expect(await changes.list()).toEqual(['a', 'b']);
  expect(dynamodb.commandCalls(GetItemCommand)[0]?.args[0].input.ConsistentRead).toBe(true);
});

test('nothing waits where nothing ever did', async () => {
  dynamodb.on(GetItemCommand).resolves({});
  expect(await changes.list()).toEqual([]);
});
