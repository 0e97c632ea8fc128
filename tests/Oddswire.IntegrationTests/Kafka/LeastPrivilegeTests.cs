using Oddswire.Core.Domain;
using Oddswire.Infrastructure.Logs.Kafka.Admin;
using Oddswire.IntegrationTests.Chaos;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>The permissions that <c>topics acls</c> prints are enough: every role works with its own and no others, on brokers that refuse the rest.</summary>
public sealed class LeastPrivilegeTests
{
    private static readonly string[] Slate = ["--rounds", "1", "--games", "nfl=1", "--league", "nfl", "--seed", "3"];

    [Fact]
    public async Task Every_role_does_its_work_with_the_permissions_that_are_printed_for_it_and_no_more()
    {
        Machine.DemandChdb();
        await using var folder = new ChaosFolder();
        var acls = RoleAcls.Of("core.", Leagues.All, "pub.");
        await using var core = new AclCluster([.. acls.Where(acl => acl.Cluster == "core")]);
        await using var edge = new AclCluster([.. acls.Where(acl => acl.Cluster == "edge")]);
        string[] where = ["--bootstrap", core.Bootstrap, "--topic-prefix", "core.", "--edge-bootstrap", edge.Bootstrap, "--set", "edge.topic-prefix=pub.", "--set", "topics.replication=1", "--set", "topics.partitions-nfl=2"];
        await RunAsync("admin", ["topics", "apply", "--league", "nfl", .. where]);
        await RunAsync("admin", ["topics", "apply", "--edge", "--league", "nfl", .. where]);
        await RunAsync("operator", ["topics", "check", "--league", "nfl", .. where]);

        var roles = new List<OddswireProcess>();
        try
        {
            foreach (var role in (string[])["normalise", "price", "archive", "api", "replicate", "ingest"])
            {
                string[] port = role == "api" ? ["--port", "0"] : [];
                roles.Add(Start(role, ["run", "--role", role, "--headless", "--speed", "300x", "--data", folder[role], "--log", "kafka", "--set", "kafka.session-timeout=1500ms", "--set", "edge.session-timeout=1500ms", .. port, .. Slate, .. where]));
            }

            // Odds that came out on the edge have gone through all of them but the board, which says itself that it shows them.
            await Machine.UntilAsync(
                () => roles.TrueForAll(role => !role.HasExited) ? edge.Written.ContainsKey("pub.odds.updates.public.nfl") && core.Written.ContainsKey("core.state.publish.nfl") && core.Written.ContainsKey("core.state.archive.nfl") : throw new InvalidOperationException(Said(roles, core, edge)),
                Machine.Patience,
                () => Said(roles, core, edge));
            await RunAsync("operator", ["lag", "--log", "kafka", "--league", "nfl", .. where]);
            foreach (var role in roles)
            {
                role.Signal("TERM");
            }

            foreach (var role in roles)
            {
                await role.WaitAsync();
                role.ExitCode.ShouldBe(0, role.Said);
            }
        }
        finally
        {
            foreach (var role in roles)
            {
                await role.DisposeAsync();
            }
        }

        await RunAsync("dlq", ["dlq", "list", "--league", "nfl", "--log", "kafka", .. where]);
        await RunAsync("dlq", ["dlq", "replay", "--all", "--league", "nfl", "--log", "kafka", .. where]);
        await RunAsync("operator", ["verify", "--no-archive", "--log", "kafka", .. where]);

        await using var wrong = Start("normalise", ["run", "--role", "price", "--log", "kafka", .. Slate, .. where]);
        await wrong.WaitAsync();
        wrong.ExitCode.ShouldBe(3, wrong.Said);
        wrong.Said.ShouldContain("core.odds.updates.internal.nfl");
        wrong.Said.ShouldContain("oddswire topics acls");

        // A role may not look at the changelogs of others, and does without.
        core.Refused.Concat(edge.Refused).Where(what => !what.Contains(": Read topic core.state.", StringComparison.Ordinal)).Distinct().ShouldBeEmpty();
    }

    private static OddswireProcess Start(string role, IReadOnlyList<string> arguments)
    {
        string[] login = [.. ((string[])["kafka", "edge"]).SelectMany(cluster => (string[])["--set", $"{cluster}.security=sasl-plaintext", "--set", $"{cluster}.sasl-mechanism=plain", "--set", $"{cluster}.sasl-username={role}"])];
        return OddswireProcess.Start(new Dictionary<string, string?> { ["ODDSWIRE_KAFKA_SASL_PASSWORD"] = "any", ["ODDSWIRE_EDGE_SASL_PASSWORD"] = "any" }, [.. arguments, .. login]);
    }

    private static async Task RunAsync(string role, IReadOnlyList<string> arguments)
    {
        await using var process = Start(role, arguments);
        await process.WaitAsync();
        process.ExitCode.ShouldBe(0, $"{string.Join(' ', arguments)}:\n{process.Said}");
    }

    private static string Said(IEnumerable<OddswireProcess> roles, AclCluster core, AclCluster edge) => string.Join(
        "\n---\n", [.. roles.Select(role => role.Said), .. core.Refused.Concat(edge.Refused).Distinct(), .. core.Written.Concat(edge.Written).Select(pair => $"{pair.Value} wrote {pair.Key}")]);
}
