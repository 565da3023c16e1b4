import type { EnvironmentOf } from '../../handlers/environment.ts';
import { type OpeningServices, openingServices } from './opening.ts';

/** The API opens, reads and cancels: reading and cancelling take nothing that opening lacks. */
export function apiServices(env: EnvironmentOf<'api'>): OpeningServices {
  return openingServices(env);
}
