"""
Starts the emulated account: ministack, with its gaps closed. Each gap has the reason why the rehearsal needs it; docs/testing.md
lists them. Nothing here makes the emulator milder than AWS: what it can't judge it refuses, or says that it does not know.
"""

import json
import os
import re
from datetime import datetime, timezone
from urllib.parse import parse_qs

from ministack import app
from ministack.core import iam_actions, iam_evaluator, lambda_runtime, router
from ministack.core.responses import get_account_id, get_region, json_response, new_uuid
from ministack.services import budgets, cloudcontrol, cloudwatch, cloudwatch_logs, ec2, elasticache, iam, rds, sns, waf
from ministack.services.cloudformation import provisioners

HANDLERS = provisioners._RESOURCE_HANDLERS


def security_group_rule(direction):
    """Gap: AWS::EC2::SecurityGroupIngress and Egress. Every rule between two groups of the stage is one."""
    key = "IpPermissions" if direction == "Ingress" else "IpPermissionsEgress"

    def rules(group_id):
        group = provisioners._ec2._security_groups.get(group_id)
        if group is None:
            raise ValueError(f"The security group '{group_id}' does not exist (InvalidGroup.NotFound)")
        return group.setdefault(key, [])

    def create(logical_id, props, stack_name):
        kept = rules(props["GroupId"])
        for rule in provisioners._ec2_sg_permissions([props]):
            if rule in kept:
                raise ValueError(f"the specified rule already exists in {props['GroupId']} (InvalidPermission.Duplicate)")
            kept.append(rule)
        rule_id = f"sgr-{new_uuid().replace('-', '')[:17]}"
        return rule_id, {"Id": rule_id}

    def delete(physical_id, props):
        group = provisioners._ec2._security_groups.get(props.get("GroupId"))
        for rule in provisioners._ec2_sg_permissions([props]):
            if group is not None and rule in group.get(key, []):
                group[key].remove(rule)

    def update(physical_id, old, new, stack_name, logical_id=None):
        delete(physical_id, old)
        create(logical_id, new, stack_name)
        return physical_id, {"Id": physical_id}

    HANDLERS[f"AWS::EC2::SecurityGroup{direction}"] = {"create": create, "update": update, "delete": delete}


def query_definitions():
    """Gap: AWS::Logs::QueryDefinition. The emulator keeps no saved queries; the stage makes them for people alone."""

    def create(logical_id, props, stack_name):
        query_id = new_uuid()
        return query_id, {"QueryDefinitionId": query_id}

    def update(physical_id, old, new, stack_name, logical_id=None):
        return physical_id, {"QueryDefinitionId": physical_id}

    HANDLERS["AWS::Logs::QueryDefinition"] = {"create": create, "update": update, "delete": lambda *_: None}


def budget_resources():
    """Gap: AWS::Budgets::Budget. The emulator has the API and not the resource."""

    def call(function, data):
        status, _, body = function(data)
        if status != 200:
            raise ValueError(body.decode() if isinstance(body, bytes) else str(body))

    def put(function, props):
        budget = dict(props["Budget"])
        budget["BudgetLimit"] = {name: str(value) for name, value in budget["BudgetLimit"].items()}
        subscribers = props.get("NotificationsWithSubscribers", [])
        call(function, {"AccountId": get_account_id(), "Budget": budget, "NewBudget": budget,
                        "NotificationsWithSubscribers": subscribers})
        return budget["BudgetName"], {}

    HANDLERS["AWS::Budgets::Budget"] = {
        "create": lambda logical_id, props, stack_name: put(budgets._create_budget, props),
        "update": lambda physical_id, old, new, stack_name, logical_id=None: put(budgets._update_budget, new),
        "delete": lambda physical_id, props: budgets._budgets.pop(physical_id, None),
    }


def composite_alarms():
    """Gap: AWS::CloudWatch::CompositeAlarm. The emulator has the API and not the resource."""

    def put(name, props):
        answer = cloudwatch._put_composite_alarm({}, {**props, "AlarmName": name}, False, True)
        if answer[0] != 200:
            raise ValueError(str(answer[2]))
        return name, {"Arn": cloudwatch._composite_alarms[name]["AlarmArn"]}

    def create(logical_id, props, stack_name):
        return put(props.get("AlarmName") or provisioners._physical_name(stack_name, logical_id), props)

    def update(physical_id, old, new, stack_name, logical_id=None):
        return put(physical_id, new)

    def delete(physical_id, props):
        cloudwatch._composite_alarms.pop(physical_id, None)

    HANDLERS["AWS::CloudWatch::CompositeAlarm"] = {"create": create, "update": update, "delete": delete}


def metric_math_alarms():
    """Gap: alarms with Metrics instead of one MetricName. Most of the stage's alarms are ratios; here they only change state when
    they are told to, as the emulator computes no expression."""
    record = provisioners._cw_metric_alarm_record

    def with_metrics(name, props):
        metrics = props.get("Metrics")
        if not metrics:
            return record(name, props)
        plain = {key: value for key, value in props.items() if key != "Metrics"}
        alarm = record(name, {**plain, "MetricName": "expression", "Namespace": "expression"})
        for absent in ("MetricName", "Namespace", "Statistic", "Period"):
            alarm.pop(absent, None)
        return {**alarm, "Metrics": metrics}

    provisioners._cw_metric_alarm_record = with_metrics


def alarm_actions():
    """Gap: an alarm's action published whatever the topic's policy says, and left no trace. AWS asks the policy, as CloudWatch with
    the alarm as source, and notes the outcome in the alarm's history: the very thing that once kept every alarm silent."""
    dispatch = cloudwatch._dispatch_alarm_actions
    states = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}

    def admitted(alarm, old_state, new_state, reason):
        field = states.get(new_state, "")
        allowed = []
        for action in (alarm.get(field) or []) if alarm.get("ActionsEnabled", True) else []:
            may = sns.topic_policy_allows(action, "cloudwatch.amazonaws.com", alarm["AlarmArn"], get_account_id())
            if may:
                allowed.append(action)
            outcome = "Successfully executed action" if may else "Failed to execute action"
            cloudwatch._history_entries().append({
                "AlarmName": alarm["AlarmName"],
                "AlarmType": "CompositeAlarm" if "AlarmRule" in alarm else "MetricAlarm",
                "Timestamp": datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "HistoryItemType": "Action",
                "HistorySummary": f"{outcome} {action}",
                "HistoryData": json.dumps({"actionState": "Succeeded" if may else "Failed"}),
            })
        dispatch({**alarm, field: allowed}, old_state, new_state, reason)

    cloudwatch._dispatch_alarm_actions = admitted


def notification_counts():
    """Gap: SNS counts no deliveries, by which page-test knows that a page went out. Each confirmed subscription counts as one."""
    fanout = sns._fanout

    def counted(topic_arn, *args, **kwargs):
        fanout(topic_arn, *args, **kwargs)
        topic = sns._topic_by_arn_any_scope(topic_arn)
        confirmed = sum(1 for each in (topic or {}).get("subscriptions", []) if each.get("confirmed"))
        name = {"TopicName": topic_arn.split(":")[-1]}
        cloudwatch.record_metric("AWS/SNS", "NumberOfNotificationsDelivered", confirmed, dimensions=name)

    sns._fanout = counted


def cluster_mode():
    """Gaps of ElastiCache: a group of one shard with a parameter group in cluster mode has a configuration endpoint, two shards are
    possible, shards change in place where the template says so (UseOnlineResharding, which it does), and nodes follow their group's
    engine and parameters."""
    create = elasticache._create_replication_group

    def create_group(p):
        wanted = elasticache._p(p, "NumNodeGroups") or "1"
        answer = create({**p, "NumNodeGroups": ["3"]} if wanted == "2" else p)
        if answer[0] == 200:
            group = elasticache._replication_groups[elasticache._p(p, "ReplicationGroupId")]
            reshard(group, int(wanted))
            configure(group)
            tell(group, elasticache._p(p, "NotificationTopicArn"))
        return answer

    def configure(group):
        group["ClusterEnabled"], group["ClusterMode"] = True, "enabled"
        name = group["ReplicationGroupId"]
        group["ConfigurationEndpoint"] = {
            "Address": f"clustercfg.{name}.c0ffee.apn2.cache.amazonaws.com",
            "Port": 6379,
        }

    def reshard(group, shards):
        name, replicas = group["ReplicationGroupId"], group["_replicas_per_node_group"]
        kept = group["NodeGroups"][:shards]
        for position in range(len(kept) + 1, shards + 1):
            shard = json.loads(json.dumps(kept[0]))
            shard["NodeGroupId"] = f"{position:04d}"
            for number, member in enumerate(shard["NodeGroupMembers"], 1):
                member["CacheClusterId"] = f"{name}-{position:04d}-{number:03d}"
                first = elasticache._clusters[kept[0]["NodeGroupMembers"][number - 1]["CacheClusterId"]]
                elasticache._clusters[member["CacheClusterId"]] = {**first, "CacheClusterId": member["CacheClusterId"]}
            kept.append(shard)
        members = [member["CacheClusterId"] for shard in kept for member in shard["NodeGroupMembers"]]
        for gone in set(group["MemberClusters"]) - set(members):
            elasticache._clusters.pop(gone, None)
        group.update(NodeGroups=kept, MemberClusters=members, _num_node_groups=shards, _replicas_per_node_group=replicas)

    def tell(group, topic):
        if not topic:
            return
        admitted = sns.topic_policy_allows(topic, "elasticache.amazonaws.com", group["ARN"], get_account_id())
        group["_topic"] = {"TopicArn": topic, "TopicStatus": "active" if admitted else "inactive"}

    replaces = provisioners._ec_rg_requires_replacement
    in_place = ("AuthToken", "NodeGroupConfiguration")
    provisioners._CONDITIONALLY_REPLACING_PROPERTIES["AWS::ElastiCache::ReplicationGroup"] = in_place
    provisioners._ec_rg_requires_replacement = lambda old, new: replaces(
        {**old, "NumNodeGroups": new.get("NumNodeGroups")}, new)
    elasticache._create_replication_group = create_group
    update = HANDLERS["AWS::ElastiCache::ReplicationGroup"]["update"]

    def update_group(physical_id, old, new, stack_name, logical_id=None):
        before, after = int(old.get("NumNodeGroups") or 1), int(new.get("NumNodeGroups") or 1)
        if before != after:
            reshard(elasticache._replication_groups[physical_id], after)
        result = update(physical_id, {**old, "NumNodeGroups": after}, new, stack_name, logical_id)
        follow(elasticache._replication_groups[physical_id])
        return result

    def follow(group):
        shards = [shard["NodeGroupMembers"] for shard in group["NodeGroups"]]
        group["MemberClusters"] = [member["CacheClusterId"] for members in shards for member in members]
        for name in group["MemberClusters"]:
            node = elasticache._clusters.get(name)
            if node is None:
                continue
            node["EngineVersion"] = group["EngineVersion"]
            node["CacheParameterGroup"] = {**node["CacheParameterGroup"],
                                           "CacheParameterGroupName": group["CacheParameterGroupName"]}

    HANDLERS["AWS::ElastiCache::ReplicationGroup"]["update"] = update_group


def cluster_reading():
    """Gaps: what the cluster's event topic is and whether ElastiCache may publish to it, pending updates, offers of node types, the
    versions of Valkey that ElastiCache offers in November 2026."""
    inner = elasticache._cluster_xml_inner
    handle = elasticache.handle_request

    def with_topic(cluster):
        group = elasticache._replication_groups.get(cluster.get("ReplicationGroupId", ""), {})
        fields = "".join(f"<{name}>{value}</{name}>" for name, value in group.get("_topic", {}).items())
        return inner(cluster) + (f"<NotificationConfiguration>{fields}</NotificationConfiguration>" if fields else "")

    def empty(action, result):
        return elasticache._xml(200, f"{action}Response", f"<{action}Result>{result}</{action}Result>")

    async def more(method, path, headers, body, query_params):
        sent = parse_qs(body.decode()) if body else query_params
        action = elasticache._p(sent, "Action")
        if action == "DescribeCacheEngineVersions":
            offered = "".join(f"<CacheEngineVersion><Engine>valkey</Engine><EngineVersion>{each}</EngineVersion></CacheEngineVersion>"
                              for each in ("7.2", "8.0", "8.1", "8.2", "9.0", "9.1"))
            return empty(action, f"<CacheEngineVersions>{offered}</CacheEngineVersions>")
        if action == "DescribeUpdateActions":
            return empty(action, "<UpdateActions/>")
        if action == "DescribeReservedCacheNodesOfferings":
            offer = f"<CacheNodeType>{elasticache._p(sent, 'CacheNodeType')}</CacheNodeType>"
            return empty(action, f"<ReservedCacheNodesOfferings><ReservedCacheNodesOffering>{offer}"
                                 "</ReservedCacheNodesOffering></ReservedCacheNodesOfferings>")
        return await handle(method, path, headers, body, query_params)

    elasticache._cluster_xml_inner = with_topic
    elasticache.handle_request = more


def service_quotas():
    """Gap: no Service Quotas. The defaults that AWS documents, of the quotas that preflight looks at."""
    quotas = {
        "elasticache": {"Nodes per Region": 300, "Parameter groups per Region": 150, "Subnet groups per Region": 150},
        "vpc": {"Interface VPC endpoints per VPC": 50, "VPC security groups per Region": 2500},
    }

    async def handle(method, path, headers, body, query_params):
        known = quotas.get(json.loads(body).get("ServiceCode"), {})
        answer = {"Quotas": [{"QuotaName": name, "Value": value} for name, value in known.items()]}
        return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer).encode()

    app.SERVICE_HANDLERS["servicequotas"] = handle
    router.SERVICE_PATTERNS["servicequotas"] = {"target_prefixes": ["ServiceQuotasV20190624"]}


def database_names():
    """Gap: without Docker every instance of RDS is called localhost, which is no name of AWS and is refused by the settings."""
    create = rds._create_db_instance

    def named(p):
        answer = create(p)
        instance = rds._instances.get(rds._p(p, "DBInstanceIdentifier"))
        if instance is not None:
            name = instance["DBInstanceIdentifier"]
            instance["Endpoint"]["Address"] = f"{name}.c0ffee.{get_region()}.rds.amazonaws.com"
        return answer

    rds._ACTION_MAP["CreateDBInstance"] = named


def canaries():
    """Gap: CodeDeploy, through which CloudFormation updates an alias with such an UpdatePolicy. There are no requests to shift: the
    alias goes to the new version at once, unless an alarm of its deployment group fires, which is when CodeDeploy stops. Going back
    to the version that still answers, as a rollback does, is no deployment."""
    groups = {}

    def group(logical_id, props, stack_name):
        groups[stack_name, logical_id] = [alarm["Name"] for alarm in props["AlarmConfiguration"]["Alarms"]]
        return props["DeploymentGroupName"], {}

    for kind, create in {"Application": lambda logical_id, props, stack_name: (props["ApplicationName"], {}),
                         "DeploymentGroup": group}.items():
        HANDLERS[f"AWS::CodeDeploy::{kind}"] = {
            "create": create,
            "update": lambda physical_id, old, new, stack_name, logical_id=None, create=create: create(
                logical_id, new, stack_name),
            "delete": lambda *_: None,
        }

    update = HANDLERS["AWS::Lambda::Alias"]["update"]

    def shift(physical_id, old, new, stack_name, logical_id=None):
        definition = provisioners._cfn_wait_condition_definition(stack_name, logical_id)
        policy = definition.get("UpdatePolicy", {}).get("CodeDeployLambdaAliasUpdate")
        function = provisioners._lambda_function_for_cfn_ref(old["FunctionName"])[0]
        if policy and function["aliases"][old["Name"]]["FunctionVersion"] != new["FunctionVersion"]:
            alarms = groups[stack_name, policy["DeploymentGroupName"]["Ref"]]
            firing = [name for name in alarms if cloudwatch._alarms[name]["StateValue"] == "ALARM"]
            if firing:
                raise ValueError(f"CodeDeploy stopped the deployment: {', '.join(firing)} in ALARM")
        return update(physical_id, old, new, stack_name, logical_id)

    HANDLERS["AWS::Lambda::Alias"]["update"] = shift


def kept(resource_type, physical_id, check=lambda props: None, attributes=lambda props: {}):
    """Gap: a resource that the emulator does not know and nothing here would act on. It is checked and kept."""

    def create(logical_id, props, stack_name):
        check(props)
        return physical_id(props), attributes(props)

    HANDLERS[resource_type] = {
        "create": create,
        "update": lambda physical, old, new, stack_name, logical_id=None: create(logical_id, new, stack_name),
        "delete": lambda *_: None,
    }


def web_stage():
    """Gaps that a stage for callers from the internet meets: the identity provider and the association of a web ACL have an API and
    no resource; WAF's log and the scaling of a cluster are nowhere."""

    def answered(answer):
        if answer[0] != 200:
            raise ValueError(str(answer[2]))

    def provider(logical_id, props, stack_name):
        clients = {f"ClientIDList.member.{i}": [each] for i, each in enumerate(props["ClientIdList"], 1)}
        answered(iam._create_oidc_provider({"Url": [props["Url"]], **clients}))
        arn = f"arn:aws:iam::{get_account_id()}:oidc-provider/{props['Url'].removeprefix('https://')}"
        return arn, {"Arn": arn}

    HANDLERS["AWS::IAM::OIDCProvider"] = {
        "create": provider,
        "delete": lambda physical_id, props: iam._delete_oidc_provider({"OpenIDConnectProviderArn": [physical_id]}),
    }

    def associate(logical_id, props, stack_name):
        answered(waf._associate_web_acl(props))
        return f"{props['WebACLArn']}|{props['ResourceArn']}", {}

    HANDLERS["AWS::WAFv2::WebACLAssociation"] = {"create": associate, "delete": lambda *_: None}

    def log_of_waf(props):
        for destination in props["LogDestinationConfigs"]:
            name = destination.split(":log-group:")[-1]
            if not name.startswith("aws-waf-logs-") or name not in cloudwatch_logs._log_groups:
                raise ValueError(f"The logging destination {destination} is not valid (WAFInvalidParameterException)")

    kept("AWS::WAFv2::LoggingConfiguration", lambda props: props["ResourceArn"], log_of_waf)
    kept("AWS::ApplicationAutoScaling::ScalableTarget",
         lambda props: "|".join((props["ResourceId"], props["ScalableDimension"], props["ServiceNamespace"])))
    kept("AWS::ApplicationAutoScaling::ScalingPolicy", lambda props: f"{props['ScalingTargetId']}:{props['PolicyName']}")


def endpoints():
    """Gaps of interface endpoints: filters, groups and private DNS, by which preflight finds those that exist; DNS entries, which a
    private name leads to."""
    create, fields = ec2._create_vpc_endpoint, ec2._vpce_fields_xml

    def create_endpoint(p):
        answer = create(p)
        made = ec2._vpc_endpoints[re.search("vpce-[0-9a-f]+", answer[2].decode())[0]]
        made["SecurityGroupIds"] = ec2._parse_member_list(p, "SecurityGroupId")
        made["PrivateDnsEnabled"] = (ec2._p(p, "PrivateDnsEnabled") or "false") == "true"
        return answer

    def whole(endpoint, tag="item"):
        groups = "".join(f"<item><groupId>{each}</groupId></item>" for each in endpoint.get("SecurityGroupIds", []))
        private = str(bool(endpoint.get("PrivateDnsEnabled"))).lower()
        more = f"<groupSet>{groups}</groupSet><privateDnsEnabled>{private}</privateDnsEnabled>"
        return fields(endpoint, tag).replace(f"</{tag}>", f"{more}</{tag}>")

    def describe(p):
        wanted, filters = ec2._parse_member_list(p, "VpcEndpointId"), ec2._parse_filters(p)
        known = {"vpc-id": "VpcId", "service-name": "ServiceName", "vpc-endpoint-type": "VpcEndpointType"}
        found = [each for each in ec2._vpc_endpoints.values()
                 if (not wanted or each["VpcEndpointId"] in wanted)
                 and all(each[known[name]] in values for name, values in filters.items())]
        items = "".join(whole(each) for each in found)
        return ec2._xml(200, "DescribeVpcEndpointsResponse", f"<vpcEndpointSet>{items}</vpcEndpointSet>")

    attributes = provisioners._ec2_vpc_endpoint_attributes

    def with_names(endpoint):
        service = endpoint["ServiceName"].split(".")[-1]
        name = f"Z27UANNT0PRK1T:{endpoint['VpcEndpointId']}-c0ffee.{service}.{get_region()}.vpce.amazonaws.com"
        return {**attributes(endpoint), "DnsEntries": [name]}

    ec2._vpce_fields_xml = whole
    ec2._ACTION_MAP["CreateVpcEndpoint"] = create_endpoint
    ec2._ACTION_MAP["DescribeVpcEndpoints"] = describe
    provisioners._ec2_vpc_endpoint_attributes = with_names


def private_names():
    """Gap: private domains of an API. They are kept; the names lead nowhere, as there is no network."""

    def arn(props):
        return f"arn:aws:apigateway:{get_region()}:{get_account_id()}:/domainnames/{props['DomainName']}+c0ffee"

    kept("AWS::ApiGateway::DomainNameV2", arn, attributes=lambda props: {"DomainNameArn": arn(props)})
    kept("AWS::ApiGateway::BasePathMappingV2", lambda props: f"{props['DomainNameArn']}|(none)")
    kept("AWS::ApiGateway::DomainNameAccessAssociation",
         lambda props: f"{props['DomainNameArn']}/{props['AccessAssociationSource']}")


def global_datastores():
    """Gap: a global datastore. It is an id over its first member; a secondary takes engine, node type and shards from there and, as at
    AWS, must not be told them (ElastiCache API, CreateReplicationGroup)."""
    primaries = {}

    def identifier(props):
        return f"ldgnf-{props['GlobalReplicationGroupIdSuffix']}"

    def members(props):
        named = [each["ReplicationGroupId"] for each in props["Members"]]
        if len(named) != 1 or named[0] not in elasticache._replication_groups:
            raise ValueError(f"A global datastore begins with one member that exists, not {named} (InvalidParameterValue)")
        primaries[identifier(props)] = elasticache._replication_groups[named[0]]

    kept("AWS::ElastiCache::GlobalReplicationGroup", identifier, members,
         lambda props: {"GlobalReplicationGroupId": identifier(props), "Status": "available"})
    create = HANDLERS["AWS::ElastiCache::ReplicationGroup"]["create"]
    inherited = ("Engine", "EngineVersion", "CacheNodeType", "NumNodeGroups", "CacheParameterGroupName",
                 "TransitEncryptionEnabled", "AtRestEncryptionEnabled")

    def create_member(logical_id, props, stack_name):
        datastore = props.get("GlobalReplicationGroupId")
        if datastore is None:
            return create(logical_id, props, stack_name)
        told = [name for name in inherited if name in props]
        if told or datastore not in primaries:
            raise ValueError(f"{', '.join(told) or datastore} must not be given (InvalidParameterCombination)")
        primary = primaries[datastore]
        own = {key: value for key, value in props.items() if key != "GlobalReplicationGroupId"}
        return create(logical_id, {
            **own, "Engine": "valkey", "EngineVersion": primary["EngineVersion"], "CacheNodeType": primary["CacheNodeType"],
            "NumNodeGroups": primary["_num_node_groups"], "TransitEncryptionEnabled": True, "AtRestEncryptionEnabled": True,
        }, stack_name)

    HANDLERS["AWS::ElastiCache::ReplicationGroup"]["create"] = create_member


def audit_road():
    """Gaps between the log of a function and the audit log: a pattern of a subscription was taken for words, so one of a field met no
    line; events of a stream were authorised on its group (service authorization reference: on the stream)."""
    words = cloudwatch_logs._subscription_pattern_matches

    def matches(pattern, message):
        field = re.fullmatch(r'\{ *\$\.(\w+) *= *"?\*"? *\}', pattern or "")
        if field is None:
            return words(pattern, message)
        try:
            line = json.loads(message)
        except ValueError:
            return False
        return isinstance(line, dict) and field[1] in line

    cloudwatch_logs._subscription_pattern_matches = matches
    resource = iam_actions.extract_resource_arn

    def of_stream(service, method, path, headers, body, *rest):
        arn = resource(service, method, path, headers, body, *rest)
        action = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
        if service != "logs" or action not in ("GetLogEvents", "PutLogEvents"):
            return arn
        return f"{arn}:log-stream:{json.loads(body).get('logStreamName', '')}"

    iam_actions.extract_resource_arn = of_stream


def roles():
    """Gaps of IAM: Cloud Control reads no role, which preflight does; and a session's aws:PrincipalArn was the session, where AWS gives
    the role (IAM user guide, reference_policies_condition-keys), by which the API's policy names its callers."""
    get = cloudcontrol._get_resource

    def of_role(data):
        role = iam._roles.get(data.get("Identifier")) if data.get("TypeName") == "AWS::IAM::Role" else None
        if role is None:
            return get(data)
        document = role["AssumeRolePolicyDocument"]
        trust = json.loads(document) if isinstance(document, str) else document
        properties = json.dumps({"RoleName": data["Identifier"], "AssumeRolePolicyDocument": trust})
        description = {"Identifier": data["Identifier"], "Properties": properties}
        return json_response({"TypeName": data["TypeName"], "ResourceDescription": description})

    cloudcontrol._get_resource = of_role
    resolve = iam_evaluator._resolve_condition_key

    def of_session(key, ctx):
        value = resolve(key, ctx)
        session = re.fullmatch(r"arn:aws:sts::(\d+):assumed-role/([^/]+)/.+", value) if key.lower() == "aws:principalarn" else None
        return f"arn:aws:iam::{session[1]}:role/{session[2]}" if session else value

    iam_evaluator._resolve_condition_key = of_session


def engines():
    """Gap: there is no network. The functions reach the engines of this machine, by the variables that the rehearsal names for each:
    files with passwords instead of IAM tokens, which only AWS's own stores understand."""
    known = json.loads(os.environ.get("REHEARSAL_ENGINES", "{}"))
    spawn = lambda_runtime.Worker._spawn

    def spawn_here(self, *args, **kwargs):
        function = self.config.get("FunctionName", "")
        own = next((env for name, env in known.items() if function.endswith(f"-{name}")), None)
        if own is not None:
            deployed = self.config.get("Environment", {}).get("Variables", {})
            kept = {name: value for name, value in deployed.items() if name not in own["absent"]}
            self.config = {**self.config, "Environment": {"Variables": {**kept, **own["present"]}}}
        return spawn(self, *args, **kwargs)

    lambda_runtime.Worker._spawn = spawn_here


def transport():
    """Gap: it speaks plain HTTP on the loopback, so every policy that demands TLS, such as the one of CDK's own bucket, would refuse
    everybody. Requests count as sent over TLS; that nothing else is admitted is held by the policies' tests."""
    app.pin_request_origin = lambda address, _: iam_evaluator.pin_request_origin(address, True)


def denials():
    """Not a gap: what IAM refuses goes to the log with its action and resource, so that a failed step says which permission."""
    enforce = iam_evaluator.enforce

    def told(access_key_id, iam_action, service, region, *args, **kwargs):
        denied = enforce(access_key_id, iam_action, service, region, *args, **kwargs)
        if denied:
            asked = kwargs.get("resource_arn", args[0] if args else "*")
            print(f"DENIED {iam_action} on {asked} to {getattr(denied, 'principal_arn', access_key_id)}: {denied}", flush=True)
        return denied

    iam_evaluator.enforce = told


for direction in ("Ingress", "Egress"):
    security_group_rule(direction)
query_definitions()
budget_resources()
composite_alarms()
metric_math_alarms()
alarm_actions()
notification_counts()
cluster_mode()
cluster_reading()
service_quotas()
database_names()
canaries()
web_stage()
endpoints()
private_names()
global_datastores()
audit_road()
roles()
engines()
transport()
denials()

if __name__ == "__main__":
    app.main()
