import type {
  BatchGetItemCommandInput,
  BatchGetItemCommandOutput,
  GetItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
  QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { Item } from './attributes.ts';

/**
 * The calls on DynamoDB's items that the log and the policy in force are made of. Two can make them: the SDK's client, and
 * a signed fetch in the function that takes the vote. Each throws where DynamoDB did not do it, or may not have.
 */
export interface Items {
  query(input: QueryCommandInput): Promise<Pick<QueryCommandOutput, 'Items' | 'LastEvaluatedKey'>>;
  get(input: GetItemCommandInput): Promise<Item | undefined>;
  batchGet(input: BatchGetItemCommandInput): Promise<Pick<BatchGetItemCommandOutput, 'Responses' | 'UnprocessedKeys'>>;
  /** `there`: the input's condition did not hold; the item it found, where the input asks for it. */
  put(input: PutItemCommandInput): Promise<'written' | { there: Item | undefined }>;
}
