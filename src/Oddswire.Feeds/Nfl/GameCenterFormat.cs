using System.Globalization;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Feeds.Json;

namespace Oddswire.Feeds.Nfl;

/// <summary>
/// NFL.com's live GameCenter JSON: one document a game, whose only game is a property named by the game's id. What a live message must hold,
/// and what becomes of it: docs/feeds.md. Safe for several threads.
/// </summary>
public sealed class GameCenterFormat : IFeedFormat
{
    /// <summary>Key of the <see cref="EventKind.Info"/> event.</summary>
    public const string InfoKey = "info";

    /// <summary>Key of the <see cref="EventKind.GameEnd"/> event.</summary>
    public const string FinalKey = "final";

    private const int RecognisedWithin = 128;
    private const long FinalOrder = GameCenterReader.MaxPlayId + 1L;

    /// <inheritdoc/>
    public string Name => "nfl-gamecenter";

    /// <inheritdoc/>
    public League League => League.Nfl;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> head)
    {
        // {"2015091000":{  — the game's id is the key.
        var start = JsonFields.WithoutMark(head).TrimStart(" \t\r\n"u8);
        if (start is not [(byte)'{', ..])
        {
            return false;
        }

        start = start[..Math.Min(start.Length, RecognisedWithin)];
        for (var quote = start.IndexOf((byte)'"'); quote >= 0 && quote + 1 < start.Length;)
        {
            var text = start[(quote + 1)..];
            var length = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (length == 10 && text[length] == '"' && text[(length + 1)..].TrimStart(": \t\r\n"u8) is [(byte)'{', ..])
            {
                return true;
            }

            var next = text.IndexOf((byte)'"');
            quote = next < 0 ? -1 : quote + 1 + next;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Parse(FeedMessage message, List<GameEvent> events)
    {
        var game = GameCenterReader.Read(message.Body.Span, message.GameId);
        if (game.IsWhole || (game.Plays.Count == 0 && game.Status is GameCenterStatus.Pregame or GameCenterStatus.Unknown))
        {
            events.Add(new GameEvent
            {
                GameId = message.GameId,
                Key = InfoKey,
                Order = 0,
                Kind = EventKind.Info,
                Info = InfoOf(message.GameId, game),
            });
        }

        if (game.Plays.Count == 1)
        {
            events.Add(EventOf(message.GameId, game, 0, game.Official, (game.Home.Timeouts, game.Away.Timeouts)));
        }
        else if (game.Plays.Count > 1)
        {
            var scores = RunningScore.Of(game).After;
            var timeouts = RunningTimeouts.After(game);
            for (var i = 0; i < scores.Length; i++)
            {
                events.Add(EventOf(message.GameId, game, i, scores[i], timeouts[i]));
            }
        }

        if (game.IsFinal)
        {
            events.Add(new GameEvent
            {
                GameId = message.GameId,
                Key = FinalKey,
                Order = FinalOrder,
                Kind = EventKind.GameEnd,
                Period = game.Status == GameCenterStatus.FinalOvertime ? 5 : 4,
                ClockTenths = 0,
                Score = game.Official,
                Description = "Final",
            });
        }
    }

    /// <inheritdoc/>
    public IEnumerable<FeedMessage> Cut(Recording recording)
    {
        var game = GameCenterReader.Read(recording.Body.Span, expected: null);
        var body = recording.Body[(recording.Body.Length - JsonFields.WithoutMark(recording.Body.Span).Length)..];
        return GameCenterCutter.Cut(body, game, GameId.Of(League.Nfl, game.Id));
    }

    private static GameEvent EventOf(GameId id, GameCenterDocument game, int index, Score? score, (int? Home, int? Away) timeouts)
    {
        var play = game.Plays[index];
        var after = PlayAfter.Of(game, index);
        return new GameEvent
        {
            GameId = id,
            Key = play.Id.ToString(CultureInfo.InvariantCulture),
            Order = play.Id,
            Kind = play.Kind,
            Period = play.Quarter,
            ClockTenths = after.ClockTenths,
            Score = score,
            Points = RunningScore.PointsOf(game, play),
            Possession = game.SideOf(after.Next.Offence),
            Football = after.Next.Situation is { } snap ? snap with { HomeTimeouts = timeouts.Home, AwayTimeouts = timeouts.Away } : null,
            Description = play.Description,
            Players = PlayerStats.Of(game, play),
        };
    }

    private static GameInfo InfoOf(GameId id, GameCenterDocument game)
    {
        var date = NflCalendar.DateOf(id.VendorId);
        return new GameInfo
        {
            Home = NflTeams.Of(game.Home.Club),
            Away = NflTeams.Of(game.Away.Club),
            ScheduledAt = date is { } day ? NflCalendar.NominalStart(day) : Timestamp.Unknown,
            RegulationPeriods = 4,
            MustHaveWinner = date is { } played && NflCalendar.IsPostSeason(played),
        };
    }
}
