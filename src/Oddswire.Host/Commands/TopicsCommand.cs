using System.CommandLine;
using System.Globalization;
using Oddswire.Host.Composition.Configuration;
using Oddswire.Infrastructure.Logs.Kafka.Admin;

namespace Oddswire.Host.Commands;

/// <summary><c>oddswire topics plan|apply|check|acls</c>: the topics of the platform on a Kafka cluster.</summary>
internal static class TopicsCommand
{
    private static readonly Option<string?> League = new("--league") { Description = "Only nfl, nba or mlb." };

    private static readonly Option<string?> Partitions = new("--partitions")
    {
        Description = "Partitions of each league's topics: nfl=50,nba=10,mlb=5 by default, or one number for all (topics.partitions-…).",
        HelpName = "N",
    };

    private static readonly Option<int?> Replication = new("--replication") { Description = "Replicas of each partition; 3 by default (topics.replication).", HelpName = "N" };

    private static readonly Option<bool> OnEdge = new("--edge") { Description = "Work on the cluster that partners read (edge.bootstrap or --edge-bootstrap) instead of the core cluster." };

    public static Command Create()
    {
        var command = new ExampleCommand(
            "topics",
            "Plan, create and check the topics on a Kafka cluster, and list the permissions each role needs. Nothing is ever deleted or reduced.",
            "oddswire topics plan --bootstrap b-1:9092",
            "oddswire topics apply --bootstrap localhost:9092 --replication 1 --partitions nfl=6,nba=4,mlb=2",
            "oddswire topics apply --edge --edge-bootstrap edge-1:9092",
            "oddswire topics check --config oddswire.conf",
            "oddswire topics acls --topic-prefix prod.");
        command.Add(Command("plan", "Say what 'apply' would do: + make, ~ alter, ! differs and is left alone.", RunAsync(isApplied: false, isChecked: false)));
        command.Add(Command("apply", "Create missing topics and alter settings that differ. Repeating it changes nothing.", RunAsync(isApplied: true, isChecked: false)));
        command.Add(Command("check", "Compare the cluster with the plan; exit code 1 if anything differs.", RunAsync(isApplied: false, isChecked: true)));
        var acls = new ExampleCommand("acls", "Print the permissions that each role needs, as kafka-acls.sh commands or JSON.", "oddswire topics acls", "oddswire topics acls --league nfl --json") { League };
        LogCli.AddConnectionTo(acls);
        acls.SetAction(Acls);
        command.Add(acls);
        return command;
    }

    private static ExampleCommand Command(string name, string description, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        var command = new ExampleCommand(
            name, description, $"oddswire topics {name} --bootstrap localhost:9092", $"oddswire topics {name} --config oddswire.conf --json")
        { League, Partitions, Replication, OnEdge, LogCli.EdgeBootstrap };
        LogCli.AddConnectionTo(command);
        command.SetAction(action);
        return command;
    }

    private static Func<ParseResult, CancellationToken, Task<int>> RunAsync(bool isApplied, bool isChecked) => async (parsed, ct) =>
    {
        var config = LogCli.WithPartitions(LogCli.ReadConfig(parsed), parsed.GetValue(Partitions))
            .With(ConfigSchema.Topics, "replication", parsed.GetValue(Replication)?.ToString(CultureInfo.InvariantCulture), "--replication");
        var leagues = OddsCommand.ParseLeagues(parsed.GetValue(League));
        var isEdge = parsed.GetValue(OnEdge);
        var kafka = isEdge ? LogCli.ReadKafka(config, ConfigSchema.Edge, "--edge-bootstrap HOST:PORT") : LogCli.ReadKafka(config);
        var wanted = isEdge ? kafka.Layout.EdgeTopics(leagues) : kafka.Layout.Topics(leagues);
        using var admin = new KafkaTopicAdmin(kafka.Connection);
        var plan = TopicPlanner.Plan(wanted, await admin.ReadAsync([.. wanted.Select(topic => topic.Name)]).WaitAsync(ct));
        Print(plan);
        if (isApplied)
        {
            await admin.ApplyAsync(plan, change => Cli.Say($"{(change.Kind == TopicChangeKind.Create ? "made" : "altered")} {change.Topic.Name}")).WaitAsync(ct);
        }

        return Conclude(plan, isApplied, isChecked, parsed.GetValue(Cli.Json));
    };

    private static int Conclude(IReadOnlyList<TopicChange> plan, bool isApplied, bool isChecked, bool json)
    {
        int Count(TopicChangeKind kind) => plan.Count(change => change.Kind == kind);
        var (create, alter, refused) = (Count(TopicChangeKind.Create), Count(TopicChangeKind.Alter), Count(TopicChangeKind.Refused));
        var done = isApplied ? "made" : "to make";
        Console.Out.WriteLine(
            $"{plan.Select(change => change.Topic.Name).Distinct().Count()} topics: {create} {done}, {alter} {(isApplied ? "altered" : "to alter")}, {refused} differ and are left alone, {Count(TopicChangeKind.Same)} as planned");
        var ok = isChecked ? create + alter + refused == 0 : !isApplied || refused == 0;
        if (json)
        {
            Cli.PrintJson(new
            {
                ok,
                create,
                alter,
                refused,
                applied = isApplied,
                topics = plan.Select(change => new
                {
                    change = change.Kind.ToString().ToLowerInvariant(),
                    topic = change.Topic.Name,
                    change.Topic.Partitions,
                    change.Topic.Replication,
                    change.Topic.Settings,
                    change.Detail,
                }),
            });
        }

        return ok ? ExitCodes.Ok : ExitCodes.CheckFailed;
    }

    private static void Print(IReadOnlyList<TopicChange> plan)
    {
        foreach (var change in plan)
        {
            var sign = change.Kind switch
            {
                TopicChangeKind.Create => '+',
                TopicChangeKind.Alter => '~',
                TopicChangeKind.Refused => '!',
                _ => '=',
            };
            Console.Out.WriteLine($"{sign} {change.Topic.Name,-32} {change.Detail}");
        }
    }

    private static int Acls(ParseResult parsed)
    {
        var config = LogCli.ReadConfig(parsed);
        var acls = RoleAcls.Of(
            config.Text(ConfigSchema.Kafka, "topic-prefix") ?? "",
            OddsCommand.ParseLeagues(parsed.GetValue(League)),
            config.Text(ConfigSchema.Edge, "topic-prefix") ?? "");
        foreach (var role in acls.GroupBy(acl => acl.Role))
        {
            Console.Out.WriteLine($"# {role.Key}");
            foreach (var line in role.Select(acl => acl.ToCommand()).Distinct())
            {
                Console.Out.WriteLine(line);
            }
        }

        if (parsed.GetValue(Cli.Json))
        {
            Cli.PrintJson(new { acls });
        }

        return ExitCodes.Ok;
    }
}
