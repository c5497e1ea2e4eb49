/**
 * Header of requests that the system sends by itself, to watch whether it answers or to warm up: no person asked, so
 * what people ask for leaves them out. They are measured like any other.
 */
export const PROBE_HEADER = 'x-carfin-probe';
