import type { EnvironmentOf } from '../../handlers/environment.ts';
import type { PastRequests } from '../../services.ts';
import { dynamodb } from '../clients.ts';
import { dynamoPastRequests } from '../past-requests.ts';
import { type OpeningServices, openingServices } from './opening.ts';

/** The API opens, reads and cancels: besides what opening takes, it looks back. */
export function apiServices(env: EnvironmentOf<'api'>): OpeningServices & { past: PastRequests } {
  return { ...openingServices(env), past: dynamoPastRequests(dynamodb(), env.REQUESTS_TABLE) };
}
