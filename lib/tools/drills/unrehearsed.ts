const LAMBDA =
  'AWS alone measures it: a local function has no time limit, no account and no scaling that could be met.';

/** Kinds of alarms that no drill rehearses, and why none can. */
export const UNREHEARSED: Readonly<Record<string, string>> = {
  SearchLatencyWorst: 'a single slow search in a hundred comes of cold starts and pauses, which a drill cannot order.',
  Freshness: 'its quarters of an hour are longer than a drill; `npm run bench:freshness` changes rows and measures it.',
  Satisfaction: 'it looks back a day, and at what people think; there is nothing to break.',
  ApiLatency: 'a drill’s gateway and clients share the machine’s cores: its p95 says nothing of API Gateway.',
  ApiLatencyWorst: 'a drill’s gateway and clients share the machine’s cores: its p99 says nothing of API Gateway.',
  Errors: LAMBDA,
  Throttles: LAMBDA,
  Duration: LAMBDA,
  Concurrency: LAMBDA,
  WarmUpDeadLetters: 'there is no SQS here; a warm-up that fails is rehearsed by `broken-crawl`.',
  Cpu: 'the engines share the machine’s cores with everything else; what they use says nothing of a node.',
  ReplicationLag: 'a drill’s nodes have no replicas, so that killing one loses its keys.',
  Traffic: 'only ElastiCache manages traffic.',
  Network: 'only an EC2 instance has a network allowance.',
  Swap: 'it would swap the whole machine, not a node.',
  EngineHits: 'it wants a thousand reads in five minutes for half an hour, more than a drill asks.',
  Credits: 'only a burstable instance has credits.',
};
