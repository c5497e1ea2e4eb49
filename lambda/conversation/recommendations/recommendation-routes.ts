import { getRecommendations } from './operations';
import { json, route, type Route } from '../../http/operation';
import { serverTiming } from '../../search/search-core';
import type { Recommender } from './recommender';

/** The operation that recommends. */
export function recommendationRoutes(recommender: Recommender): Route[] {
  return [
    route(getRecommendations, async ({ path, query, context }) => {
      const body = await recommender.recommend(path.userId, query, context);
      return json(200, body, { 'server-timing': serverTiming(context) });
    }),
  ];
}
