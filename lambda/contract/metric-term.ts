import { definitionOf } from './functions';
import { METRIC_NAMESPACE, SERVICE, STAGE_DIMENSION, type MetricName } from './metrics';

export type Statistic = 'Sum' | 'SampleCount' | 'Maximum' | 'Minimum' | 'Average' | `p${number}`;

/** One statistic of one CloudWatch metric. */
export interface MetricTerm {
  namespace: string;
  metric: string;
  dimensions: Readonly<Record<string, string>>;
  statistic: Statistic;
}

/** The stage of the API (not ours): its name in every metric of API Gateway. */
export const API_STAGE = 'live';

/** A metric of our own. */
export function own(stageName: string, metric: MetricName, statistic: Statistic): MetricTerm {
  const dimensions = { service: SERVICE, [STAGE_DIMENSION]: stageName };
  return { namespace: METRIC_NAMESPACE, metric, dimensions, statistic };
}

/** A metric that ElastiCache has for each node. */
export function ofNode(nodeId: string, metric: string, statistic: Statistic): MetricTerm {
  const dimensions = { CacheClusterId: nodeId, CacheNodeId: '0001' };
  return { namespace: 'AWS/ElastiCache', metric, dimensions, statistic };
}

/** A metric of API Gateway over all requests to a stage's API. @param apiName the stage's replication group */
export function ofApi(apiName: string, metric: string, statistic: Statistic): MetricTerm {
  return { namespace: 'AWS/ApiGateway', metric, dimensions: { ApiName: apiName, Stage: API_STAGE }, statistic };
}

/** A metric of API Gateway over one path of the API alone, as the table of functions has it. */
export function ofPath(apiName: string, path: string, metric: string, statistic: Statistic): MetricTerm {
  const { namespace, dimensions } = ofApi(apiName, metric, statistic);
  return { namespace, metric, dimensions: { ...dimensions, Resource: path, Method: 'ANY' }, statistic };
}

/**
 * A metric of API Gateway over searches alone. They all come by one path of the API; a wait for events, which takes
 * seconds on purpose, comes by another.
 */
export function ofSearchApi(apiName: string, metric: string, statistic: Statistic): MetricTerm {
  return ofPath(apiName, definitionOf('search').paths.at(-1) ?? '', metric, statistic);
}

/** A metric of Lambda for one function of a stage. */
export function ofFunction(groupId: string, name: string, metric: string, statistic: Statistic): MetricTerm {
  return { namespace: 'AWS/Lambda', metric, dimensions: { FunctionName: `${groupId}-${name}` }, statistic };
}
