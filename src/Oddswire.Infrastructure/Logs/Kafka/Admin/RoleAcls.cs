using Oddswire.Core.Domain;
using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Kafka.Admin;

/// <summary>One permission that a role needs.</summary>
/// <param name="Role">The role, as <c>--role</c> names it; <c>operator</c> for commands that look, <c>admin</c> for <c>topics apply</c>, <c>partner</c> for who reads the public topics.</param>
/// <param name="Cluster"><c>core</c>, <c>edge</c> or <c>feed</c>.</param>
/// <param name="Resource"><c>topic</c>, <c>group</c>, <c>transactional-id</c> or <c>cluster</c>.</param>
/// <param name="Name">The resource's name.</param>
/// <param name="IsPrefix">Whether all resources whose name begins so are meant.</param>
/// <param name="Operations">Kafka's names of the operations.</param>
public sealed record RoleAcl(string Role, string Cluster, string Resource, string Name, bool IsPrefix, IReadOnlyList<string> Operations)
{
    /// <summary>As a command of Kafka's own tools. <c>$BOOTSTRAP_…</c>, <c>$PRINCIPAL_…</c> and <c>$FEED_TOPIC</c> are for the reader to fill in.</summary>
    public string ToCommand()
    {
        var quoted = Name.StartsWith('$') ? $"\"{Name}\"" : $"'{Name}'";
        var resource = Resource == "cluster" ? "--cluster" : $"--{Resource} {quoted}";
        var pattern = IsPrefix ? " --resource-pattern-type prefixed" : "";
        var operations = string.Concat(Operations.Select(operation => $" --operation {operation}"));
        return $"kafka-acls.sh --bootstrap-server \"$BOOTSTRAP_{Cluster.ToUpperInvariant()}\" --add --allow-principal \"User:$PRINCIPAL_{Role.ToUpperInvariant()}\"{operations} {resource}{pattern}";
    }
}

/// <summary>The permissions each role needs and no more: what it reads, what it writes, its group, its changelog and its transactional ids.</summary>
public static class RoleAcls
{
    private const string Core = "core";
    private const string Edge = "edge";

    /// <summary>The permissions of all roles for some leagues.</summary>
    /// <param name="prefix">The platform's topic prefix.</param>
    /// <param name="leagues">The leagues.</param>
    /// <param name="edgePrefix">The topic prefix on the edge cluster.</param>
    public static IReadOnlyList<RoleAcl> Of(string prefix, IReadOnlyList<League> leagues, string edgePrefix = "") =>
        [.. leagues.SelectMany(league => OfLeague(prefix, league)), .. OfPeople(prefix, leagues), .. leagues.SelectMany(league => OfEdge(prefix, edgePrefix, league))];

    /// <summary>The topics of the core cluster that some roles use, with the prefix.</summary>
    public static IReadOnlySet<string> TopicsOf(string prefix, IReadOnlyList<League> leagues, IReadOnlyCollection<string> roles) =>
        Of(prefix, leagues).Where(acl => acl is { Cluster: Core, Resource: "topic" } && roles.Contains(acl.Role)).Select(acl => acl.Name).ToHashSet();

    /// <summary>Replicate reads the core cluster outside any group and works on the edge cluster alone; partners read one topic a league there.</summary>
    private static IEnumerable<RoleAcl> OfEdge(string prefix, string edgePrefix, League league)
    {
        var (topic, state) = (edgePrefix + Topics.PublicOdds(league), $"{edgePrefix}state.replicate.{league.Code()}");
        return
        [
            new("replicate", Core, "topic", prefix + Topics.Odds(league), false, ["Read", "Describe"]),
            new("replicate", Core, "group", $"{prefix}oddswire-readers", false, ["Read", "Describe"]),
            new("replicate", Edge, "topic", topic, false, ["Write", "Describe"]),
            new("replicate", Edge, "topic", state, false, ["Read", "Write", "Describe"]),
            new("replicate", Edge, "group", $"{edgePrefix}replicate.{league.Code()}", false, ["Read", "Describe"]),
            new("replicate", Edge, "group", $"{edgePrefix}oddswire-readers", false, ["Read", "Describe"]),
            new("replicate", Edge, "transactional-id", $"{edgePrefix}oddswire.{edgePrefix}replicate.{league.Code()}.", true, ["Write", "Describe"]),
            new("replicate", Edge, "cluster", "kafka-cluster", false, ["IdempotentWrite"]),
            new("partner", Edge, "topic", topic, false, ["Read", "Describe"]),
            new("api", Edge, "topic", state, false, ["Read", "Describe"]),
            new("api", Edge, "group", $"{edgePrefix}oddswire-readers", false, ["Read", "Describe"]),
            .. new[] { topic, state }.SelectMany(name => new RoleAcl[]
            {
                new("operator", Edge, "topic", name, false, ["Read", "Describe", "DescribeConfigs"]),
                new("admin", Edge, "topic", name, false, ["Create", "Describe", "DescribeConfigs", "AlterConfigs"]),
            }),
        ];
    }

    private static IEnumerable<RoleAcl> OfLeague(string prefix, League league)
    {
        var (raw, events, odds) = (Topics.Raw(league), Topics.Normalized(league), Topics.Odds(league));
        IEnumerable<RoleAcl> Stage(string role, IReadOnlyList<string> reads, IReadOnlyList<string> writes) =>
        [
            .. reads.Select(topic => new RoleAcl(role, Core, "topic", prefix + topic, false, ["Read", "Describe"])),
            .. writes.Select(topic => new RoleAcl(role, Core, "topic", prefix + topic, false, ["Write", "Describe"])),
            new(role, Core, "topic", $"{prefix}state.{role}.{league.Code()}", false, ["Read", "Write", "Describe"]),
            new(role, Core, "group", $"{prefix}{role}.{league.Code()}", false, ["Read", "Describe"]),
            new(role, Core, "group", $"{prefix}oddswire-readers", false, ["Read", "Describe"]),
            new(role, Core, "transactional-id", $"{prefix}oddswire.{prefix}{role}.{league.Code()}.", true, ["Write", "Describe"]),
            new(role, Core, "cluster", "kafka-cluster", false, ["IdempotentWrite"]),
        ];
        return
        [
            .. Stage("ingest", [], [raw, Topics.DeadLetters(league)]),
            .. Stage("normalise", [raw], [events, Topics.Quarantine(league)]),
            .. Stage("price", [events], [odds, Topics.Shadow(league)]),
            .. Stage("publish", [odds, events], []),
            .. Stage("archive", [odds, events, Topics.Shadow(league)], []),
            .. Stage("models", [raw], [raw]),
            new("ingest", Core, "topic", $"{prefix}state.models.{league.Code()}", false, ["Read", "Describe"]),
            .. Stage("dlq", [Topics.DeadLetters(league), Topics.Quarantine(league)], [raw]),
            .. Stage("publish", [odds, events], []).Select(acl => acl with { Role = "api" }),
            new("ingest", "feed", "topic", "$FEED_TOPIC", false, ["Read", "Describe"]),
            new("ingest", "feed", "group", $"oddswire-{league.Code()}", false, ["Read", "Describe"]),
        ];
    }

    private static IEnumerable<RoleAcl> OfPeople(string prefix, IReadOnlyList<League> leagues)
    {
        foreach (var name in leagues.SelectMany(league => Topics.Of(league)).Concat(leagues.SelectMany(StateTopics)))
        {
            yield return new RoleAcl("operator", Core, "topic", prefix + name, false, ["Read", "Describe", "DescribeConfigs"]);
            yield return new RoleAcl("admin", Core, "topic", prefix + name, false, ["Create", "Describe", "DescribeConfigs", "AlterConfigs"]);
        }

        yield return new RoleAcl("operator", Core, "group", $"{prefix}oddswire-readers", false, ["Read", "Describe"]);
        foreach (var league in leagues)
        {
            foreach (var stage in Stages)
            {
                yield return new RoleAcl("operator", Core, "group", $"{prefix}{stage}.{league.Code()}", false, ["Describe"]);
            }
        }
    }

    private static readonly string[] Stages = ["ingest", "normalise", "price", "publish", "archive", "dlq", "models"];

    private static IEnumerable<string> StateTopics(League league) => Stages.Select(stage => $"state.{stage}.{league.Code()}");
}
