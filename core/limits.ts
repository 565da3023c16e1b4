/** Bounds that hold for every request (invariant 11) and the sizes AWS imposes. Lengths are in characters, sizes in bytes. */
export const limits = {
  title: 200,
  description: 10_000,
  comment: 4_000,
  condition: 500,
  conditions: 20,
  reason: 1_000,
  requestId: 200,
  address: 254,
  /** Letters outside ASCII in an address, as it is written: each could stand for others. */
  addressForeign: 8,
  /**
   * Letters that resemble none of ASCII in all addresses that one request names, as they are read (an encoded domain decoded,
   * each name and each domain once): all people are compared with them.
   */
  addressesUnreadable: 128,
  authors: 20,
  factCount: 64,
  /** A fact's value, as canonical JSON. */
  factText: 1_000,
  /** Names of environments, facts, triggers, checkpoints, people, stages. */
  name: 100,
  criteria: 20,
  criterion: 300,
  /** How deep a payload may nest. */
  payloadDepth: 64,
  /** A task token: AWS's longest. */
  taskToken: 2_048,
  /** A condition of a policy, in characters. */
  expression: 1_000,
  /** A policy file, in characters. */
  policyText: 4 * 1024 * 1024,
  /** Groups and roles that one person of a directory is in, by way of others too. */
  groupsPerPerson: 1_000,
  editable: 50,
  /** An editable value as it is typed. */
  editableText: 10_000,
  evidence: 20,
  evidenceLabel: 120,
  url: 2_000,
  userAgent: 160,
  /** A payload above this stands in the payload bucket; the entry keeps a reference. */
  payloadInline: 3_000,
  /** A payload up to this travels in the answer and in events; above it they carry `payloadRef`. */
  payloadInAnswer: 128 * 1024,
  /** All the rest of an answer, as JSON: with a payload it stays below the 256 KB of an output or an event. */
  wordsInAnswer: 96 * 1024,
  /** A payload above this cannot be shown whole to an approver, so it cannot be approved. */
  payload: 1024 * 1024,
  /** An opening entry in bytes: DynamoDB takes 400 KB in one item. */
  opening: 350_000,
  /** `cause` of SendTaskFailure: AWS takes 32,768 characters. */
  cause: 30_000,
  stages: 10,
  approversPerStage: 50,
  /** Entries per request; beyond it only what decides or answers is admitted. */
  entries: 500,
  /** Requests that one maintenance window lets through: each is an entry in its log. */
  throughWindow: 400,
  /** How far ahead, in seconds, a maintenance window may begin. */
  windowAheadSeconds: 90 * 24 * 3600,
  /** Environments, sources or stakeholders of one maintenance window. */
  windowItems: 20,
  tasks: 100,
  comments: 50,
  refusalsPerLink: 5,
  refusalsPerRequest: 60,
  reissuesPerLink: 5,
  /** How often one seat passes on, by cover or by hand. */
  handOns: 3,
  /** How far off an approver may put the effect of an approval. */
  effectSeconds: 30 * 24 * 3600,
  /** Mails that ask one person in one hour, each by itself, and as many that tell one address; what is above comes in a digest. */
  asksPerHour: 12,
  /** Requests in one digest. */
  digest: 50,
  /** Between two digests to one person. */
  digestEverySeconds: 15 * 60,
  /** Emergency overrides that one person may ask for within 24 hours. */
  overridesPerDay: 50,
  /** For how long after its own time a link shows how its request ended. */
  linkShowsSeconds: 30 * 24 * 3600,
  /** Link-key epochs there can ever be: a garbled link costs a process one derivation of each at most. */
  linkEpochs: 100,
  /** Changes of the policy that wait at the same time. */
  policyChanges: 20,
  /** How long the same key with the same content still joins after settlement. */
  joinAfterSettlementSeconds: 24 * 3600,
  /** The waiting task's backstop; every gate's timeouts together must stay a day below it. AWS ends an execution after a year. */
  backstopSeconds: 180 * 24 * 3600,
} as const;
