using System.CommandLine;
using System.Globalization;
using Oddswire.Core.Domain;
using Oddswire.Host.Composition;
using Oddswire.Host.Composition.Configuration;
using Oddswire.Host.Roles.Ingest;

namespace Oddswire.Host.Commands;

/// <summary>The options that <c>up</c>, <c>replay</c> and <c>run</c> share.</summary>
internal sealed class PlatformCli
{
    public ApiCli Api { get; } = new();

    public Option<bool> NoArchive { get; } = new("--no-archive") { Description = "Run without the archive (and without chDB)." };

    public EdgeCli Edge { get; } = new();

    public Option<string> Durability { get; } = new("--durability")
    {
        Description = "commit: every commit is synced to disk; relaxed: commits survive a crash of the process, but not of the machine.",
        DefaultValueFactory = static _ => "commit",
    };

    public Option<string?> Partitions { get; } = new("--partitions")
    {
        Description = "Partitions of each new topic: a number, or on Kafka nfl=50,nba=10,mlb=5. 1 by default in a data folder. Existing topics keep theirs.",
        HelpName = "N",
    };

    public Option<int?> Replication { get; } = new("--replication") { Description = "With --log kafka: replicas of each partition of new topics; 3 by default (topics.replication).", HelpName = "N" };

    public Option<string> Retention { get; } = new("--retention") { Description = "How long the log keeps records, for example 336h.", DefaultValueFactory = static _ => "336h" };

    public Option<string?> League { get; } = new("--league") { Description = "Only nfl, nba or mlb; comma-separated for several." };

    public Option<string[]> Model { get; } = new("--model")
    {
        Description = "A model's file, or the version of one in the data folder, to price new games of its league. May be repeated for other leagues.",
        HelpName = "MODEL",
        DefaultValueFactory = static _ => [],
    };

    public Option<int?> HealthPort { get; } = new("--health-port") { Description = "Serve /livez, /readyz and /metrics on this port when no board is served; 0 picks a free one.", HelpName = "PORT" };

    public Option<bool> Fresh { get; } = new("--fresh") { Description = "Delete what earlier runs left in the data folder, and start over." };

    public Option<bool> Headless { get; } = new("--headless") { Description = "Do not show the status view." };

    public Option<string?> For { get; } = new("--for") { Description = "Stop after this time, for example 30s.", HelpName = "DURATION" };

    /// <param name="command">The command.</param>
    /// <param name="isAlone">Whether it has the data folder for itself, so that it may start over.</param>
    public void AddTo(Command command, bool isAlone = true)
    {
        Api.AddTo(command);
        Option[] options = [NoArchive, Durability, Partitions, Replication, Retention, League, Model, Fresh, Headless, For, HealthPort];
        foreach (var option in options.Where(option => isAlone || option != Fresh))
        {
            command.Add(option);
        }

        Edge.AddTo(command);
        LogCli.AddTo(command);
    }

    /// <summary>What the options say.</summary>
    /// <exception cref="UserErrorException">An option makes no sense.</exception>
    public PlatformOptions Read(ParseResult parsed, IReadOnlySet<Role>? wanted = null)
    {
        var roles = (wanted ?? PlatformOptions.AllRoles).ToHashSet();
        if (parsed.GetValue(NoArchive))
        {
            roles.Remove(Role.Archive);
        }
        else if (roles.Contains(Role.Archive) && ChdbLibrary.Find() is null)
        {
            throw new UserErrorException(ExitCodes.Environment, "The archive's engine (libchdb.so) was not found.", ChdbLibrary.Remedy + " Or start with --no-archive.");
        }

        if (Edge.IsOff(parsed))
        {
            roles.Remove(Role.Replicate);
        }

        var log = ReadLog(parsed);
        return new PlatformOptions
        {
            Leagues = Leagues(parsed.GetValue(League)),
            Roles = roles,
            Api = Api.Read(parsed),
            HealthPort = ReadHealthPort(parsed),
            Log = log,
            Models = ModelFolder.Choose(parsed.GetRequiredValue(Cli.Data), parsed.GetValue(Model) ?? []),
            Ingest = log.Kafka is { } kafka ? new IngestOptions { MaxMessageBytes = kafka.MaxFeedMessageBytes } : new IngestOptions(),
            Edge = Edge.Read(parsed, WithTopics(parsed, LogCli.ReadConfig(parsed))),
            Registry = Edge.ReadRegistry(parsed, LogCli.ReadConfig(parsed)),
            StopAfter = parsed.GetValue(For) is { } time ? Cli.ParseDuration(time, "--for") : null,
        };
    }

    private int? ReadHealthPort(ParseResult parsed) => parsed.GetValue(HealthPort) is { } port && port is < 0 or > 65535
        ? throw new UserErrorException(ExitCodes.Usage, $"--health-port {port} is not a port.", "Choose 0 to 65535.")
        : parsed.GetValue(HealthPort);

    private LogSettings ReadLog(ParseResult parsed)
    {
        var durability = parsed.GetRequiredValue(Durability);
        if (durability is not ("commit" or "relaxed"))
        {
            throw new UserErrorException(ExitCodes.Usage, $"--durability '{durability}' is not known.", "Write commit or relaxed.");
        }

        var settings = LogCli.Read(parsed, WithTopics(parsed, LogCli.ReadConfig(parsed)));
        if (settings.Kafka is { } kafka)
        {
            return parsed.GetValue(Fresh)
                ? throw new UserErrorException(
                    ExitCodes.Usage, $"--fresh would remove what is on Kafka at {kafka.Name}; that is never done from here.", "Start over with another --topic-prefix, or delete the topics with the cluster's own tools.")
                : settings;
        }

        if (parsed.GetValue(Replication) is not null)
        {
            throw new UserErrorException(ExitCodes.Usage, "--replication belongs to a Kafka cluster, but the log is the embedded one.", "Add --log kafka.");
        }

        return settings with
        {
            Partitions = parsed.GetValue(Partitions) is { } text ? ParsePartitions(text) : null,
            IsDurableOnCommit = durability == "commit",
            Retention = Cli.ParseDuration(parsed.GetRequiredValue(Retention), "--retention"),
        };
    }

    /// <summary>The options that lay topics out, as the settings they stand for.</summary>
    private Config WithTopics(ParseResult parsed, Config config)
    {
        var given = parsed.GetResult(Retention) is { Implicit: false } ? parsed.GetValue(Retention) : null;
        return LogCli.WithPartitions(config, parsed.GetValue(Partitions))
            .With(ConfigSchema.Topics, "replication", parsed.GetValue(Replication)?.ToString(CultureInfo.InvariantCulture), "--replication")
            .With(ConfigSchema.Topics, "retention", given, "--retention");
    }

    private static int ParsePartitions(string text) => int.TryParse(text, out var count) && count is >= 1 and <= 1000
        ? count
        : throw new UserErrorException(ExitCodes.Usage, $"--partitions {text} is out of range.", "Choose 1 to 1000.");

    private static IReadOnlyList<League> Leagues(string? text) => text is null
        ? Core.Domain.Leagues.All
        : [.. text.Split(',').SelectMany(OddsCommand.ParseLeagues).Distinct()];
}
