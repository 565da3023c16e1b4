/**
 * Requests that Countersign opens itself, by their source. Nobody outside can have one of these: sources from outside
 * begin with `events:`, `states:` or `iam:`.
 */
export const ownSources = {
  policyChange: 'countersign:policy_change',
  maintenanceWindow: 'countersign:maintenance_window',
  maintenanceValidation: 'countersign:maintenance_validation',
  overrideReview: 'countersign:override_review',
} as const;
