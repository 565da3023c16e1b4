import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for `@aws-sdk/credential-provider-node` in the functions' bundles: Lambda hands a function its role's
 * credentials in the environment, and no function has a profile, a container endpoint or a sign-in to look through.
 */
export const defaultProvider = fromEnv;
