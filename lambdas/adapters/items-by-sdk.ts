import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { Items } from './items.ts';

export function itemsBySdk(client: DynamoDBClient): Items {
  return {
    query: (input) => client.send(new QueryCommand(input)),
    get: async (input) => (await client.send(new GetItemCommand(input))).Item,
    batchGet: (input) => client.send(new BatchGetItemCommand(input)),
    async put(input) {
      try {
        await client.send(new PutItemCommand(input));
        return 'written';
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return { there: error.Item };
      }
    },
  };
}
