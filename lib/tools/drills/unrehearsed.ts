const LAMBDA =
  'AWS alone measures it: a local function has no time limit, no account and no scaling that could be met.';
const CPU = 'the engines share the machine’s cores with everything else; what they use says nothing of a node.';
const REPLICAS = 'a drill’s nodes have no replicas, so that killing one loses its keys.';

/** Kinds of alarms that no drill rehearses, and why none can. */
export const UNREHEARSED: Readonly<Record<string, string>> = {
  Freshness: 'its quarters of an hour are longer than a drill; `npm run bench:freshness` changes rows and measures it.',
  Satisfaction: 'it looks back a day, and at what people think; there is nothing to break.',
  ApiRefusals: 'a local gateway signs nobody in, and refuses nobody.',
  Blocked: 'there is no WAF here.',
  FunctionLimits: LAMBDA,
  Errors: LAMBDA,
  Throttles: LAMBDA,
  WarmUpDuration: LAMBDA,
  Concurrency: LAMBDA,
  WarmUpDeadLetters: 'there is no SQS here; a warm-up that fails is rehearsed by `broken-crawl`.',
  NodeLoad: CPU,
  NodeReplication: REPLICAS,
  Cpu: CPU,
  ReplicationLag: REPLICAS,
  Traffic: 'only ElastiCache manages traffic.',
  Network: 'only an EC2 instance has a network allowance.',
  Swap: 'it would swap the whole machine, not a node.',
  Credits: 'only a burstable instance has credits.',
};
