import { text } from './read.ts';

/** GET, HEAD, POST /r/{token}. By itself: what the vote loads is counted. */
export const reviewEnvironment = {
  AUDIT_TABLE: text,
  POLICY_TABLE: text,
  REQUESTS_TABLE: text,
  POLICY_BUCKET: text,
  PAYLOAD_BUCKET: text,
  LINK_KEY_ID: text,
  REVIEW_BASE_URL: text,
};
