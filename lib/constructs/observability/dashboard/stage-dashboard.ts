import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  PeriodOverride,
  SingleValueWidget,
  TableThreshold,
  TableWidget,
  TextWidget,
  type GraphWidgetProps,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { FUNCTION_NAMES } from '../../../../lambda/contract/functions';
import { METRICS, STALE_SECONDS } from '../../../../lambda/contract/metrics';
import { namedArn } from '../../named-arn';
import type { AlarmedStage, AlarmRow } from '../alarm-table/alarm';
import { compositesOf } from '../alarm-table/composites';
import { alarmTable } from '../alarm-table/table';
import { ofApi, ofFunction, ofNode, ofSearchApi, type Statistic } from '../../../../lambda/contract/metric-term';
import {
  alarmLines,
  line,
  ownLine,
  promiseLines,
  promiseNumbers,
  promisesKept,
  queriesWithoutCache,
  thresholds,
} from './figures';

interface StageDashboardProps {
  stage: AlarmedStage;
  /** The RDS instance. */
  databaseInstance: string;
}

/** Columns of 24: two graphs beside each other, which a phone shows below each other. */
const HALF = 12;
const WHOLE = 24;
const [GREEN, RED] = ['#2ca02c', '#d62728'];

/**
 * One dashboard of a stage, in the order of a night: what fires, what is missed, who gets no answer, then what explains
 * it.
 */
export class StageDashboard extends Construct {
  private readonly alarms: readonly AlarmRow[];
  /** The composites that tell somebody. */
  private readonly told: ReturnType<typeof compositesOf>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: StageDashboardProps,
  ) {
    super(scope, id);
    const { stage } = props;
    this.alarms = alarmTable(stage);
    this.told = compositesOf(this.alarms.map(({ id }) => id)).filter(({ severity }) => severity !== 'part');
    const dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: stage.groupId,
      defaultInterval: Duration.hours(3),
      periodOverride: PeriodOverride.INHERIT,
    });
    const heading = (text: string) =>
      dashboard.addWidgets(new TextWidget({ markdown: `## ${text}`, width: WHOLE, height: 1 }));
    dashboard.addWidgets(this.alarmStates());
    dashboard.addWidgets(this.pages());
    heading('What is promised');
    dashboard.addWidgets(
      new SingleValueWidget({
        title: 'Over the time that is shown, beside what is promised',
        metrics: promiseNumbers(stage),
        width: WHOLE,
        height: 8,
        setPeriodToTimeRange: true,
      }),
    );
    dashboard.addWidgets(
      new TableWidget({
        title: 'Kept (1) or missed (0)',
        metrics: promisesKept(stage),
        thresholds: [TableThreshold.above(0.5, GREEN), TableThreshold.below(0.5, RED)],
        width: WHOLE,
        height: 9,
      }),
    );
    heading('Who gets no answer');
    dashboard.addWidgets(...this.unanswered());
    heading('Traffic and latency');
    dashboard.addWidgets(...this.traffic());
    heading('Conversations');
    dashboard.addWidgets(...this.conversations());
    if ('images' in stage.environments) {
      heading('Photos');
      dashboard.addWidgets(...this.photos());
    }
    heading('Nodes');
    dashboard.addWidgets(...this.nodes());
    heading('Database and warm-up');
    dashboard.addWidgets(...this.database());
    heading('What the bill depends on');
    dashboard.addWidgets(...this.bill());
  }

  /** The alarms that tell somebody, and those that wake before them. */
  private alarmStates(): AlarmStatusWidget {
    const { groupId } = this.props.stage;
    const alarms = [...this.told, ...this.alarms.filter(({ severity }) => severity !== 'part')].map(({ id }) =>
      Alarm.fromAlarmArn(this, `${id}State`, namedArn(this, 'cloudwatch', 'alarm', `${groupId}-${id}`)),
    );
    return new AlarmStatusWidget({ title: 'Alarms; the first wakes', alarms, width: WHOLE, height: 4 });
  }

  private pages(): TextWidget {
    const { name, runbooks = 'docs/runbooks' } = this.props.stage;
    const links = this.told.map(({ id, runbook }) => `[${id}](${runbooks}/${runbook}.md)`).join(' · ');
    const markdown = `Type \`npm run ops -- diagnose <alarm> --stage ${name}\`. Pages: ${links}`;
    return new TextWidget({ markdown, width: WHOLE, height: 2 });
  }

  private unanswered(): GraphWidget[] {
    const share = (title: string, ...kinds: string[]) =>
      this.graph(title, alarmLines(this.alarms, ...kinds), { leftAnnotations: thresholds(this.alarms, ...kinds) });
    return [
      share('No answer and 5xx, %', 'SearchesUnanswered', 'ApiErrors'),
      share('Refused by the gateway, heartbeats without answer, %', 'ApiRefusals', 'Heartbeat'),
    ];
  }

  private traffic(): GraphWidget[] {
    const { stage } = this.props;
    const tiers = [
      ownLine(stage, METRICS.answersFromMemory, 'Sum', 'memory'),
      ownLine(stage, METRICS.answersFromCache, 'Sum', 'stored answer'),
      ownLine(stage, METRICS.answersFromIndex, 'Sum', 'index'),
      ownLine(stage, METRICS.answersFromDatabase, 'Sum', 'database'),
      ownLine(stage, METRICS.answersUnavailable, 'Sum', 'no answer'),
    ];
    const percentiles = (['p50', 'p95', 'p99'] as const).map((each) => ownLine(stage, METRICS.searchTime, each, each));
    const atGateway = (['p50', 'p95', 'p99'] as const).map((each) =>
      line(ofSearchApi(stage.groupId, 'Latency', each), each),
    );
    return [
      this.graph('Searches by tier', tiers, { stacked: true }),
      this.graph('A search in the handler, ms', percentiles, {
        leftAnnotations: thresholds(this.alarms, 'HandlerLatency'),
      }),
      this.graph('A search at the gateway, ms', atGateway, {
        leftAnnotations: thresholds(this.alarms, 'SearchLatency'),
      }),
      this.graph('Refused and failed requests', [
        this.api('4XXError', 'refused (4xx)'),
        this.api('5XXError', 'failed (5xx)'),
        ownLine(stage, METRICS.invalidRequests, 'Sum', 'invalid'),
        ownLine(stage, METRICS.answersLate, 'Sum', 'answered late'),
        ownLine(stage, METRICS.heartbeatAnswered, 'Sum', 'heartbeats answered'),
      ]),
    ];
  }

  private conversations(): GraphWidget[] {
    const { stage } = this.props;
    return [
      this.graph('Questions of sessions', [
        ownLine(stage, METRICS.questionsAsked, 'Sum', 'asked'),
        ownLine(stage, METRICS.questionsAnswered, 'Sum', 'answered'),
      ]),
      this.graph('Sessions and chats', [
        ownLine(stage, METRICS.sessionsFound, 'Sum', 'found'),
        ownLine(stage, METRICS.sessionsMissing, 'Sum', 'missing'),
      ]),
      // Not what the alarms compare: that is the target itself where hardly anything happens.
      this.graph('Sessions found, questions answered, %', promiseLines(stage, 'continuity', 'completion'), {
        leftAnnotations: thresholds(this.alarms, 'Continuity', 'Completion'),
      }),
    ];
  }

  private photos(): GraphWidget[] {
    const { stage } = this.props;
    return [
      this.graph(
        'Photos by where they came from',
        [
          ownLine(stage, METRICS.imagesFromCache, 'Sum', 'cache'),
          ownLine(stage, METRICS.imagesFromOrigin, 'Sum', 'origin'),
          ownLine(stage, METRICS.imagePlaceholders, 'Sum', 'placeholder, the origin is away'),
        ],
        { stacked: true },
      ),
    ];
  }

  private nodes(): GraphWidget[] {
    const { stage } = this.props;
    return [
      this.eachNode('Memory, %', 'DatabaseMemoryUsagePercentage', 'Maximum', 'Memory'),
      this.eachNode('CPU of the host, %', 'CPUUtilization', 'Average', 'Cpu'),
      this.eachNode('Connections', 'CurrConnections', 'Maximum', 'Connections'),
      this.eachNode('Evicted keys', 'Evictions', 'Sum', 'Evictions'),
      ...(stage.hasReplicas
        ? [this.eachNode('Replication lag, s', 'ReplicationLag', 'Maximum', 'ReplicationLag')]
        : []),
      this.graph(
        'Round trip seen by the functions, ms',
        [
          ownLine(stage, METRICS.valkeyRoundTrip, 'Average', 'average'),
          ownLine(stage, METRICS.valkeyRoundTrip, 'p99', 'p99'),
        ],
        { leftAnnotations: thresholds(this.alarms, 'ValkeyLatency') },
      ),
      this.graph('Commands that failed, damaged values, requests under an open breaker', [
        ownLine(stage, METRICS.valkeyFailures, 'Sum', 'failed'),
        ownLine(stage, METRICS.valkeyConnectionsLost, 'Sum', 'of a lost connection'),
        ownLine(stage, METRICS.valuesDamaged, 'Sum', 'damaged values'),
        ownLine(stage, METRICS.breakerOpen, 'Sum', 'breaker open'),
      ]),
    ];
  }

  private database(): GraphWidget[] {
    const { stage, databaseInstance } = this.props;
    const rds = (metric: string, statistic: Statistic) =>
      line({ namespace: 'AWS/RDS', metric, dimensions: { DBInstanceIdentifier: databaseInstance }, statistic }, metric);
    return [
      this.graph(
        'Queries',
        [
          ownLine(stage, METRICS.databaseQueries, 'Sum', 'sent'),
          ownLine(stage, METRICS.databaseFailures, 'Sum', 'failed'),
          ownLine(stage, METRICS.databaseConnectionsLost, 'Sum', 'of a lost connection'),
          queriesWithoutCache(stage),
        ],
        { leftAnnotations: thresholds(this.alarms, 'DatabaseErrors') },
      ),
      this.graph('RDS: CPU in %, connections', [
        rds('CPUUtilization', 'Average'),
        rds('DatabaseConnections', 'Maximum'),
      ]),
      this.graph('Warm-ups', [
        ownLine(stage, METRICS.warmUpSucceeded, 'Sum', 'well'),
        ownLine(stage, METRICS.warmUpFailed, 'Sum', 'failed'),
        ownLine(stage, METRICS.cataloguesPublished, 'Sum', 'with another catalogue'),
      ]),
      this.graph('A warm-up, ms', [
        ownLine(stage, METRICS.warmUpTime, 'p50', 'median'),
        ownLine(stage, METRICS.warmUpTime, 'Maximum', 'longest'),
      ]),
      this.graph('Searches whose catalogue is old or not there', [
        ownLine(stage, METRICS.answersStale, 'Sum', `not confirmed for ${STALE_SECONDS / 60} minutes`),
        ownLine(stage, METRICS.indexMissing, 'Sum', 'no index in memory'),
      ]),
      this.graph('Age of the index, s', [ownLine(stage, METRICS.indexAge, 'Maximum', 'oldest in use')], {
        leftAnnotations: thresholds(this.alarms, 'IndexAge'),
      }),
      this.graph('Listings', [
        ownLine(stage, METRICS.catalogueListings, 'Maximum', 'in the table'),
        ownLine(stage, METRICS.catalogueSearchable, 'Maximum', 'searchable'),
      ]),
    ];
  }

  private bill(): GraphWidget[] {
    const { groupId, environments } = this.props.stage;
    const ofFunctions = (metric: string, statistic: Statistic) =>
      FUNCTION_NAMES.filter((name) => name in environments).map((name) =>
        line(ofFunction(groupId, name, metric, statistic), name),
      );
    return [
      this.graph('Invocations', ofFunctions('Invocations', 'Sum'), { stacked: true }),
      this.graph('Environments at once', ofFunctions('ConcurrentExecutions', 'Maximum')),
      this.graph('API requests', [this.api('Count', 'requests')]),
    ];
  }

  private api(metric: string, label: string): IMetric {
    return line(ofApi(this.props.stage.groupId, metric, 'Sum'), label);
  }

  private eachNode(title: string, metric: string, statistic: Statistic, alarm: string): GraphWidget {
    const lines = this.props.stage.nodes.map((node) => line(ofNode(node, metric, statistic), node));
    return this.graph(title, lines, { leftAnnotations: thresholds(this.alarms, alarm) });
  }

  private graph(title: string, left: IMetric[], more: Partial<GraphWidgetProps> = {}): GraphWidget {
    return new GraphWidget({ title, left, width: HALF, height: 6, leftYAxis: { min: 0 }, ...more });
  }
}
