using System.Text;
using Oddswire.Core.Domain;

namespace Oddswire.Tests.Simulation;

/// <summary>
/// Raw messages of a few games as two redundant feeds with every fault bring them: lost on one or both, late, twice, garbled on the way,
/// corrected by the vendor, stalled; a lost one may be sent again by a person long after. All of it follows from the random numbers.
/// </summary>
internal static class FaultyFeeds
{
    private static readonly Timestamp Start = Timestamp.From(new DateTimeOffset(2025, 2, 2, 20, 0, 0, TimeSpan.Zero));

    public static IReadOnlyList<RawMessage> Generate(Random random)
    {
        var arrivals = new List<(double At, RawMessage Message)>();
        var games = random.Next(1, 4);
        for (var i = 0; i < games; i++)
        {
            AddGame(random, GameId.Of(League.Nba, $"002240000{i}"), arrivals);
        }

        return [.. arrivals.OrderBy(arrival => arrival.At).Select(arrival => arrival.Message)];
    }

    private static void AddGame(Random random, GameId game, List<(double At, RawMessage Message)> to)
    {
        var sequence = 1L;
        foreach (var gameEvent in Play(random, game))
        {
            var at = sequence * 5.0;
            var message = Message(game, sequence++, gameEvent, at);
            var fate = random.Next(40);
            if (fate == 0)
            {
                // Lost on both feeds (or garbled and dead-lettered); found again long after.
                to.Add((at + random.Next(20, 400), message));
                continue;
            }

            to.Add((at + Delay(random), message));
            if (fate > 3)
            {
                to.Add((at + Delay(random), message with { Message = message.Message with { Feed = "b" } }));
            }

            if (fate == 5)
            {
                to.Add((at + random.Next(100), message));
            }
            else if (fate == 6)
            {
                to.Add((at, Control(game, EventKind.FeedStalled, sequence)));
                to.Add((at + 7, Control(game, EventKind.FeedResumed, sequence)));
            }
            else if (fate == 7)
            {
                to.Add((at + 1, message with { Events = [gameEvent with { Description = "garbled" }] }));
            }
        }

        to.Add((sequence * 6.0, Control(game, null, sequence)));
    }

    private static double Delay(Random random) => random.Next(10) == 0 ? random.NextDouble() * 60 : random.NextDouble();

    private static IEnumerable<GameEvent> Play(Random random, GameId game)
    {
        yield return new GameEvent
        {
            GameId = game,
            Key = "info",
            Order = 0,
            Kind = EventKind.Info,
            Info = new GameInfo
            {
                Home = new Team("DET", "Detroit"),
                Away = new Team("CHI", "Chicago"),
                RegulationPeriods = 4,
                Line = random.Next(2) == 0 ? new PregameLine { HomeMarginHundredths = random.Next(-1000, 1000), TotalHundredths = 22_000 } : null,
            },
        };
        var score = default(Score);
        var plays = random.Next(12) == 0 ? 150 : random.Next(8, 24);
        for (var i = 1; i <= plays; i++)
        {
            var before = score;
            score += random.Next(2) == 0 ? new Score(random.Next(4), 0) : new Score(0, random.Next(4));
            var play = new GameEvent
            {
                GameId = game,
                Key = $"{i}",
                Order = i * 10_000,
                Kind = EventKind.Play,
                Period = 1 + (i * 4 / (plays + 1)),
                ClockTenths = 7200 * (plays - i) / plays,
                Score = score,
                Description = $"play {i}",
            };
            yield return play;
            if (random.Next(15) == 0)
            {
                score = before;
                yield return play with { Score = score, Description = $"play {i}, overturned" };
            }
        }

        if (random.Next(4) > 0)
        {
            yield return new GameEvent
            {
                GameId = game,
                Key = "end",
                Order = 10_000_000,
                Kind = EventKind.GameEnd,
                Period = 4,
                ClockTenths = 0,
                Score = score,
            };
        }
    }

    private static RawMessage Message(GameId game, long sequence, GameEvent gameEvent, double at) => new()
    {
        Message = new FeedMessage
        {
            Source = "sim",
            GameId = game,
            Sequence = sequence,
            PublishedAt = Start + TimeSpan.FromMilliseconds(at * 40),
            Body = Encoding.UTF8.GetBytes(gameEvent.Description),
        },
        ReceivedAt = Start + TimeSpan.FromMilliseconds((at * 40) + 5),
        Format = "sim",
        Events = [gameEvent],
    };

    private static RawMessage Control(GameId game, EventKind? kind, long number) => new()
    {
        Message = new FeedMessage { Source = "oddswire", GameId = game, Body = default },
        ReceivedAt = Start + TimeSpan.FromSeconds(number),
        Format = "oddswire",
        Events = kind is { } k ? [new GameEvent { GameId = game, Key = $"feed-{k}-{number}", Order = 0, Kind = k }] : [],
    };
}
