using System.CommandLine;
using Oddswire.Core.Domain;
using Oddswire.Host.Composition;
using Oddswire.Host.Composition.Configuration;
using Oddswire.Infrastructure.Logs.Kafka.Admin;

namespace Oddswire.Host.Commands;

/// <summary>The options that say which log a command works on, the same for every command that opens one.</summary>
internal static class LogCli
{
    public static Option<string> Log { get; } = new("--log")
    {
        Description = "sqlite: the embedded log in the data folder; kafka: a cluster. Also from ODDSWIRE_LOG.",
        HelpName = "ENGINE",
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable("ODDSWIRE_LOG") is { Length: > 0 } engine ? engine : "sqlite",
    };

    public static Option<string?> Bootstrap { get; } = new("--bootstrap") { Description = "Kafka: the cluster's brokers, comma-separated (kafka.bootstrap).", HelpName = "HOST:PORT" };

    public static Option<string?> EdgeBootstrap { get; } = new("--edge-bootstrap")
    {
        Description = "Brokers of the cluster that partners read (edge.bootstrap). Default: a log in the data folder.",
        HelpName = "HOST:PORT",
    };

    public static Option<string?> TopicPrefix { get; } = new("--topic-prefix")
    {
        Description = "Kafka: prefix of every topic, group and transactional id (kafka.topic-prefix).",
        HelpName = "TEXT",
    };

    public static Option<string?> ConfigFile { get; } = new("--config")
    {
        Description = "Settings file; 'oddswire config' lists the settings. Also from ODDSWIRE_CONFIG.",
        HelpName = "FILE",
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable("ODDSWIRE_CONFIG") is { Length: > 0 } file ? file : null,
    };

    public static Option<string[]> Set { get; } = new("--set")
    {
        Description = "Set one setting, for example --set kafka.security=tls; secrets are not accepted here. May be repeated.",
        HelpName = "SECTION.NAME=VALUE",
        DefaultValueFactory = static _ => [],
    };

    /// <summary>Adds the options to a command that opens the log.</summary>
    public static void AddTo(Command command)
    {
        command.Add(Log);
        command.Add(EdgeBootstrap);
        AddConnectionTo(command);
    }

    /// <summary>Adds the options to a command that works on a Kafka cluster alone.</summary>
    public static void AddConnectionTo(Command command)
    {
        command.Add(Bootstrap);
        command.Add(TopicPrefix);
        command.Add(ConfigFile);
        command.Add(Set);
    }

    /// <summary>All settings, the options among them.</summary>
    /// <exception cref="UserErrorException">One is unknown or makes no sense.</exception>
    public static Config ReadConfig(ParseResult parsed) =>
        Config.Load(parsed.GetValue(ConfigFile), parsed.GetValue(Set) ?? [], Environment.GetEnvironmentVariables())
            .With(ConfigSchema.Kafka, "bootstrap", parsed.GetValue(Bootstrap), "--bootstrap")
            .With(ConfigSchema.Edge, "bootstrap", parsed.GetValue(EdgeBootstrap), "--edge-bootstrap")
            .With(ConfigSchema.Kafka, "topic-prefix", parsed.GetValue(TopicPrefix), "--topic-prefix");

    /// <summary>Which log is meant.</summary>
    /// <exception cref="UserErrorException">An option makes no sense.</exception>
    public static LogSettings Read(ParseResult parsed) => Read(parsed, ReadConfig(parsed));

    /// <summary>Which log is meant, with settings that were read already.</summary>
    /// <exception cref="UserErrorException">An option makes no sense.</exception>
    public static LogSettings Read(ParseResult parsed, Config config)
    {
        var engine = parsed.GetRequiredValue(Log);
        if (engine is not ("sqlite" or "kafka"))
        {
            throw new UserErrorException(ExitCodes.Usage, $"--log '{engine}' is not known.", "Write sqlite or kafka.");
        }

        if (engine == "kafka")
        {
            return new LogSettings { Kafka = ReadKafka(config) };
        }

        return parsed.GetValue(Bootstrap) is null && parsed.GetValue(TopicPrefix) is null
            ? new LogSettings()
            : throw new UserErrorException(ExitCodes.Usage, "--bootstrap and --topic-prefix belong to a Kafka cluster, but the log is the embedded one.", "Add --log kafka.");
    }

    /// <summary>Which log is meant, and the data folder beside it.</summary>
    public static LogPlace ReadPlace(ParseResult parsed)
    {
        var config = ReadConfig(parsed);
        return new LogPlace(Read(parsed, config), parsed.GetRequiredValue(Cli.Data), ReadEdge(config));
    }

    /// <summary>The cluster that the settings name.</summary>
    /// <exception cref="UserErrorException">They name none, or do not fit together.</exception>
    public static KafkaPlace ReadKafka(Config config) => ReadKafka(config, ConfigSchema.Kafka, "--bootstrap HOST:PORT");

    /// <summary>The cluster that a section of the settings names.</summary>
    /// <exception cref="UserErrorException">It names none, or its settings do not fit together.</exception>
    public static KafkaPlace ReadKafka(Config config, string section, string option) =>
        new(KafkaConnections.Read(config, section, option), ReadLayout(config, section));

    /// <summary>The edge cluster; null when none is named.</summary>
    /// <exception cref="UserErrorException">The settings do not fit together.</exception>
    public static KafkaPlace? ReadEdge(Config config) => config.HasSection(ConfigSchema.Edge)
        ? ReadKafka(config, ConfigSchema.Edge, "--edge-bootstrap HOST:PORT")
        : null;

    /// <summary>The settings that a <c>--partitions</c> option stands for: a number for every league, or <c>nfl=50,nba=10</c>.</summary>
    public static Config WithPartitions(Config config, string? text)
    {
        foreach (var part in text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [])
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            foreach (var league in equals < 0 ? Leagues.All : OddsCommand.ParseLeagues(part[..equals]))
            {
                config = config.With(ConfigSchema.Topics, $"partitions-{league.Code()}", part[(equals + 1)..], "--partitions");
            }
        }

        return config;
    }

    private static TimeSpan ReadCompactionLag(Config config) => config.Duration(ConfigSchema.Topics, "compaction-lag", TimeSpan.FromMinutes(10)) is var lag && lag >= TimeSpan.FromMinutes(1)
        ? lag
        : throw new UserErrorException(ExitCodes.Usage, $"topics.compaction-lag {lag} is too short: who takes a partition over must still find the claims of others.", "Choose 1m or more.");

    private static TopicLayout ReadLayout(Config config, string section)
    {
        var partitions = Leagues.All.ToDictionary(
            league => league,
            league => config.Number(ConfigSchema.Topics, $"partitions-{league.Code()}", TopicLayout.DefaultPartitions[league], 1, 1000));
        var replication = config.Number(ConfigSchema.Topics, "replication", 3, 1, 100);
        return new TopicLayout
        {
            Prefix = config.Text(section, "topic-prefix") ?? "",
            Partitions = partitions,
            Replication = (short)replication,
            MinInsyncReplicas = config.Number(ConfigSchema.Topics, "min-insync-replicas", Math.Min(2, replication), 1, replication),
            Retention = config.Duration(ConfigSchema.Topics, "retention", TimeSpan.FromDays(14)),
            CompactionLag = ReadCompactionLag(config),
            LetterRetention = config.Duration(ConfigSchema.Topics, "dlq-retention", TimeSpan.FromDays(90)),
            MaxMessageBytes = config.Number(ConfigSchema.Topics, "max-message-bytes", 8 << 20, 256 << 10, 100 << 20),
        };
    }
}
