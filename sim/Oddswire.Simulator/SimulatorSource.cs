using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Simulator.Faults;

namespace Oddswire.Simulator;

/// <summary>
/// A league's simulated feed: vendors' bytes from a seeded model of the sport. The same options always give the same messages; reading on from a
/// cursor plays the games again without writing what is skipped (some millions of messages a second).
/// </summary>
public sealed class SimulatorSource : IFeedSource
{
    private readonly SlateOptions _options;
    private readonly Slate _slate;
    private readonly string _name;

    /// <summary>The simulated feed of one league.</summary>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public SimulatorSource(League league, SlateOptions options)
    {
        options.Validate();
        League = league;
        _options = options;
        _slate = new Slate(league, options);
        _name = $"sim-{league.Code()}";
        var fingerprint = Encoding.UTF8.GetBytes(options.Fingerprint(league));
        Identity = $"sim/{league.Code()}/{options.Seed}/{Fnv(fingerprint):x16}";
    }

    /// <inheritdoc/>
    public string Identity { get; }

    /// <inheritdoc/>
    public League League { get; }

    /// <summary>
    /// The pregame line from which a game of this season is played, as a sportsbook's trader would have it before the start; null for a game of
    /// another source.
    /// </summary>
    public PregameLine? LineOf(GameId game) => _slate.Season.Find(game)?.Line;

    /// <inheritdoc/>
    /// <remarks>The due time of a message is never before that of the message in front of it.</remarks>
    public IEnumerable<SourcedMessage> ReadFrom(long cursor)
    {
        var writer = new BodyWriter();
        var index = 0L;
        foreach (var emission in FaultInjector.Apply(_slate.Emissions(), _options.Faults))
        {
            index++;
            if (index <= cursor)
            {
                continue;
            }

            var due = _options.MessagesPerSecond is { } rate
                ? TimeSpan.FromTicks((long)(index / rate * TimeSpan.TicksPerSecond))
                : TimeSpan.FromTicks(emission.DueMicros * 10);
            yield return new SourcedMessage(index, due, Write(emission, writer));
        }
    }

    /// <summary>What was done to the messages up to a due time, fault by fault.</summary>
    public FaultTally CountFaults(TimeSpan until)
    {
        var tally = new FaultTally();
        foreach (var emission in FaultInjector.Apply(_slate.Emissions(), _options.Faults, tally))
        {
            if (emission.DueMicros * 10 > until.Ticks)
            {
                break;
            }
        }

        return tally;
    }

    internal Slate Slate => _slate;

    private FeedMessage Write(in Emission emission, BodyWriter writer)
    {
        emission.Game.Write(writer, emission.Item);
        var body = writer.Take();
        return new FeedMessage
        {
            Source = _name,
            Feed = emission.Feed == 'a' ? "a" : "b",
            GameId = emission.Game.Fixture.Id,
            Sequence = emission.Sequence,
            AmendsSequence = emission.Amends,
            PublishedAt = new Timestamp(emission.Game.Fixture.ScheduledAt.UnixMicros + (emission.Item.AtMs * 1000L)),
            Body = emission.Spoiling == Spoiling.None ? body : Spoiler.Spoil(body, emission),
        };
    }

    private static ulong Fnv(ReadOnlySpan<byte> bytes)
    {
        var hash = 14_695_981_039_346_656_037;
        foreach (var b in bytes)
        {
            hash = (hash ^ b) * 1_099_511_628_211;
        }

        return hash;
    }
}
