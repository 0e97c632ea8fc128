using System.CommandLine;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Host.Composition.Configuration;
using Oddswire.Infrastructure.Feeds.Kafka;

namespace Oddswire.Host.Commands;

/// <summary>The options that take a league's messages from a vendor instead of the simulator.</summary>
internal sealed class FeedCli
{
    public Option<string> Feed { get; } = new("--feed")
    {
        Description = "sim: simulated games; kafka: a vendor's topic on another cluster, for the league in feed.league (nfl by default).",
        DefaultValueFactory = static _ => "sim",
    };

    public Option<string?> Bootstrap { get; } = new("--feed-bootstrap") { Description = "With --feed kafka: the vendor's brokers (feed.bootstrap).", HelpName = "HOST:PORT" };

    public Option<string?> Topic { get; } = new("--feed-topic") { Description = "With --feed kafka: the vendor's topic (feed.topic).", HelpName = "TOPIC" };

    public void AddTo(Command command)
    {
        command.Add(Feed);
        command.Add(Bootstrap);
        command.Add(Topic);
    }

    /// <summary>The vendor's feed; null for simulated games.</summary>
    /// <exception cref="UserErrorException">The settings make no sense.</exception>
    public FeedSetup? Read(ParseResult parsed)
    {
        var feed = parsed.GetRequiredValue(Feed);
        if (feed is not ("sim" or "kafka"))
        {
            throw new UserErrorException(ExitCodes.Usage, $"--feed '{feed}' is not known.", "Write sim or kafka.");
        }

        if (feed == "sim")
        {
            return parsed.GetValue(Bootstrap) is null && parsed.GetValue(Topic) is null
                ? null
                : throw new UserErrorException(ExitCodes.Usage, "--feed-bootstrap and --feed-topic belong to a vendor's topic.", "Add --feed kafka.");
        }

        var config = LogCli.ReadConfig(parsed)
            .With(ConfigSchema.Feed, "bootstrap", parsed.GetValue(Bootstrap), "--feed-bootstrap")
            .With(ConfigSchema.Feed, "topic", parsed.GetValue(Topic), "--feed-topic");
        return Read(config);
    }

    private static FeedSetup Read(Config config)
    {
        var topic = config.Text(ConfigSchema.Feed, "topic") ?? throw new UserErrorException(
            ExitCodes.Usage, "The vendor's topic is not named.", "Give --feed-topic, or set feed.topic in the configuration.");
        var league = OddsCommand.ParseLeagues(config.Text(ConfigSchema.Feed, "league") ?? "nfl")[0];
        var name = config.Text(ConfigSchema.Feed, "name") ?? topic;
        var options = new KafkaFeedOptions
        {
            Cluster = KafkaConnections.Read(config, ConfigSchema.Feed, "--feed-bootstrap HOST:PORT"),
            League = league,
            Topic = topic,
            Name = name.Length <= 40
                ? name
                : throw new UserErrorException(ExitCodes.Usage, $"The feed's name '{name}' has more than 40 characters.", "Set a shorter feed.name; it is part of every record."),
            Group = config.Text(ConfigSchema.Feed, "group") ?? $"oddswire-{league.Code()}",
            GameIdHeader = HeaderOf(config, "game-id", "key"),
            SequenceHeader = HeaderOf(config, "sequence", "none"),
            AmendsHeader = HeaderOf(config, "amends", "none"),
            PublishedAtHeader = HeaderOf(config, "published-at", "timestamp"),
            FromEarliest = config.Word(ConfigSchema.Feed, "start", "earliest", "latest") != "latest",
        };
        TimeSpan? heartbeat = config.Find(ConfigSchema.Feed, "heartbeat") is null ? null : config.Duration(ConfigSchema.Feed, "heartbeat", TimeSpan.Zero);
        return new FeedSetup(options, heartbeat);
    }

    /// <summary>The header that a setting names; null for the other word that it may be.</summary>
    private static string? HeaderOf(Config config, string name, string other)
    {
        if (config.Find(ConfigSchema.Feed, name) is not { } value || value.Text == other)
        {
            return null;
        }

        return value.Text.StartsWith("header:", StringComparison.Ordinal) && value.Text.Length > 7
            ? value.Text[7..]
            : throw new UserErrorException(ExitCodes.Usage, $"{ConfigSchema.Feed}.{name} '{value.Text}' ({value.Where}) is not known.", $"Write {other} or header:NAME.");
    }
}

/// <summary>A vendor's feed as it is set up.</summary>
/// <param name="Options">The topic and the mapping.</param>
/// <param name="Heartbeat">The longest silence of a live game's feed; null to watch none.</param>
internal sealed record FeedSetup(KafkaFeedOptions Options, TimeSpan? Heartbeat)
{
    /// <summary>The league that the feed reports.</summary>
    public League League => Options.League;

    /// <summary>The feed as a source.</summary>
    public IFeedSource Open(TimeProvider time, ILoggerFactory? logging) => new KafkaFeed(Options, time, logging?.CreateLogger<KafkaFeed>());
}
